// Schedules on the virtual clock: some that a pencil can check, what holds for
// all of them, and that they are the executors' own.

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "tests/support/schedule_checks.hpp"

namespace nn {
namespace {

// The coin never comes up: only a worker without tasks balances.
constexpr BalancingOptions kLazy = {.coin = 0};

// ---- By hand ---------------------------------------------------------------

TEST(StaticSchedule, DealsBlocksOfNeighbours) {
  const auto shards = shards_of({3, 1, 1, 1});
  const Schedule schedule = static_schedule({shards, 2});
  EXPECT_EQ(drawn(schedule), "0:0-3 1:3-4 | 2:0-1 3:1-2");
  EXPECT_EQ(schedule.seconds, virtual_seconds(4));
}

TEST(BalancedSchedule, AnIdleWorkerTakesHalfOfWhatIsQueued) {
  const auto shards = shards_of({1, 1, 1, 1, 1});
  const Schedule schedule = balanced_schedule(
      {.shards = shards, .threads = 2, .by_a_task = true}, kLazy);
  // Worker 0 begins with its newest; four are left, of which two move.
  EXPECT_EQ(drawn(schedule), "4:0-1 3:1-2 2:2-3 | 1:0-1 0:1-2");
  EXPECT_EQ(schedule.counters[1].tasks_moved, 2u);
  EXPECT_EQ(schedule.counters[1].moves_done, 1u);
  // At the end each looks once more, in vain.
  EXPECT_EQ(schedule.counters[0].moves_tried, 1u);
  EXPECT_EQ(schedule.counters[1].moves_tried, 2u);
}

TEST(BalancedSchedule, TasksFromOutsideAreDealtInTurn) {
  const auto shards = shards_of({10, 1, 1, 1});
  const Schedule schedule = balanced_schedule({shards, 2}, kLazy);
  // Worker 1 runs out at 2 and fetches model 2 from behind model 0.
  EXPECT_EQ(drawn(schedule), "0:0-10 | 1:0-1 3:1-2 2:2-3");
  EXPECT_EQ(schedule.seconds, virtual_seconds(10));
  EXPECT_EQ(schedule.counters[0].idle, std::chrono::nanoseconds(0));
  EXPECT_EQ(schedule.counters[1].idle, std::chrono::microseconds(700));
}

TEST(BalancedSchedule, ABusyWorkerBalancesWhenItsCoinComesUp) {
  const auto shards = shards_of({1, 9, 1, 9, 1, 9});
  const auto looks = [&](double coin) {
    const BalancingOptions options = {.threshold = 0, .coin = coin};
    const Schedule schedule = balanced_schedule({shards, 2}, options);
    return schedule.counters[0].moves_tried;
  };
  // Worker 0 has 0, 2 and 4. At 3 it fetches one of the long ones, at 12 it
  // looks in vain. With the coin it has looked at 1 and 2 besides.
  EXPECT_EQ(looks(0), 2u);
  EXPECT_GT(looks(std::numeric_limits<double>::infinity()), 2u);
}

TEST(BareSchedule, GivesTheLargestToTheLeastBusy) {
  const auto shards = shards_of({1, 2, 3, 4});
  EXPECT_EQ(drawn(bare_schedule({shards, 2})), "3:0-4 0:4-5 | 2:0-3 1:3-5");
}

TEST(Schedules, LetAWorkerWithoutTasksIdle) {
  const auto shards = shards_of({5});
  for (const Schedule& schedule :
       {static_schedule({shards, 3}), balanced_schedule({shards, 3}, {})}) {
    EXPECT_EQ(schedule.seconds, virtual_seconds(5));
    EXPECT_EQ(sum(schedule.counters).tasks_run, 1u);
    EXPECT_EQ(sum(schedule.counters).idle, std::chrono::milliseconds(1));
  }
}

// ---- For all ---------------------------------------------------------------

TEST(Schedules, AreWithinTheirBounds) {
  for_many_works([](const VirtualWork& work) {
    expect_every_model_once(work, static_schedule(work));
    expect_greedy(work, balanced_schedule(work, {}));
    expect_greedy(work, balanced_schedule(work, kLazy));
    expect_greedy(work, bare_schedule(work));
  });
}

TEST(Schedules, AreTheSameEachTime) {
  for_many_works([](const VirtualWork& work) {
    EXPECT_EQ(drawn(balanced_schedule(work, {})),
              drawn(balanced_schedule(work, {})));
  });
}

TEST(Schedules, DependOnTheSeed) {
  const auto shards = cut_into_shards(6000, {.count = 60, .skew = 1});
  const VirtualWork work = {.shards = shards, .threads = 4, .by_a_task = true};
  EXPECT_NE(drawn(balanced_schedule(work, {.seed = 1})),
            drawn(balanced_schedule(work, {.seed = 2})));
}

TEST(Schedules, KnowWhatNoneCanBeat) {
  const auto shards = shards_of({6, 1, 1});
  EXPECT_EQ(serial_seconds(shards), virtual_seconds(8));
  EXPECT_EQ(least_seconds({shards, 1}), virtual_seconds(8));
  EXPECT_EQ(least_seconds({shards, 2}), virtual_seconds(6));
}

// ---- The executors' own ----------------------------------------------------

// Which worker of a real executor ran each task, and in which order, as drawn()
// shows it without times.
std::string run_for_real(Executor& executor, std::size_t tasks) {
  std::vector<std::string> rows(executor.thread_count());
  std::mutex mutex;
  const auto order = indices_below(tasks);
  run_each(executor, order, [&](std::size_t k) {
    const std::scoped_lock lock(mutex);
    rows[executor.worker_index()] += std::to_string(k) + " ";
    return k;
  });
  std::string all;
  for (const std::string& row : rows) all += row + "| ";
  return all;
}

std::string order_of(const Schedule& schedule) {
  std::vector<std::string> rows(schedule.counters.size());
  for (const TaskSpan& span : schedule.spans) {
    rows[span.worker] += std::to_string(span.task) + " ";
  }
  std::string all;
  for (const std::string& row : rows) all += row + "| ";
  return all;
}

TEST(Schedules, OfTheStaticExecutorAreItsOwn) {
  for (const std::size_t threads : {1U, 2U, 3U, 7U}) {
    StaticExecutor executor(threads);
    const auto shards = shards_of(std::vector<std::size_t>(20, 1));
    EXPECT_EQ(order_of(static_schedule({shards, threads})),
              run_for_real(executor, 20));
  }
}

TEST(Schedules, OfTheBalancingPoolAreItsOwnOnOneWorker) {
  WorkBalancingPool pool(1);
  const auto shards = shards_of(std::vector<std::size_t>(20, 1));
  const std::string nested =
      pool.submit([&] { return run_for_real(pool, 20); }).get();
  EXPECT_EQ(order_of(balanced_schedule(
                {.shards = shards, .threads = 1, .by_a_task = true}, {})),
            nested);
}

}  // namespace
}  // namespace nn
