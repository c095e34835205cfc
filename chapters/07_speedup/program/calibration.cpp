#include "07_speedup/program/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "04_work_balancing/schedule/virtual_clock.hpp"
#include "05_work_stealing/task_deque.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "07_speedup/statistics.hpp"
#include "common/clock.hpp"

namespace nn {

MoveCosts recorded_costs(Policy policy) {
  switch (policy) {
    case Policy::static_blocks:
      return {.submit = 32, .run = 190, .wake = 5'000};
    case Policy::balancing:
      return {.submit = 160,
              .run = 225,
              .look = 30,
              .move = 39,
              .carry = 11,
              .wake = 5'000};
    case Policy::stealing:
      break;
  }
  return {.submit = 145,
          .run = 210,
          .look = 1,
          .move = 10,
          .carry = 10,
          .wake = 5'000};
}

namespace {

constexpr std::size_t kMany = 10'000;

Ticks nanoseconds_each(double seconds, std::size_t steps = 1) {
  return static_cast<Ticks>(
      std::llround(1e9 * seconds / static_cast<double>(steps)));
}

// The median of a few tries of `work`, which does `steps` of something.
template <typename Work>
Ticks cost_of(std::size_t steps, Work work) {
  std::vector<double> tries;
  for (int i = 0; i < 9; ++i) tries.push_back(seconds_of(work));
  return nanoseconds_each(median(tries), steps);
}

std::deque<VirtualTask> some_tasks() {
  std::deque<VirtualTask> tasks;
  for (std::size_t k = 0; k < kMany; ++k) tasks.emplace_back(k, 1);
  return tasks;
}

// Of the balancing pool: even out with an empty queue; with one of one task;
// and with a long one.
MoveCosts balancing_moves(std::deque<VirtualTask>& tasks) {
  using Queue = WorkQueue<Task>;
  Queue mine, theirs;
  MoveCosts costs;
  costs.look = cost_of(kMany, [&] {
    for (std::size_t i = 0; i < kMany; ++i) Queue::even_out(mine, theirs, 0);
  });
  costs.move = cost_of(kMany, [&] {
    for (VirtualTask& task : tasks) {
      theirs.push_nested(task);
      Queue::even_out(mine, theirs, 0);
      mine.pop();
    }
  });
  costs.carry = cost_of(kMany / 2, [&] {
    for (VirtualTask& task : tasks) theirs.push_nested(task);
    Queue::even_out(mine, theirs, 0);
    while (mine.pop() != nullptr || theirs.pop() != nullptr) continue;
  });
  // The last two did more than move: they queued and took each task, too.
  const Ticks queued = cost_of(kMany, [&] {
    for (VirtualTask& task : tasks) theirs.push_nested(task);
    while (theirs.pop() != nullptr) continue;
  });
  costs.move = std::max(costs.look, costs.move - queued);
  costs.carry = std::max<Ticks>(1, costs.carry - 2 * queued);
  return costs;
}

// Of the stealing pool: steal from an empty deque, and from a full one.
MoveCosts stealing_moves(std::deque<VirtualTask>& tasks) {
  TaskDeque deque(DequeKind::growing, kMany);
  MoveCosts costs;
  // A nanosecond at least: that is what the simulator counts in.
  costs.look = std::max<Ticks>(1, cost_of(kMany, [&] {
                                 for (std::size_t i = 0; i < kMany; ++i)
                                   deque.steal();
                               }));
  std::vector<double> tries;
  for (int i = 0; i < 9; ++i) {
    for (VirtualTask& task : tasks) deque.push(&task);
    tries.push_back(seconds_of([&] {
      for (std::size_t k = 0; k < kMany; ++k) deque.steal();
    }));
  }
  costs.move = nanoseconds_each(median(tries), kMany);
  costs.carry = costs.move;
  return costs;
}

// Half of what it takes to hand a sleeping worker a task and to be woken when
// it is done.
template <typename Pool>
Ticks wake_cost(Pool& pool) {
  std::vector<double> tries;
  for (int i = 0; i < 31; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    tries.push_back(seconds_of([&] { pool.submit([] {}).get(); }) / 2);
  }
  return nanoseconds_each(median(tries));
}

// ---- Submit and run --------------------------------------------------------

// How long the simulator takes for so many empty tasks.
double simulated_empty(std::size_t count, std::size_t which,
                       std::size_t workers, const MoveCosts& costs) {
  const std::vector<Ticks> tasks(count, 0);
  return 1e-9 * static_cast<double>(simulate({tasks, Submission::by_a_task},
                                             {.policy = kPolicies[which],
                                              .workers = workers,
                                              .costs = costs})
                                        .time);
}

// [FIT]
// The cost of running a task with which the simulator needs so long for that
// many empty ones. More cost never makes it faster, so halving finds it.
Ticks fitted_run_cost(std::size_t count, std::size_t which, std::size_t workers,
                      MoveCosts costs, double seconds) {
  Ticks low = 0, high = 100'000;
  while (low < high) {
    costs.run = (low + high) / 2;
    if (simulated_empty(count, which, workers, costs) < seconds) {
      low = costs.run + 1;
    } else {
      high = costs.run;
    }
  }
  return low;
}
// [/FIT]

}  // namespace

std::vector<MoveCosts> measure_moves() {
  std::deque<VirtualTask> tasks = some_tasks();
  std::vector<MoveCosts> all = {
      {}, balancing_moves(tasks), stealing_moves(tasks)};
  StaticExecutor dealt(1);
  WorkBalancingPool balancing(1);
  WorkStealingPool stealing(1);
  all[0].wake = wake_cost(dealt);
  all[1].wake = wake_cost(balancing);
  all[2].wake = wake_cost(stealing);
  return all;
}

Costs calibrated_costs(std::span<const Point> points,
                       std::span<const MoveCosts> moves,
                       std::size_t empty_tasks, std::size_t cores) {
  Costs all;
  for (const Point& point : points) {
    if (!all_ways()[point.way].empty || point.workers > cores) continue;
    for (std::size_t which = 0; which < std::size(kPolicies); ++which) {
      const Series& series = point.executors[which];
      MoveCosts costs = moves[which];
      costs.submit = nanoseconds_each(median(series.submitting), empty_tasks);
      costs.run = fitted_run_cost(2 * empty_tasks, which, point.workers, costs,
                                  median(series.twice));
      all[{which, point.workers}] = costs;
    }
  }
  return all;
}

}  // namespace nn
