#include "07_speedup/program/measurement.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "07_speedup/program/ceiling.hpp"
#include "07_speedup/statistics.hpp"
#include "common/clock.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

const std::vector<Way>& all_ways() {
  static const std::vector<Way> ways = {
      {.name = "even, by a task", .by_a_task = true},
      {.name = "small first, by a task",
       .order = ShardOrder::ascending,
       .skewed = true,
       .by_a_task = true},
      {.name = "small first", .order = ShardOrder::ascending, .skewed = true},
      {.name = "large first", .order = ShardOrder::descending, .skewed = true},
      {.name = "shuffled", .skewed = true},
      {.name = "empty, by a task", .by_a_task = true, .empty = true}};
  return ways;
}

namespace {

// ---- Empty tasks -----------------------------------------------------------

struct EmptyRun {
  double submitting = 0;
  double seconds = 0;
};

// Submits `count` tasks that do nothing and waits for all of them.
EmptyRun run_empty(Executor& executor, std::size_t count, bool by_a_task) {
  EmptyRun run;
  const auto submit_all = [&] {
    run.submitting = seconds_of([&] {
      for (std::size_t i = 0; i < count; ++i) executor.submit([] {});
    });
  };
  run.seconds = seconds_of([&] {
    if (by_a_task) {
      executor.submit(submit_all);
    } else {
      submit_all();
    }
    executor.wait_all();
  });
  return run;
}

// Calls that the compiler cannot leave out: what is left of empty tasks
// without an executor.
double time_empty_calls(std::size_t count, std::size_t threads) {
  const std::function<void()> nothing = [] {};
  const auto call_all = [&](std::size_t) {
    for (std::size_t i = 0; i < count / threads; ++i) nothing();
  };
  return time_pinned_threads(
      threads, [](std::size_t) {}, call_all);
}

// ---- Awake -----------------------------------------------------------------

// [AWAKE]
// Keeps the executor's workers busy for some milliseconds. Those that slept
// for long may wake on one core, and the system takes a while to part them:
// that would be measured, too.
void keep_awake(Executor& executor) {
  constexpr double kSeconds = 0.003;
  for (std::size_t i = 0; i < 4 * executor.thread_count(); ++i) {
    executor.submit([] {
      const Stopwatch watch;
      while (watch.seconds() < kSeconds) continue;
    });
  }
  executor.wait_all();
}
// [/AWAKE]

// Memory for all models, taken by tasks and given back: the allocator hands to
// the system what lay idle for long, and the models would wait for it again.
void take_memory(Executor& executor, const EnsemblePlan& plan) {
  EnsemblePlan untrained = plan;
  untrained.options.epochs = 0;
  const Network model = train_model(untrained, 0, plan.shards[0]);
  run_each(executor, indices_below(plan.shards.size()),
           [&](std::size_t) { return Network(model); });
}

// ---- One point -------------------------------------------------------------

// All that one round of one point needs.
struct Turn {
  const Plans& plans;
  const MeasurementOptions& options;
  std::span<const Contestant> contestants;  // serial first
  const Way& way;

