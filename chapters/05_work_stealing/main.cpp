// Chapter 5: the same sixty networks, on a pool whose workers steal.

#include <iostream>
#include <utility>

#include "04_work_balancing/lesson.hpp"
#include "04_work_balancing/result_file.hpp"
#include "04_work_balancing/trace.hpp"
#include "05_work_stealing/comparison.hpp"
#include "05_work_stealing/comparison_report.hpp"
#include "common/blas.hpp"
#include "common/program.hpp"
#include "common/progress.hpp"

namespace {

using namespace nn;

// ---- What the user may set -------------------------------------------------

struct Chapter {
  Lesson lesson;  // its shards are the even ones
  double skew = 1;
  std::string deque = "growing";
  int laps = 2;
  int lap_epochs = 1;
};

void read_settings(CommandLine& line, Chapter& chapter) {
  EnsembleSettings& settings = chapter.lesson.settings;
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
  line.parse();
  refuse_shared_file(settings);
  chapter.skew = std::exchange(settings.skew, 0);
}

std::vector<Contestant> contestants_of(const Chapter& chapter) {
  const bool bounded = chapter.deque == "bounded";
  return make_contestants(
      {.threads = chapter.lesson.threads(),
       .threshold = chapter.lesson.threshold(),
       .deque = bounded ? DequeKind::bounded : DequeKind::growing,
       .seed = chapter.lesson.settings.common.seed});
}

// ---- Four executors side by side -------------------------------------------

// [RACE]
Comparison race(const Chapter& chapter,
                const std::vector<Contestant>& contestants,
                const std::string& title, std::span<const Dataset> shards,
                const std::vector<HeatOptions>& heats) {
  const Lesson& lesson = chapter.lesson;
  ComparisonOptions options;
  options.ensemble = ensemble_options(lesson.settings, Starts::different);
  options.ensemble.epochs = static_cast<std::size_t>(chapter.lap_epochs);
  options.heats = heats;
  options.laps = static_cast<std::size_t>(chapter.laps);

  std::cout.flush();  // worth reading meanwhile, in a pipe too
  LiveLines live(std::cout, lesson.terminal, 1, lesson.settings.common.quiet);
  const std::size_t total = measurement_count(contestants.size(), options);
  std::size_t next = 0;
  return compare(contestants, *lesson.engine, shards, options,
                 [&](const std::string& executor) {
                   live.set(0, title + ", run " + std::to_string(++next) +
                                   " of " + std::to_string(total) + ": " +
                                   executor);
                 });
}
// [/RACE]

// [HEATS]
const std::vector<std::string> kTitles = {"even shards", "uneven shards"};

Comparison race_even(const Chapter& chapter,
                     const std::vector<Contestant>& contestants) {
  return race(chapter, contestants, kTitles[0], chapter.lesson.shards,
              {{"even, by a task", ShardOrder::shuffled, true}});
}

Comparison race_uneven(const Chapter& chapter,
                       const std::vector<Contestant>& contestants) {
  ShardOptions options = shard_options(chapter.lesson.settings);
  options.skew = chapter.skew;
  const std::vector<Dataset> shards =
      cut_into_shards(chapter.lesson.data.train, options);
  std::cout << "Then " << shards_text(shards) << " (skew " << chapter.skew
            << ").\n";
  return race(chapter, contestants, kTitles[1], shards,
              {{"small first, by a task", ShardOrder::ascending, true},
               {"small first, from outside", ShardOrder::ascending, false},
               {"large first, from outside", ShardOrder::descending, false}});
}
// [/HEATS]

// ---- What came of it -------------------------------------------------------

void show_workers(const Lesson& lesson,
                  const std::vector<Comparison>& comparisons) {
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    const Heat& heat = comparisons[i].heats.front();
    print_title(std::cout, lesson.terminal,
                "Who trained which model, and when: " + kTitles[i]);
    print_heat(std::cout, lesson.terminal, heat, lesson.threads());
  }
}

void show_speed(const Chapter& chapter,
                const std::vector<Comparison>& comparisons) {
  const Lesson& lesson = chapter.lesson;
  print_title(std::cout, lesson.terminal,
              "How many times faster than serial, on " +
                  std::to_string(lesson.threads()) + " threads");
  print_speedups(std::cout, lesson.terminal, comparisons);
  const auto [laps, epochs] = std::pair(chapter.laps, chapter.lap_epochs);
  std::cout << (laps == 1 ? "Of " : "The fastest of ") << laps
            << (laps == 1 ? " lap, " : " laps, ") << epochs
            << (epochs == 1 ? " epoch" : " epochs")
            << " a model. Bare threads are the ceiling.\n";
}

void show_digests(const Lesson& lesson,
                  const std::vector<Comparison>& comparisons) {
  print_title(std::cout, lesson.terminal,
              "Digests of all models and of the average of their weights");
  print_digests(std::cout, lesson.terminal, comparisons, kTitles);
  std::cout << "Equal, so the weights are equal bit for bit, whoever trained "
               "them.\n";
}

void show_combinations(const Lesson& lesson, const AllCombinations& results) {
  print_title(std::cout, lesson.terminal, "What the models are good for");
  print_combinations(std::cout, lesson.terminal, results, lesson.shards.size());
}

void sum_up(const Lesson& lesson, const std::vector<Comparison>& comparisons,
            const AllCombinations& results) {
  constexpr std::size_t kStatic = 0, kBalancing = 1, kStealing = 2;
  const auto gain = [&](std::size_t i, std::size_t other) {
    return gain_sentence(comparisons[i], comparisons[i].heats.front(),
                         kStealing, other);
  };
  print_title(std::cout, lesson.terminal, "What you have just seen");
  std::cout << "Even shards: " << gain(0, kBalancing) << ".\n"
            << "Uneven shards: " << gain(1, kStatic) << ".\n"
            << weights_sentence(results) << '\n';
}

// ---- The chapter -----------------------------------------------------------

int chapter05(CommandLine& line) {
  Chapter chapter;
  Lesson& lesson = chapter.lesson;
  read_settings(line, chapter);
  use_one_blas_thread();
  ResultFile trace(lesson.settings.trace);
  ResultFile csv(lesson.settings.common.csv);
  load_and_cut(lesson);
  print_setup(std::cout, lesson.settings, lesson.data, lesson.shards);

  const std::vector<Contestant> contestants = contestants_of(chapter);
  const std::vector<Comparison> comparisons = {
      race_even(chapter, contestants), race_uneven(chapter, contestants)};
  trace.write(trace_json(trace_groups(comparisons, lesson.threads())));
  csv.write(comparison_csv(comparisons, kTitles));
  show_workers(lesson, comparisons);
  show_speed(chapter, comparisons);
  show_digests(lesson, comparisons);

  Executor& stealing = *contestants.back().executor;
  const EnsembleRun run = train_and_show(lesson, stealing, "different starts");
  const AllCombinations results = combine_and_show(lesson, stealing, run);
  show_combinations(lesson, results);
  sum_up(lesson, comparisons, results);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter05);
}
