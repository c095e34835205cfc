#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "04_work_balancing/executor_suite.hpp"
#include "04_work_balancing/reduce.hpp"
#include "04_work_balancing/serial_executor.hpp"
#include "04_work_balancing/static_executor.hpp"
#include "04_work_balancing/task_memory.hpp"
#include "04_work_balancing/work_balancing_pool.hpp"
#include "04_work_balancing/work_queue.hpp"
#include "common/error.hpp"

namespace nn::testing_executors {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// ---- The suite, for each executor of this chapter --------------------------

std::unique_ptr<Executor> make_serial(std::size_t) {
  return std::make_unique<SerialExecutor>();
}

/// Evens out as often as it can.
std::unique_ptr<Executor> make_restless(std::size_t threads) {
  return std::make_unique<WorkBalancingPool>(WorkBalancingPool::Options{
      .thread_count = threads, .threshold = 0, .coin = kInfinity});
}

/// Evens out only when a worker has nothing left.
std::unique_ptr<Executor> make_lazy(std::size_t threads) {
  return std::make_unique<WorkBalancingPool>(WorkBalancingPool::Options{
      .thread_count = threads, .threshold = 1'000'000, .coin = 0});
}

const Kind kSerial{"Serial", make_serial};
const Kind kStatic{"Static", make<StaticExecutor>};
const Kind kBalancing{"Balancing", make<WorkBalancingPool>};
const Kind kRestless{"RestlessBalancing", make_restless};
const Kind kLazy{"LazyBalancing", make_lazy};

INSTANTIATE_TEST_SUITE_P(Chapter04, ExecutorSuite,
                         ::testing::Values(kSerial, kStatic, kBalancing,
                                           kRestless, kLazy),
                         name_of);

// ---- One queue -------------------------------------------------------------

/// Tasks that know their name and are never run.
struct Named : Task {
  explicit Named(char letter) : name(letter) {}
  void execute() noexcept override {}
  char name;
};

class WorkQueueTest : public ::testing::Test {
 protected:
  Task& task(char name) {
    return *tasks_.emplace_back(std::make_unique<Named>(name));
  }
  void fill(WorkQueue& queue, const std::string& names) {
    for (const char name : names) queue.push_outside(task(name));
  }
  static std::string drain(WorkQueue& queue) {
    std::string names;
    while (Task* task = queue.pop()) names += static_cast<Named*>(task)->name;
    return names;
  }

  WorkQueue first_, second_;

