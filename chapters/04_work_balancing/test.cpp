#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/pool/counters.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "04_work_balancing/pool/work_queue.hpp"
#include "common/error.hpp"
#include "tests/support/executor_suite.hpp"

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
  void fill(WorkQueue<Task>& queue, const std::string& names) {
    for (const char name : names) queue.push_outside(task(name));
  }
  static std::string drain(WorkQueue<Task>& queue) {
    std::string names;
    while (Task* task = queue.pop()) names += static_cast<Named*>(task)->name;
    return names;
  }

  WorkQueue<Task> first_, second_;

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
  EXPECT_EQ(WorkQueue<Task>::even_out(first_, second_, 4), 0U);
  EXPECT_EQ(first_.size(), 5U);
  EXPECT_EQ(WorkQueue<Task>::even_out(first_, second_, 3), 2U);
  EXPECT_EQ(first_.size(), 3U);
  EXPECT_EQ(second_.size(), 3U);
}

TEST_F(WorkQueueTest, BalancesInEitherDirection) {
  fill(first_, "abcdef");
  EXPECT_EQ(WorkQueue<Task>::even_out(first_, second_, 1), 3U);
  EXPECT_EQ(drain(first_), "abc");
  EXPECT_EQ(WorkQueue<Task>::even_out(first_, second_, 1), 2U);
  EXPECT_EQ(drain(first_), "ef");
}

TEST_F(WorkQueueTest, GivesItsOnlyTaskToAnEmptyQueue) {
  fill(second_, "a");
  EXPECT_EQ(WorkQueue<Task>::even_out(first_, second_, 0), 1U);
  EXPECT_EQ(drain(first_), "a");
}

