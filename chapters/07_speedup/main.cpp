// Chapter 7: how much faster sixty networks are trained by more workers.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "07_speedup/program/calibration.hpp"
#include "07_speedup/program/ceiling.hpp"
#include "07_speedup/program/findings.hpp"
#include "07_speedup/program/measurement.hpp"
#include "07_speedup/program/prediction.hpp"
#include "07_speedup/program/report.hpp"
#include "07_speedup/program/settings.hpp"
#include "07_speedup/program/stages.hpp"
#include "07_speedup/program/theory.hpp"
#include "07_speedup/statistics.hpp"
#include "common/files/result_file.hpp"
#include "common/files/trace.hpp"
#include "common/program/program.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/text.hpp"

namespace {

using namespace nn;

// ---- Measuring -------------------------------------------------------------

std::vector<Point> measure_all(const SpeedupSettings& settings,
                               LiveLines& live) {
  const Experiment& experiment = settings.experiment;
  ShardOptions uneven = shard_options(experiment.settings);
  uneven.skew = settings.skew;
  const std::vector<Shard> skewed =
      cut_into_shards(experiment.data.train.size(), uneven);
  Plans plans{experiment.plan(StartWeights::different),
              experiment.plan(StartWeights::different)};
  plans.skewed.shards = skewed;
  std::cout << fmt::format("{} (skew {}).\n", shards_text(skewed),
                           settings.skew)
            << std::flush;
  return measure(plans,
                 {.workers = settings.workers,
                  .rounds = settings.rounds,
                  .empty_tasks = settings.empty_tasks,
                  .threshold = experiment.settings.threshold,
                  .seed = experiment.settings.common.seed},
                 [&](std::size_t done, std::size_t total) {
                   live.set(
                       0, fmt::format("measuring, {} of {}", done + 1, total));
                 });
}

// Loading and the like take a while: at most three rounds, on one worker, two
// and all.
std::vector<StagesRun> measure_parts(const SpeedupSettings& settings,
                                     LiveLines& live) {
  std::vector<std::size_t> workers = {1, 2};
  const std::size_t most = std::min(settings.workers.back(), usable_cores());
  if (most > 2) workers.push_back(most);
  return measure_stages(settings.experiment, settings.run_epochs, workers,
                        std::min<std::size_t>(settings.rounds, 3),
                        [&] { live.set(0, "load, cut, train, ..."); });
}

// ---- Simulating ------------------------------------------------------------

std::vector<MoveCosts> costs_of_most(const Costs& costs) {
  std::vector<MoveCosts> all;
  for (std::size_t which = 0; which < std::size(kPolicies); ++which) {
    MoveCosts found = recorded_costs(kPolicies[which]);
    for (const auto& [key, value] : costs) {
      if (key.first == which) found = value;  // the last: most workers
    }
    all.push_back(found);
  }
  return all;
}

std::vector<Curve> simulate_all(const std::vector<Recorded>& ways,
                                const std::vector<MoveCosts>& moves) {
  std::vector<Curve> curves;
  for (const Recorded& way : ways) {
    curves.push_back(simulate_past(way, moves, past_workers(way.tasks.size())));
  }
  return curves;
}

// The first curve and another.
void show_curves(const Experiment& experiment, const std::vector<Curve>& curves,
                 const Curve& other) {
  for (const Curve* curve : {&curves.front(), &other}) {
    print_title(experiment, "Simulated past this machine: " + curve->way);
    print_curve(std::cout, experiment.terminal, *curve);
  }
  std::cout << '\n';
  chart_curve(std::cout, experiment.terminal, other);
  std::cout << simulated_note() << '\n';
}

// ---- The results -----------------------------------------------------------

void show_measured(const SpeedupSettings& settings,
                   const std::vector<Point>& points,
                   const std::vector<Cell>& cells) {
  const Experiment& experiment = settings.experiment;
  print_title(experiment, fmt::format("Speedup over serial: the median of {}{}",
                                      counted(settings.rounds, "round"),
                                      settings.rounds <= kAllKept
                                          ? ", lowest..highest"
                                          : " and its interval of 95%"));
  print_speedups(std::cout, experiment.terminal, points);
  print_title(experiment, "Measured: " + all_ways()[2].name);
  chart_measured(std::cout, experiment.terminal, cells, 2);
}

void show_stages(const Experiment& experiment,
                 const std::vector<StagesRun>& stages) {
  print_title(experiment, "Where the time goes");
  print_stages(std::cout, experiment.terminal, stages);
  print_title(experiment, "Two laws");
  print_laws(std::cout, experiment.terminal, stages);
}

void sum_up(const Experiment& experiment, const Findings& findings) {
  print_title(experiment, "What you have just seen");
  const std::string warning = busy_warning(findings);
  if (!warning.empty()) std::cout << warning << "\n\n";
  std::cout << speedup_sentence(findings) << '\n'
            << even_sentence(findings) << '\n'
            << skewed_sentence(findings) << '\n'
            << bottleneck_sentence(findings) << '\n';
}

// ---- Three ways to run -----------------------------------------------------

void show_speedup(SpeedupSettings& settings, ResultFile& csv) {
  Experiment& experiment = settings.experiment;
  prepare(experiment);
  LiveLines live(std::cout, experiment.terminal, 1,
                 experiment.settings.common.quiet);
  const std::size_t cores = usable_cores();
  const std::vector<MoveCosts> moves = measure_moves();
  const std::vector<Point> points = measure_all(settings, live);
  const std::vector<StagesRun> stages = measure_parts(settings, live);
  live.set(0, "simulating");
  const Costs costs =
      calibrated_costs(points, moves, settings.empty_tasks, cores);
  const std::vector<Cell> cells =
      validate(points, costs, settings.empty_tasks, cores);
  const std::vector<Curve> curves =
      simulate_all(recorded(points), costs_of_most(costs));
  live.clear();
  csv.write(measured_csv(points) + stages_csv(stages) + simulated_csv(curves));
  show_measured(settings, points, cells);
  show_stages(experiment, stages);
  print_title(experiment, "What a move costs here, in nanoseconds");
  print_costs(std::cout, experiment.terminal, costs);
  print_title(experiment, "Measured and simulated, on a core each");
  print_validation(std::cout, experiment.terminal, cells);
  std::cout << simulated_note() << '\n';
  show_curves(experiment, curves, curves.at(2));  // small first
  std::cout << "Each task takes what shards of its size took serially, the "
               "median.\n";
  sum_up(experiment, {cells, stages, curves, cores, experiment.shards.size()});
}

std::vector<Ticks> tasks_of(const TraceGroup& group) {
  std::vector<TaskSpan> spans = group.spans;
  std::ranges::stable_sort(spans, {}, &TaskSpan::task);
  std::vector<Ticks> tasks;
  for (const TaskSpan& span : spans) {
    tasks.push_back(std::llround(1e9 * (span.end - span.start)));
  }
  return tasks;
}

// The first group of the trace, as its tasks are numbered, and longest first;
// submitted from outside, where the virtual clock of chapter 4 has a task
// submit.
void simulate_trace(const SpeedupSettings& settings, ResultFile& csv) {
  const std::vector<TraceGroup> groups = read_trace(settings.from);
  const std::vector<Ticks> tasks = tasks_of(groups.front());
  std::vector<MoveCosts> moves;
  for (const Policy policy : kPolicies) moves.push_back(recorded_costs(policy));
  std::cout << fmt::format(
      "{} of \"{}\", the first run in {}\n", counted(tasks.size(), "task"),
      printable(groups.front().name), printable(settings.from));
  const std::vector<Curve> curves = simulate_all(
      {{"in the order of their numbers", tasks, Submission::outside},
       {"longest first", longest_first(tasks), Submission::outside}},
      moves);
  csv.write(kCsvHeader + simulated_csv(curves));
  show_curves(settings.experiment, curves, curves.back());
}

void show_theory(const SpeedupSettings& settings) {
  const Experiment& experiment = settings.experiment;
  const std::uint64_t seed = experiment.settings.common.seed;
  std::cout << "Theorems, tried on random instances; nothing is measured.\n";
  print_title(experiment, "Bounds");
  print_trials(std::cout, experiment.terminal,
               try_bounds(settings.instances, seed));
  print_title(experiment, "Graham's anomaly");
  show_anomaly(std::cout, experiment.terminal);
  print_title(experiment, "Sixty equal shards");
  show_staircase(std::cout, experiment.terminal);
  print_title(experiment, "Ticks beyond T1/P: a thief takes one, or half");
  show_thefts(std::cout, experiment.terminal, seed);
  std::cout << simulated_note() << '\n';
}

int chapter07(CommandLine& line) {
  SpeedupSettings settings;
  read_settings(line, settings);
  ResultFile csv(settings.experiment.settings.common.csv);
  if (settings.bounds) {
    show_theory(settings);
  } else if (!settings.from.empty()) {
    simulate_trace(settings, csv);
  } else {
    show_speedup(settings, csv);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter07);
}