 private:
  std::vector<std::unique_ptr<Named>> tasks_;
};

TEST_F(WorkQueueTest, TakesNestedTasksFirstAndNewestFirst) {
  first_.push_outside(task('1'));
  first_.push_nested(task('a'));
  first_.push_outside(task('2'));
  first_.push_nested(task('b'));
  EXPECT_EQ(drain(first_), "ba12");
}

TEST_F(WorkQueueTest, BalancesOnlyAboveTheThreshold) {
  fill(first_, "abcde");
  fill(second_, "z");
  EXPECT_EQ(WorkQueue::even_out(first_, second_, 4), 0U);
  EXPECT_EQ(first_.size(), 5U);
  EXPECT_EQ(WorkQueue::even_out(first_, second_, 3), 2U);
  EXPECT_EQ(first_.size(), 3U);
  EXPECT_EQ(second_.size(), 3U);
}

TEST_F(WorkQueueTest, BalancesInEitherDirection) {
  fill(first_, "abcdef");
  EXPECT_EQ(WorkQueue::even_out(first_, second_, 1), 3U);
  EXPECT_EQ(drain(first_), "abc");
  EXPECT_EQ(WorkQueue::even_out(first_, second_, 1), 2U);
  EXPECT_EQ(drain(first_), "ef");
}

TEST_F(WorkQueueTest, GivesItsOnlyTaskToAnEmptyQueue) {
  fill(second_, "a");
  EXPECT_EQ(WorkQueue::even_out(first_, second_, 0), 1U);
  EXPECT_EQ(drain(first_), "a");
}

TEST_F(WorkQueueTest, CarriesAwayWhatTheOwnerWouldReachLast) {
  fill(first_, "abcd");
  first_.push_nested(task('n'));
  fill(second_, "z");
  EXPECT_EQ(WorkQueue::even_out(first_, second_, 1), 2U);
  EXPECT_EQ(drain(first_), "nab");
  EXPECT_EQ(drain(second_), "zcd");
}

// ---- The static executor ---------------------------------------------------

TEST(StaticExecutor, DealsBlocksOfNeighbours) {
  StaticExecutor executor(3);
  std::vector<Future<std::size_t>> owners;
  owners.reserve(10);
  for (int i = 0; i < 10; ++i) {
    owners.push_back(executor.submit([&] { return executor.worker_index(); }));
  }
  std::vector<std::size_t> found;
  found.reserve(10);
  for (auto& owner : owners) found.push_back(owner.get());
  EXPECT_EQ(found, (std::vector<std::size_t>{0, 0, 0, 1, 1, 1, 2, 2, 2, 2}));
}

TEST(StaticExecutor, BeginsWhenSomeoneWaits) {
  StaticExecutor executor(2);
  std::atomic<int> runs = 0;
  for (int i = 0; i < 10; ++i) executor.submit([&] { ++runs; });
  EXPECT_EQ(runs, 0);
  executor.wait_all();
  EXPECT_EQ(runs, 10);
}

TEST(StaticExecutor, KeepsForkedTasksOnTheirWorker) {
  StaticExecutor executor(4);
  auto parent = executor.submit([&] {
    for (int i = 0; i < 20; ++i) {
      auto child = executor.submit([&] { return executor.worker_index(); });
      EXPECT_EQ(child.get(), executor.worker_index());
    }
  });
  parent.get();
  EXPECT_EQ(sum(executor.counters()).tasks_moved, 0U);
}

// ---- The balancing pool ----------------------------------------------------

TEST(WorkBalancingPool, NoWorkerSleepsWhileATaskIsQueued) {
  const HangGuard guard;
  for (const std::size_t threads : kThreadCounts) {
    for (const auto& kind : {kBalancing, kRestless}) {
      const auto executor = kind.make(threads);
      rounds_that_meet(*executor);
    }
  }
}

// Mended against the textbook: neither a coin that never comes up nor a
// threshold that nothing exceeds keeps an idle worker from its work.
TEST(WorkBalancingPool, AnIdleWorkerIsBoundByNeitherCoinNorThreshold) {
  const HangGuard guard;
  for (const std::size_t threads : kThreadCounts) {
    const auto executor = kLazy.make(threads);
    rounds_that_meet(*executor);
  }
}

// The mirror image: with the coin always up, a worker that has work hands
// some of it to one that has less.
TEST(WorkBalancingPool, ABusyWorkerGivesWhenTheCoinComesUp) {
  const HangGuard guard;
  WorkBalancingPool pool(WorkBalancingPool::Options{
      .thread_count = 2, .threshold = 1, .coin = kInfinity});
  std::atomic<bool> held = false, release = false;
  auto parent = pool.submit([&] {
    auto holder = pool.submit([&] {
      held = true;
      hold_until(release);
    });
    hold_until(held);  // the other worker has it, and nothing else
    for (int i = 0; i < 10; ++i) pool.submit([] {});
    pool.submit([] {}).get();
    return pool.worker_index();
  });
  const std::size_t giver = [&] {
    while (!parent.ready()) std::this_thread::yield();
    return parent.get();
  }();
  while (pool.counters()[giver].moves_done == 0) std::this_thread::yield();
  release = true;
  pool.wait_all();
  EXPECT_GT(pool.counters()[giver].tasks_moved, 0U);
}

TEST(WorkBalancingPool, TheCoinMustNotBeNegative) {
  WorkBalancingPool::Options options{.thread_count = 1};
  options.coin = -0.5;
  EXPECT_THROW(WorkBalancingPool{options}, InputError);
  options.coin = std::nan("");
  EXPECT_THROW(WorkBalancingPool{options}, InputError);
}

// ---- The serial executor ---------------------------------------------------

TEST(SerialExecutor, RunsATaskBeforeSubmitReturns) {
  SerialExecutor executor;
  int order = 0;
  auto future = executor.submit([&] { order = 1; });
  EXPECT_EQ(order, 1);
  EXPECT_TRUE(future.ready());
}

// ---- The tree reduction ----------------------------------------------------

std::string spelled_tree(Executor& executor, int leaves) {
  std::vector<std::string> items;
  items.reserve(10);
  for (int i = 0; i < leaves; ++i) items.push_back(std::to_string(i));
  return reduce_tree(executor, items, [](const auto& a, const auto& b) {
    return "(" + a + " " + b + ")";
  });
}

TEST(ReduceTree, HasOneShapeForAnyExecutorAndThreadCount) {
  for (const std::size_t threads : kThreadCounts) {
    for (const auto& kind : {kSerial, kStatic, kBalancing}) {
      const auto executor = kind.make(threads);
      EXPECT_EQ(spelled_tree(*executor, 1), "0");
      EXPECT_EQ(spelled_tree(*executor, 4), "((0 1) (2 3))");
      EXPECT_EQ(spelled_tree(*executor, 5), "((0 1) (2 (3 4)))");
    }
  }
}

TEST(ReduceTree, NothingIsAnError) {
  SerialExecutor executor;
  EXPECT_THROW(spelled_tree(executor, 0), std::invalid_argument);
}

TEST(ReduceTree, AnExceptionArrivesAfterAllCallsHaveEnded) {
  for (const std::size_t threads : kThreadCounts) {
    WorkBalancingPool pool(threads);
    std::atomic<int> running = 0;
    const auto combine = [&](int a, int b) {
      ++running;
      std::this_thread::yield();
      --running;
      if (a + b > 60) throw std::range_error("too much");
      return a + b;
    };
    std::vector<int> items(64);
    std::iota(items.begin(), items.end(), 0);
    EXPECT_THROW(reduce_tree(pool, items, combine), std::range_error);
    EXPECT_EQ(running, 0);
  }
}

// ---- The memory for tasks --------------------------------------------------

TEST(TaskMemory, BlocksInUseNeverOverlap) {
  constexpr std::size_t kSizes[] = {1, 64, 65, 200, 256, 257, 5000};
  std::vector<std::pair<void*, std::size_t>> blocks;
  for (std::size_t i = 0; i < 2000; ++i) {
    const std::size_t bytes = kSizes[i % 7];
    void* block = allocate_task(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    std::memset(block, static_cast<int>(i % 251), bytes);
    blocks.emplace_back(block, bytes);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto* bytes = static_cast<unsigned char*>(blocks[i].first);
    EXPECT_EQ(bytes[0], i % 251);
    EXPECT_EQ(bytes[blocks[i].second - 1], i % 251);
    free_task(blocks[i].first, blocks[i].second);
  }
}

TEST(TaskMemory, IsUsedAgainWhenAnotherThreadFreesIt) {
  std::set<void*> seen;
  for (int round = 0; round < 50; ++round) {
    std::vector<void*> blocks;
    blocks.reserve(1000);
    for (int i = 0; i < 1000; ++i) blocks.push_back(allocate_task(64));
    seen.insert(blocks.begin(), blocks.end());
    std::jthread([&] {
      for (void* block : blocks) free_task(block, 64);
    });
  }
  if (recycles_task_memory()) {
    EXPECT_LT(seen.size(), 3000U);
  }
}

}  // namespace
}  // namespace nn::testing_executors
