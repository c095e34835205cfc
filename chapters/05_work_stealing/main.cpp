// Chapter 5: the same sixty networks, on a pool whose workers steal.

#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <utility>

#include "04_work_balancing/program/experiment.hpp"
#include "05_work_stealing/program/comparison.hpp"
#include "05_work_stealing/program/comparison_report.hpp"
#include "05_work_stealing/program/virtual_comparison.hpp"
#include "common/files/result_file.hpp"
#include "common/files/trace.hpp"
#include "common/program/program.hpp"
#include "common/terminal/progress.hpp"

namespace {

using namespace nn;

// ---- What the user may set -------------------------------------------------

struct Chapter {
  Experiment experiment;  // its shards are the even ones
  double skew = 1;
  std::string deque = "growing";
  std::size_t laps = 2;
  std::size_t lap_epochs = 1;
};

void read_settings(CommandLine& line, Chapter& chapter) {
  EnsembleSettings& settings = chapter.experiment.settings;
  settings.skew = chapter.skew;
  line.describe(
      "Trains the sixty networks of chapter 4 on four executors side by side, "
      "on even shards and on uneven ones, and combines the networks.");
  take_ensemble_options(line, settings);
  line.choice("--deque", chapter.deque, {"bounded", "growing"},
              "the stealing workers' deque");
  line.integer(
      "--laps", chapter.laps, 1, 1000,
      "how often the executors are compared; each one's fastest lap counts");
  line.integer("--lap-epochs", chapter.lap_epochs, 1, 100000,
               "epochs of each model in a comparison");
  line.example("./chapter05", "all of it, in half a minute");
  line.example("./chapter05 --skew 2 --threads 4", "far more uneven shards");
  line.example("./chapter05 --virtual-clock --threads 4",
               "the schedules alone, the same on every machine");
  line.parse();
  refuse_training_options(line, settings);
  chapter.skew = std::exchange(settings.skew, 0);
}

ContestantOptions contestant_options(const Chapter& chapter) {
  const bool bounded = chapter.deque == "bounded";
  return {.threads = chapter.experiment.threads(),
          .threshold = chapter.experiment.settings.threshold,
          .deque = bounded ? DequeKind::bounded : DequeKind::growing,
          .seed = chapter.experiment.settings.common.seed};
}

// ---- Four executors side by side -------------------------------------------

// [HEATS]
ComparisonOptions on_even_shards(const Chapter& chapter) {
  return {.title = "even shards",
          .heats = {{"even, by a task", ShardOrder::shuffled, true}},
          .laps = chapter.laps};
}

ComparisonOptions on_uneven_shards(const Chapter& chapter) {
  return {
      .title = "uneven shards",
      .heats = {{"small first, by a task", ShardOrder::ascending, true},
                {"small first, from outside", ShardOrder::ascending, false},
                {"large first, from outside", ShardOrder::descending, false}},
      .laps = chapter.laps};
}

std::vector<Shard> uneven_shards(const Chapter& chapter) {
  ShardOptions options = shard_options(chapter.experiment.settings);
  options.skew = chapter.skew;
  return cut_into_shards(image_count(chapter.experiment.shards), options);
}
// [/HEATS]

// [BOTH]
using Compare =
    std::function<Comparison(std::span<const Shard>, const ComparisonOptions&)>;

std::vector<Comparison> compare_on_both(const Chapter& chapter,
                                        const Compare& compare_on) {
  const Comparison even =
      compare_on(chapter.experiment.shards, on_even_shards(chapter));
  const std::vector<Shard> shards = uneven_shards(chapter);
  std::cout << fmt::format("Then {} (skew {}).\n", shards_text(shards),
                           chapter.skew);
  return {even, compare_on(shards, on_uneven_shards(chapter))};
}
// [/BOTH]

// [RACE]
Comparison race(const Chapter& chapter, std::span<const Contestant> contestants,
                std::span<const Shard> shards,
                const ComparisonOptions& options) {
  const Experiment& experiment = chapter.experiment;
  EnsemblePlan plan = experiment.plan(StartWeights::different);
  plan.shards = shards;
  plan.options.epochs = chapter.lap_epochs;

  std::cout.flush();  // worth reading meanwhile, in a pipe too
  LiveLines live(std::cout, experiment.terminal, 1,
                 experiment.settings.common.quiet);
  const std::size_t total = measurement_count(contestants.size(), options);
  std::size_t run = 0;
  return compare(contestants, plan, options, [&](const std::string& executor) {
    live.set(0, fmt::format("{}, run {} of {}: {}", options.title, ++run, total,
                            executor));
  });
}
// [/RACE]

// ---- The results -----------------------------------------------------------

void show_workers(const Experiment& experiment, const std::string& title,
                  const std::vector<Comparison>& comparisons) {
  for (const Comparison& comparison : comparisons) {
    print_title(experiment, title + ": " + comparison.title);
    print_heat(std::cout, experiment.terminal, comparison.heats.front(),
               experiment.threads());
  }
}

void show_speed(const Experiment& experiment,
                const std::vector<Comparison>& comparisons) {
  print_title(experiment,
              fmt::format("How many times faster than serial, on {}",
                          counted(experiment.threads(), "thread")));
  print_speedups(std::cout, experiment.terminal, comparisons);
}

void say_how_measured(const Chapter& chapter) {
  std::cout << fmt::format(
      "{} {}, {} a model. Bare threads are the yardstick.\n",
      chapter.laps == 1 ? "Of" : "The fastest of", counted(chapter.laps, "lap"),
      counted(chapter.lap_epochs, "epoch"));
}

void show_digests(const Experiment& experiment,
                  const std::vector<Comparison>& comparisons) {
  print_title(experiment,
              "Digests of all models and of the average of their weights");
  print_digests(std::cout, experiment.terminal, comparisons);
  std::cout << "Equal, so every executor trained the same weights, bit for "
               "bit.\n";
}

void sum_up(const Experiment& experiment,
            const std::vector<Comparison>& comparisons,
            const AllCombinations& results) {
  constexpr std::size_t kStatic = 0, kBalancing = 1, kStealing = 2;
  const auto gain = [&](std::size_t i, std::size_t other) {
    return gain_sentence(comparisons[i], comparisons[i].heats.front(),
                         kStealing, other);
  };
  print_title(experiment, "What you have just seen");
  std::cout << fmt::format("Even shards: {}.\nUneven shards: {}.\n{}\n",
                           gain(0, kBalancing), gain(1, kStatic),
                           weights_sentence(results));
}

// ---- On a virtual clock ----------------------------------------------------

// [VIRTUAL]
void show_virtual_comparison(Chapter& chapter, ResultFile& trace,
                             ResultFile& csv) {
  Experiment& experiment = chapter.experiment;
  prepare_virtual_clock(experiment);
  const std::vector<Comparison> comparisons =
      compare_on_both(chapter, [&](const auto& shards, const auto& options) {
        return compare_on_virtual_clock(shards, options,
                                        contestant_options(chapter));
      });
  const std::vector<TraceGroup> groups =
      trace_groups(comparisons, experiment.threads());
  trace.write(trace_json(groups));
  csv.write(trace_csv(groups));
  show_workers(experiment, "Which worker takes each model, and when",
               comparisons);
  show_speed(experiment, comparisons);
}
// [/VIRTUAL]

// ---- The chapter -----------------------------------------------------------

int chapter05(CommandLine& line) {
  Chapter chapter;
  Experiment& experiment = chapter.experiment;
  read_settings(line, chapter);
  ResultFile trace(experiment.settings.trace);
  ResultFile csv(experiment.settings.common.csv, &trace);
  if (experiment.settings.virtual_clock) {
    show_virtual_comparison(chapter, trace, csv);
    return 0;
  }
  prepare(experiment);

  const std::vector<Contestant> contestants =
      make_contestants(contestant_options(chapter));
  const std::vector<Comparison> comparisons =
      compare_on_both(chapter, [&](const auto& shards, const auto& options) {
        return race(chapter, contestants, shards, options);
      });
  trace.write(trace_json(trace_groups(comparisons, experiment.threads())));
  csv.write(comparison_csv(comparisons));
  show_workers(experiment, "Which worker trained each model, and when",
               comparisons);
  show_speed(experiment, comparisons);
  say_how_measured(chapter);
  show_digests(experiment, comparisons);

  Executor& stealing = *contestants.back().executor;
  const EnsembleRun run =
      train_and_show(experiment, stealing, "different starts");
  const AllCombinations results = combine_and_show(experiment, stealing, run);
  show_combinations(experiment, results);
  sum_up(experiment, comparisons, results);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter05);
}