TEST_F(WorkQueueTest, CarriesAwayWhatTheOwnerWouldReachLast) {
  fill(first_, "abcd");
  first_.push_nested(task('n'));
  fill(second_, "z");
  EXPECT_EQ(WorkQueue<Task>::even_out(first_, second_, 1), 2U);
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

TEST(StaticExecutor, WaitAllLeavesWhatComesMeanwhileHeldBack) {
  StaticExecutor executor(2);
  std::atomic<bool> began = false, submitted = false, ran = false;
  executor.submit([&] {
    began = true;
    hold_until(submitted);
  });
  std::thread other([&] {
    hold_until(began);
    executor.submit([&ran] { ran = true; });
    submitted = true;
  });
  executor.wait_all();
  EXPECT_FALSE(ran);
  other.join();
  executor.wait_all();
  EXPECT_TRUE(ran);
}

/// Holds every task back, and runs all when one of them is waited for.
class HoldsAllBack final : public Executor {
 public:
  void wait_all() override {}
  std::size_t thread_count() const override { return 1; }
  std::vector<WorkerCounters> counters() const override { return {}; }

  int releases() const { return releases_; }
  /// While it lives, a thread that finds a task held back gets no further.
  static auto keep_from_release() { return std::unique_lock(holding_); }

 private:
  void schedule(Task& task) override {
    task.state().hold_back();
    held_.push_back(&task);
  }
  void help_until_done(Task&, std::size_t) override {}
  void release_held() noexcept override {
    ++releases_;
    for (Task* task : std::exchange(held_, {})) {
      task->state().release();
      task->execute();
      Task::finish(task);
    }
  }

  std::vector<Task*> held_;
  int releases_ = 0;
};

// Both find their task held back. The second comes to the lock when it no
// longer is, and the executor might be gone.
TEST(HeldBackTasks, AThreadThatComesLateDoesNotTouchTheExecutor) {
  HoldsAllBack executor;
  auto one = executor.submit([] {});
  auto other = executor.submit([] {});
  auto lock = HoldsAllBack::keep_from_release();
  std::thread first([&] { one.wait(); });
  std::thread second([&] { other.wait(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  lock.unlock();
  first.join();
  second.join();
  EXPECT_EQ(executor.releases(), 1);
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
  for (const std::size_t threads : kThreadCounts) {
    for (const auto& kind : {kBalancing, kRestless}) {
      const auto executor = kind.make(threads);
      rounds_that_meet(*executor);
    }
  }
}

// Unlike the textbook's pool: neither a coin that never comes up nor a
// threshold that nothing exceeds keeps an idle worker from its work.
TEST(WorkBalancingPool, AnIdleWorkerIsBoundByNeitherCoinNorThreshold) {
  for (const std::size_t threads : kThreadCounts) {
    const auto executor = kLazy.make(threads);
    rounds_that_meet(*executor);
  }
}

// By a task of a pool of two: on return the other worker has a task that ends
// with `release`, and nothing else.
void hold_the_other_worker(Executor& pool, const std::atomic<bool>& release) {
  const auto held = std::make_shared<std::atomic<bool>>(false);
  pool.submit([held, &release] {
    *held = true;
    hold_until(release);
  });
  hold_until(*held);
}

// The mirror image: with the coin always up, a worker that has work hands
// some of it to one that has less.
TEST(WorkBalancingPool, ABusyWorkerGivesWhenTheCoinComesUp) {
  std::atomic<bool> release = false;  // outlives the pool, whose task reads it
  WorkBalancingPool pool(WorkBalancingPool::Options{
      .thread_count = 2, .threshold = 1, .coin = kInfinity});
  auto parent = pool.submit([&] {
    hold_the_other_worker(pool, release);
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

TEST(WorkBalancingPool, AWaitingWorkerFlipsItsCoinToo) {
  std::atomic<bool> release = false;  // outlives the pool, whose task reads it
  WorkBalancingPool pool(WorkBalancingPool::Options{
      .thread_count = 2, .threshold = 1, .coin = kInfinity});
  auto parent = pool.submit([&] {
    hold_the_other_worker(pool, release);
    auto oldest = pool.submit([] {});
    for (int i = 0; i < 10; ++i) pool.submit([] {});
    // Runs the youngest first, and so hands the oldest to the other worker.
    while (!oldest.ready() &&
           pool.counters()[pool.worker_index()].moves_done == 0) {
      auto youngest = pool.submit([] {});
      youngest.wait();
    }
    const auto moved = pool.counters()[pool.worker_index()].tasks_moved;
    release = true;
    return moved;
  });
  EXPECT_GT(parent.get(), 0U);
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

// ---- No memory for a task --------------------------------------------------

/// A pool with one queue that has no memory for its third task.
class SmallPool final : public WorkerPool {
 public:
  SmallPool() : WorkerPool(2) { start(); }
  ~SmallPool() override { stop(); }

 private:
  void push(Task& task, std::size_t) override {
    if (++pushed_ == 3) throw std::bad_alloc();
    queue_.push_outside(task);
    work_bell().ring_for_one();
  }
  Task* find_task(std::size_t) override { return queue_.pop(); }

  WorkQueue<Task> queue_;
  std::atomic<int> pushed_ = 0;
};

TEST(WorkerPool, ATaskThatCannotBeQueuedIsNotWaitedFor) {
  SmallPool pool;
  std::atomic<int> runs = 0;
  pool.submit([&] { ++runs; });
  pool.submit([&] { ++runs; });
  EXPECT_THROW(pool.submit([&] { ++runs; }), std::bad_alloc);
  pool.wait_all();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(pool.submit([] { return 1; }).get(), 1);
}

// ---- One task an index -----------------------------------------------------

std::vector<std::size_t> in_order(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

TEST(RunEach, GivesTheResultsInOrderOfTheirIndex) {
  for (const std::size_t threads : kThreadCounts) {
    WorkBalancingPool pool(threads);
    const std::vector<std::size_t> order = {2, 0, 3, 1};
    const auto squares =
        run_each(pool, order, [](std::size_t k) { return k * k; });
    EXPECT_EQ(squares, (std::vector<std::size_t>{0, 1, 4, 9}));
  }
}

TEST(RunEach, AfterTheFirstFailureNothingBegins) {
  SerialExecutor serial;
  std::vector<std::size_t> begun;
  const auto fails = [&](std::size_t k) -> int {
    begun.push_back(k);
    if (k >= 2) throw std::range_error(std::to_string(k));
    return 0;
  };
  EXPECT_THROW(run_each(serial, in_order(1000), fails), std::range_error);
  EXPECT_EQ(begun, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(RunEach, ThrowsOnlyWhenNoTaskUsesTheCallersFrameAnyMore) {
  for (const std::size_t threads : kThreadCounts) {
    WorkBalancingPool pool(threads);
    std::atomic<int> running = 0;
    const auto fails = [&](std::size_t k) -> int {
      ++running;
      std::this_thread::yield();
      --running;
      if (k == 3) throw std::range_error("three");
      return 0;
    };
    EXPECT_THROW(run_each(pool, in_order(64), fails), std::range_error);
    EXPECT_EQ(running, 0);
  }
}

TEST(RunEach, WaitsForWhatWasSubmittedIfSubmittingFails) {
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> running = 0;
    SmallPool pool;
    const auto slow = [&](std::size_t) {
      ++running;
      for (int i = 0; i < 20; ++i) std::this_thread::yield();
      return --running;
    };
    EXPECT_THROW(run_each(pool, in_order(10), slow), std::bad_alloc);
    EXPECT_EQ(running, 0);
  }
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

// ---- A worker's counters ---------------------------------------------------

TEST(CounterCell, IdleTimeNeverGoesBack) {
  constexpr std::chrono::microseconds spell(1000);
  CounterCell cell;
  std::atomic<bool> over = false;
  std::thread owner([&] {
    for (int i = 0; i < 200; ++i) {
      const IdleSpell idle(cell);
      std::this_thread::sleep_for(spell);
    }
    over = true;
  });
  auto last = cell.read().idle;
  while (!over) {
    const auto now = cell.read().idle;
    EXPECT_GT(now, last - spell / 2);  // clocks may differ a little
    last = now;
  }
  owner.join();
  EXPECT_GE(cell.read().idle, 200 * spell);
}

// ---- Tasks of a thread that ends -------------------------------------------

/// Submits tasks when its thread ends.
struct SubmitsAtTheEnd {
  Executor* executor = nullptr;
  std::vector<Future<int>>* futures = nullptr;
  ~SubmitsAtTheEnd() {
    if (executor == nullptr) return;
    for (int i = 0; i < 200; ++i) {
      futures->push_back(executor->submit([i] { return i; }));
    }
  }
};
thread_local SubmitsAtTheEnd submits_at_the_end;

TEST(TaskMemory, IsThereEvenWhileAThreadEnds) {
  WorkBalancingPool pool(2);
  std::vector<Future<int>> futures;
  std::thread([&] {
    submits_at_the_end.executor = &pool;  // made first, so destroyed last
    submits_at_the_end.futures = &futures;
    for (int i = 0; i < 200; ++i) pool.submit([] {}).get();
  }).join();
  ASSERT_EQ(futures.size(), 200U);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(futures[static_cast<std::size_t>(i)].get(), i);
  }
}

}  // namespace
}  // namespace nn::testing_executors