  EnsemblePlan plan() const {
    EnsemblePlan plan = way.skewed ? plans.skewed : plans.even;
    plan.order = way.order;
    return plan;
  }
};

Ticks nanoseconds(double seconds) {
  return static_cast<Ticks>(std::llround(1e9 * seconds));
}

void measure_serial(const Turn& turn, Point& point) {
  SerialExecutor& serial =
      static_cast<SerialExecutor&>(*turn.contestants[0].executor);
  if (turn.way.empty) {
    point.serial.push_back(
        run_empty(serial, turn.options.empty_tasks, false).seconds);
    return;
  }
  const EnsemblePlan plan = turn.plan();
  keep_awake(serial);
  take_memory(serial, plan);
  const EnsembleRun run = train_ensemble(serial, plan);
  point.serial.push_back(run.seconds);
  std::vector<Ticks>& tasks = point.tasks.emplace_back();
  point.images.clear();
  for (const std::size_t k : submission_order(plan.shards, plan.order)) {
    tasks.push_back(nanoseconds(run.spans[k].end - run.spans[k].start));
    point.images.push_back(plan.shards[k].size());
  }
}

void measure_ceiling(const Turn& turn, Point& point) {
  std::vector<double>& seconds = point.executors[kCeiling].seconds;
  seconds.push_back(
      turn.way.empty ? time_empty_calls(turn.options.empty_tasks, point.workers)
                     : time_pinned_training(turn.plan(), point.workers));
}

void measure_empty(const Turn& turn, const Contestant& contestant,
                   Series& series) {
  const bool by_a_task = contestant.shares_what_a_task_submits;
  const std::size_t n = turn.options.empty_tasks;
  keep_awake(*contestant.executor);
  constexpr int kTries = 5;  // a few milliseconds each: take the median
  std::vector<double> seconds, twice, submitting;
  run_empty(*contestant.executor, n, by_a_task);  // queues and memory grow
  for (int i = 0; i < kTries; ++i) {
    const EmptyRun more = run_empty(*contestant.executor, 2 * n, by_a_task);
    seconds.push_back(run_empty(*contestant.executor, n, by_a_task).seconds);
    twice.push_back(more.seconds);
    submitting.push_back(more.submitting / 2);
  }
  series.seconds.push_back(median(seconds));
  series.twice.push_back(median(twice));
  series.submitting.push_back(median(submitting));
}

// @param which as in kExecutors; the one after them is serial
void measure_executor(const Turn& turn, std::size_t which, Point& point) {
  if (which == std::size(kExecutors)) return measure_serial(turn, point);
  if (which == kCeiling) return measure_ceiling(turn, point);
  const Contestant& contestant = turn.contestants[which + 1];
  Series& series = point.executors[which];
  if (turn.way.empty) return measure_empty(turn, contestant, series);
  const bool by_a_task =
      turn.way.by_a_task && contestant.shares_what_a_task_submits;
  const auto train = by_a_task ? train_from_inside : train_ensemble;
  keep_awake(*contestant.executor);
  take_memory(*contestant.executor, turn.plan());
  series.seconds.push_back(train(*contestant.executor, turn.plan()).seconds);
}

void measure_point(const Turn& turn, std::size_t round, Point& point) {
  throw_if_interrupted();
  const std::size_t n = std::size(kExecutors) + 1;
  for (std::size_t i = 0; i < n; ++i) {
    measure_executor(turn, (round + i) % n, point);
  }
}

std::vector<Point> empty_points(const MeasurementOptions& options) {
  std::vector<Point> points;
  for (std::size_t way = 0; way < all_ways().size(); ++way) {
    for (const std::size_t workers : options.workers) {
      points.push_back({.way = way,
                        .workers = workers,
                        .executors = std::vector<Series>(4)});
    }
  }
  return points;
}

using Contestants = std::map<std::size_t, std::vector<Contestant>>;

// Those of one number of workers sleep while those of another work.
Contestants contestants_for(const MeasurementOptions& options) {
  Contestants all;
  for (const std::size_t workers : options.workers) {
    all[workers] = make_contestants({.threads = workers,
                                     .threshold = options.threshold,
                                     .seed = options.seed});
  }
  return all;
}

}  // namespace

// [ROUNDS]
std::vector<Point> measure(const Plans& plans,
                           const MeasurementOptions& options,
                           const PointHook& hook) {
  const Contestants contestants = contestants_for(options);
  std::vector<Point> points = empty_points(options);
  std::size_t done = 0;
  for (std::size_t round = 0; round < options.rounds; ++round) {
    for (Point& point : points) {
      hook(done++, options.rounds * points.size());
      measure_point({plans, options, contestants.at(point.workers),
                     all_ways()[point.way]},
                    round, point);
    }
  }
  return points;
}
// [/ROUNDS]

std::vector<double> speedups(const Point& point, std::size_t executor) {
  return paired_ratios(point.serial, point.executors[executor].seconds);
}

namespace {

std::string csv_rows(const Point& point, const std::string& executor,
                     std::span<const double> seconds) {
  std::string rows;
  for (std::size_t round = 0; round < seconds.size(); ++round) {
    rows += fmt::format("measured,\"{}\",{},{},{},{:.9f},{:.4f}\n",
                        all_ways()[point.way].name, executor, point.workers,
                        round + 1, seconds[round],
                        point.serial[round] / seconds[round]);
  }
  return rows;
}

}  // namespace

std::string measured_csv(std::span<const Point> points) {
  std::string text = kCsvHeader;
  for (const Point& point : points) {
    text += csv_rows(point, "serial", point.serial);
    for (std::size_t i = 0; i < point.executors.size(); ++i) {
      text += csv_rows(point, kExecutors[i], point.executors[i].seconds);
      text += fmt::format("median,\"{}\",{},{},0,{:.9f},{:.4f}\n",
                          all_ways()[point.way].name, kExecutors[i],
                          point.workers, median(point.executors[i].seconds),
                          median(speedups(point, i)));
    }
  }
  return text;
}

}  // namespace nn
