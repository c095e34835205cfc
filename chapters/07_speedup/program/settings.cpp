#include "07_speedup/program/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "07_speedup/program/ceiling.hpp"
#include "common/error.hpp"

namespace nn {

std::vector<std::size_t> default_workers(std::size_t cores) {
  std::vector<std::size_t> workers;
  for (std::size_t p = 1; p < cores; p = cores <= 4 ? p + 1 : 2 * p) {
    workers.push_back(p);
  }
  workers.push_back(cores);
  workers.push_back(2 * cores);
  return workers;
}

namespace {

void state_options(CommandLine& line, SpeedupSettings& settings) {
  EnsembleSettings& ensemble = settings.experiment.settings;
  line.integer("--models", ensemble.models, 1, 100000,
               "how many models, each with a shard of its own");
  line.integers("--workers", settings.workers, 1, 1024,
                "the numbers of workers to measure");
  line.default_is("1 to all cores, and twice as many");
  line.integer("--rounds", settings.rounds, 1, 1000,
               "how often each of them is measured");
  line.integer("--threshold", ensemble.threshold, 0, 1000000,
               "two workers even out if their queues differ by more than this");
  line.real("--skew", settings.skew, 0, 5,
            "how uneven the skewed shards are, the exponent of Zipf's law");
  line.integer("--empty-tasks", settings.empty_tasks, 100, 10000000,
               "how many tasks that do nothing a run has");
  line.take(ensemble.common, {"--epochs", "--batch", "--rate", "--hidden"});
  line.integer("--run-epochs", settings.run_epochs, 1, 100000,
               "epochs of each model in the whole runs whose parts are timed");
  line.text("--from", settings.from, "TRACE",
            "measure nothing: simulate, with the task times of a trace that "
            "./chapter04 or ./chapter05 wrote with --trace");
  line.flag("--bounds", settings.bounds,
            "measure nothing: try the theorems on random instances");
  line.integer("--instances", settings.instances, 1, 10000000,
               "how many random ones for each theorem");
  line.take(ensemble.common,
            {"--data", "--seed", "--limit", "--quiet", "--csv"});
  line.example("./chapter07", "all of it, in about a minute");
  line.example("./chapter07 --workers 1,2 --rounds 15", "fewer, more often");
  line.example("./chapter07 --bounds", "the theorems, the same everywhere");
}

void refuse_what_has_no_effect(const CommandLine& line,
                               const SpeedupSettings& settings) {
  if (settings.bounds) {
    line.refuse_given_but(
        {"--bounds", "--instances", "--seed"},
        "has no effect with --bounds, which measures nothing");
  } else if (line.given("--instances")) {
    throw InputError("--instances says how often --bounds tries a theorem");
  } else if (!settings.from.empty()) {
    line.refuse_given_but({"--from", "--csv"},
                          "has no effect with --from, which measures nothing");
  }
}

void require_workers_once(const std::vector<std::size_t>& workers) {
  const auto twice = std::ranges::adjacent_find(workers);
  if (twice == workers.end()) return;
  throw InputError(
      fmt::format("--workers names {} twice; name each number once", *twice));
}

}  // namespace

void read_settings(CommandLine& line, SpeedupSettings& settings) {
  CommonOptions& common = settings.experiment.settings.common;
  common.epochs = 1;
  common.limit = 12'000;
  line.describe(
      "Measures how much faster sixty networks are trained by more workers, "
      "on every executor, and where the time goes; and simulates machines "
      "that are not here.");
  state_options(line, settings);
  line.parse();
  refuse_what_has_no_effect(line, settings);
  if (settings.workers.empty()) {
    settings.workers = default_workers(usable_cores());
  }
  std::ranges::sort(settings.workers);
  require_workers_once(settings.workers);
  common.threads = settings.workers.back();  // for BLAS's memory
}

}  // namespace nn
