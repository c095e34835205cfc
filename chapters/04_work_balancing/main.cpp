// Chapter 4: sixty networks on a pool that balances its work.

#include <fmt/format.h>

#include <iostream>

#include "04_work_balancing/pool/serial_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "04_work_balancing/program/averages.hpp"
#include "04_work_balancing/program/experiment.hpp"
#include "04_work_balancing/program/virtual_schedules.hpp"
#include "common/files/result_file.hpp"
#include "common/files/trace.hpp"
#include "common/program/program.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"
#include "common/terminal/timeline.hpp"

namespace {

using namespace nn;

struct Chapter {
  Experiment experiment;
  bool averages = false;
};

void read_settings(CommandLine& line, Chapter& chapter) {
  EnsembleSettings& settings = chapter.experiment.settings;
  line.describe(
      "Cuts the training images into shards, trains a small network on each "
      "with a pool that balances its work, and combines the networks.");
  take_ensemble_options(line, settings);
  line.flag("--averages", chapter.averages,
            "average the weights of 1, 2, 3 and more models, and of shuffled "
            "twins of one, instead of timing");
  line.example("./chapter04", "sixty models on all cores");
  line.example("./chapter04 --skew 1 --threads 4", "uneven shards");
  line.example("./chapter04 --virtual-clock --skew 1 --threads 4",
               "the schedules alone, the same on every machine");
  line.parse();
  refuse_training_options(line, settings);
  if (chapter.averages) {
    line.refuse_given({"--alone", "--trace"}, "has no effect with --averages");
  }
}

// ---- Which worker did what -------------------------------------------------

void show_workers(const Experiment& experiment, const EnsembleRun& run) {
  print_title(experiment, "Which worker trained each model, and when");
  draw_timeline(std::cout, experiment.terminal, run.spans,
                experiment.threads());
  std::cout << '\n';
  print_counters(std::cout, experiment.terminal,
                 {{"work balancing", run.counters}});
}

// ---- Was it worth it -------------------------------------------------------

// [SPEED]
// The time for the same models three times: one after the other, on the pool,
// and on bare threads that are told the sizes.
struct Speed {
  double serial;
  double balanced;
  double bare;
  std::uint64_t digest;  // of all the weights, on any executor
};

Speed compare_speed(const Experiment& experiment, const EnsembleRun& balanced) {
  SerialExecutor executor;
  const EnsembleRun serial = train_and_show(experiment, executor, "serial");
  const double bare = time_bare_threads(
      experiment.plan(StartWeights::different), experiment.threads());
  const std::uint64_t expected = digest(serial.networks);
  require_equal_digests(expected, digest(balanced.networks), "work balancing");
  return {serial.seconds, balanced.seconds, bare, expected};
}
// [/SPEED]

void show_speed(const Experiment& experiment, const Speed& speed) {
  print_title(experiment, "Was it worth it?");
  Table table({"executor", "time", "speedup", "digest of all weights"});
  const auto add_row = [&](const std::string& name, double seconds,
                           const std::string& models) {
    table.row({name, duration(seconds),
               fmt::format("{:.2f}", speed.serial / seconds), models});
  };
  const std::string models = digest_text(speed.digest);
  add_row("serial", speed.serial, models);
  add_row("work balancing", speed.balanced, models);
  add_row(counted(experiment.threads(), "bare thread"), speed.bare,
          "(the ceiling)");
  table.print(std::cout, experiment.terminal);
}

void sum_up(const Experiment& experiment, const Speed& speed,
            const AllCombinations& results) {
  print_title(experiment, "What you have just seen");
  std::cout << fmt::format(
      "Speed: {:.2f} times serial ({}: {:.2f}), the weights equal bit for "
      "bit.\n{}\n{}\n",
      speed.serial / speed.balanced,
      counted(experiment.threads(), "bare thread"), speed.serial / speed.bare,
      weights_sentence(results), alone_sentence(results));
}

// ---- On a virtual clock ----------------------------------------------------

void show_virtual_schedules(Experiment& experiment, ResultFile& trace,
                            ResultFile& csv) {
  prepare_virtual_clock(experiment);
  const std::vector<NamedSchedule> schedules = virtual_schedules(experiment);
  trace.write(trace_json(trace_groups(schedules)));
  csv.write(trace_csv(trace_groups(schedules)));
  print_title(experiment, "Which worker takes each model, and when");
  print_schedules(std::cout, experiment, schedules);
  print_title(experiment, "How long it takes");
  print_virtual_speed(std::cout, experiment, schedules);
}

// ---- The chapter -----------------------------------------------------------

WorkBalancingPool::Options pool_options(const Experiment& experiment) {
  return {.thread_count = experiment.threads(),
          .threshold = experiment.settings.threshold,
          .seed = experiment.settings.common.seed};
}

void show_ensemble(Experiment& experiment, ResultFile& trace, ResultFile& csv) {
  prepare(experiment);
  WorkBalancingPool pool(pool_options(experiment));
  const EnsembleRun run = train_and_show(experiment, pool, "work balancing");
  trace.write(
      trace_json({{"work balancing", run.spans, experiment.threads()}}));
  show_workers(experiment, run);
  const Speed speed = compare_speed(experiment, run);
  show_speed(experiment, speed);
  const AllCombinations results = combine_and_show(experiment, pool, run);
  csv.write(combinations_csv(results));
  show_combinations(experiment, results);
  sum_up(experiment, speed, results);
}

void show_averages(Experiment& experiment, ResultFile& csv) {
  prepare(experiment);
  WorkBalancingPool pool(pool_options(experiment));
  const Averages averages = train_and_average(experiment, pool);
  csv.write(averages_csv(averages));
  print_title(
      experiment,
      "Test accuracy of the average of weights, and the norm of its W1");
  print_averages(std::cout, experiment.terminal, averages);
  print_title(experiment, "Their scores, from different starts");
  print_scores(std::cout, experiment.terminal, averages.different);
  print_title(experiment, "Their scores, twins of one");
  print_scores(std::cout, experiment.terminal, averages.twins);
}

int chapter04(CommandLine& line) {
  Chapter chapter;
  Experiment& experiment = chapter.experiment;
  read_settings(line, chapter);
  ResultFile trace(experiment.settings.trace);
  ResultFile csv(experiment.settings.common.csv, &trace);
  if (experiment.settings.virtual_clock) {
    show_virtual_schedules(experiment, trace, csv);
  } else if (chapter.averages) {
    show_averages(experiment, csv);
  } else {
    show_ensemble(experiment, trace, csv);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter04);
}
