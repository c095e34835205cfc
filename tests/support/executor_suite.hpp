#pragma once

// The tests that every executor passes. A chapter instantiates them for its
// own ones:
//
//   INSTANTIATE_TEST_SUITE_P(
//       Chapter04, ExecutorSuite,
//       ::testing::Values(Kind{"Static", make<StaticExecutor>}), name_of);

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"

namespace nn::testing_executors {

inline constexpr std::size_t kThreadCounts[] = {1, 2, 3, 4, 7, 13};

/// Waits, without helping, until the flag is set: as a task does that holds
/// its worker.
inline void hold_until(const std::atomic<bool>& flag) {
  while (!flag) std::this_thread::yield();
}

/// Computes a Fibonacci number by forking a task for each call.
inline long fork_fib(Executor& executor, long n) {
  if (n < 2) return n;
  auto other =
      executor.submit([&executor, n] { return fork_fib(executor, n - 1); });
  const long mine = fork_fib(executor, n - 2);
  return mine + other.get();
}

/// The number of tasks that fork_fib(n) forks.
inline std::uint64_t fork_fib_tasks(long n) {
  return n < 2 ? 0 : 1 + fork_fib_tasks(n - 1) + fork_fib_tasks(n - 2);
}

/// A task that submits two more, and so on, and waits for none of them.
inline void grow_tree(Executor& executor, int height, std::atomic<int>& nodes) {
  ++nodes;
  if (height == 0) return;
  for (int child = 0; child < 2; ++child) {
    executor.submit([&executor, height, &nodes] {
      grow_tree(executor, height - 1, nodes);
    });
  }
}

/// A chain of tasks each of which forks one and waits for it.
inline int chain(Executor& executor, int length) {
  if (length == 0) return 0;
  auto next = executor.submit(
      [&executor, length] { return chain(executor, length - 1); });
  return 1 + next.get();
}

/// Counts the objects of its type that live.
struct Counted {
  explicit Counted(std::atomic<int>& count) : alive(&count) { ++*alive; }
  Counted(const Counted& other) : alive(other.alive) { ++*alive; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive; }
  std::atomic<int>* alive;
};

/// Tasks that each hold a worker until all hold one: they end only if no
/// worker sleeps while a task is queued. A task submits them, after a silence
/// in which the other workers may fall asleep.
inline void tasks_that_meet(Executor& executor, int silence) {
  auto all = executor.submit([&executor, silence] {
    for (int i = 0; i < silence; ++i) std::this_thread::yield();
    const std::size_t n = executor.thread_count();
    std::latch meeting(static_cast<std::ptrdiff_t>(n));
    std::vector<Future<void>> others;
    others.reserve(n);
    for (std::size_t i = 1; i < n; ++i) {
      others.push_back(
          executor.submit([&meeting] { meeting.arrive_and_wait(); }));
    }
    meeting.arrive_and_wait();
    for (auto& other : others) other.get();
  });
  all.get();
}

inline void rounds_that_meet(Executor& executor) {
  for (int round = 0; round < 200; ++round) {
    tasks_that_meet(executor, round % 2 == 0 ? 0 : round);
  }
}

/// An executor to be tested.
struct Kind {
  std::string name;
  std::function<std::unique_ptr<Executor>(std::size_t threads)> make;
};

/// The name that GoogleTest prints for a kind.
inline std::ostream& operator<<(std::ostream& out, const Kind& kind) {
  return out << kind.name;
}

/// `E(threads)` for an executor E.
template <typename E>
std::unique_ptr<Executor> make(std::size_t threads) {
  return std::make_unique<E>(threads);
}

/// Prints the kind's name in a test's name.
inline std::string name_of(const ::testing::TestParamInfo<Kind>& info) {
  return info.param.name;
}

class ExecutorSuite : public ::testing::TestWithParam<Kind> {
 protected:
  /// Calls `test` with a new executor of each number of threads.
  template <typename Test>
  void for_each_size(Test test) {
    for (const std::size_t threads : kThreadCounts) {
      SCOPED_TRACE(::testing::Message() << threads << " threads");
      const auto executor = GetParam().make(threads);
      test(*executor);
    }
  }
};

// ---- Every task, exactly once ----------------------------------------------

TEST_P(ExecutorSuite, RunsEveryTaskExactlyOnce) {
  for_each_size([](Executor& executor) {
    std::vector<std::atomic<int>> runs(2000);
    for (auto& run : runs) {
      executor.submit([&run] { ++run; });
    }
    executor.wait_all();
    for (const auto& run : runs) ASSERT_EQ(run, 1);
  });
}

TEST_P(ExecutorSuite, RunsFewerTasksThanThreads) {
  for_each_size([](Executor& executor) {
    EXPECT_EQ(executor.submit([] { return 42; }).get(), 42);
  });
}

TEST_P(ExecutorSuite, NothingToDoIsDoneAtOnce) {
  for_each_size([](Executor& executor) {
    executor.wait_all();
    executor.wait_all();
    EXPECT_EQ(sum(executor.counters()).tasks_run, 0U);
  });
}

TEST_P(ExecutorSuite, ZeroThreadsMeansSomeOfTheMachine) {
  const auto executor = GetParam().make(0);
  EXPECT_GE(executor->thread_count(), 1U);
  EXPECT_EQ(executor->submit([] { return 1; }).get(), 1);
}

TEST_P(ExecutorSuite, WaitAllWaitsForTasksOfTasks) {
  for_each_size([](Executor& executor) {
    std::atomic<int> nodes = 0;
    executor.submit([&] { grow_tree(executor, 9, nodes); });
    executor.wait_all();
    EXPECT_EQ(nodes, 1023);
  });
}

TEST_P(ExecutorSuite, MayBeUsedAgainAfterWaitAll) {
  for_each_size([](Executor& executor) {
    std::atomic<int> runs = 0;
    for (int round = 1; round <= 100; ++round) {
      for (int i = 0; i < 3; ++i) executor.submit([&runs] { ++runs; });
      executor.wait_all();
      ASSERT_EQ(runs, 3 * round);
    }
  });
}

TEST_P(ExecutorSuite, TakesTasksFromManyThreads) {
  for_each_size([](Executor& executor) {
    std::atomic<int> total = 0;
    std::vector<std::thread> outsiders;
    outsiders.reserve(4);
    for (int t = 0; t < 4; ++t) {
      outsiders.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          auto one = executor.submit([] { return 1; });
          if (i % 2 == 0) total += one.get();  // the others are dropped
        }
      });
    }
    for (std::thread& outsider : outsiders) outsider.join();
    executor.wait_all();
    EXPECT_EQ(total, 400);
    EXPECT_EQ(sum(executor.counters()).tasks_run, 800U);
  });
}

TEST_P(ExecutorSuite, ManyThreadsMayWaitForAll) {
  for_each_size([](Executor& executor) {
    std::atomic<int> runs = 0;
    for (int i = 0; i < 100; ++i) executor.submit([&runs] { ++runs; });
    std::vector<std::thread> outsiders;
    outsiders.reserve(4);
    for (int t = 0; t < 4; ++t) {
      outsiders.emplace_back([&] {
        executor.wait_all();
        EXPECT_EQ(runs, 100);
      });
    }
    for (std::thread& outsider : outsiders) outsider.join();
  });
}

TEST_P(ExecutorSuite, AMillionEmptyTasks) {
  const auto executor = GetParam().make(3);
  executor->submit([&] {
    for (int i = 0; i < 1'000'000; ++i) executor->submit([] {});
  });
  executor->wait_all();
  EXPECT_EQ(sum(executor->counters()).tasks_run, 1'000'001U);
}

// ---- Fork and join ---------------------------------------------------------

TEST_P(ExecutorSuite, NestedForkAndJoinNeverDeadlocks) {
  for_each_size([](Executor& executor) {
    auto fib = executor.submit([&] { return fork_fib(executor, 15); });
    EXPECT_EQ(fib.get(), 610);
  });
}

TEST_P(ExecutorSuite, AMillionForksAndJoins) {
  const auto executor = GetParam().make(2);
  auto fib = executor->submit([&] { return fork_fib(*executor, 29); });
  EXPECT_EQ(fib.get(), 514'229);
  const auto tasks = fork_fib_tasks(29) + 1;
  EXPECT_GT(tasks, 800'000U);
  EXPECT_EQ(sum(executor->counters()).tasks_run, tasks);
}

TEST_P(ExecutorSuite, ManyTreesAtOnceDoNotDeadlock) {
  for_each_size([](Executor& executor) {
    std::vector<Future<long>> fibs;
    fibs.reserve(40);
    for (int i = 0; i < 40; ++i) {
      fibs.push_back(executor.submit([&] { return fork_fib(executor, 9); }));
    }
    for (auto& fib : fibs) EXPECT_EQ(fib.get(), 34);
  });
}

TEST_P(ExecutorSuite, ALongChainOfWaitsFitsOnTheStack) {
  for_each_size([](Executor& executor) {
    auto links = executor.submit([&] { return chain(executor, 1000); });
    EXPECT_EQ(links.get(), 1000);
  });
}

TEST_P(ExecutorSuite, ATaskMayWaitForManyInAnyOrder) {
  for_each_size([](Executor& executor) {
    auto parent = executor.submit([&executor] {
      std::vector<Future<int>> children;
      children.reserve(300);
      for (int i = 0; i < 300; ++i) {
        children.push_back(executor.submit([i] { return i; }));
      }
      int total = 0;
      for (std::size_t i = 0; i < 300; i += 2) total += children[i].get();
      for (std::size_t i = 300; i > 0; i -= 2) total += children[i - 1].get();
      return total;
    });
    EXPECT_EQ(parent.get(), 299 * 300 / 2);
  });
}

TEST_P(ExecutorSuite, ATaskMayWaitForAnotherExecutor) {
  for_each_size([](Executor& executor) {
    const auto inner = GetParam().make(2);
    auto outer = executor.submit([&] {
      const std::size_t before = executor.worker_index();
      auto index = inner->submit([&] { return inner->worker_index(); });
      EXPECT_LT(index.get(), inner->thread_count());
      EXPECT_EQ(executor.worker_index(), before);
    });
    outer.get();
  });
}

// The task it waits for may come from outside, and its worker be the only one.
TEST_P(ExecutorSuite, ATaskMayWaitForOneThatAnotherExecutorsTaskSubmitted) {
  for_each_size([](Executor& executor) {
    const auto other = GetParam().make(1);
    auto outer = executor.submit([&] {
      auto submits =
          other->submit([&] { return executor.submit([] { return 1; }); });
      return submits.get().get();
    });
    EXPECT_EQ(outer.get(), 1);
  });
}

// A task of one executor may run one of another on the same thread, and then
// belongs to both.
TEST_P(ExecutorSuite, ATaskThatATaskOfAnotherExecutorRunsIsStillAtHome) {
  const auto executor = GetParam().make(1);
  SerialExecutor serial;
  auto outer = executor->submit([&] {
    auto inner = serial.submit([&] {
      EXPECT_EQ(executor->worker_index(), 0U);
      EXPECT_EQ(serial.worker_index(), 0U);
      EXPECT_THROW(executor->wait_all(), std::logic_error);
      return executor->submit([] { return 1; }).get();
    });
    EXPECT_EQ(serial.worker_index(), Executor::kOutside);
    return inner.get();
  });
  EXPECT_EQ(outer.get(), 1);
}

// ---- What a future promises ------------------------------------------------

TEST_P(ExecutorSuite, ResultsOfAnyTypeReachGet) {
  for_each_size([](Executor& executor) {
    auto text = executor.submit([] { return std::string(100, 'x'); });
    auto owner = executor.submit([] { return std::make_unique<int>(7); });
    auto error = executor.submit(
        [] { return std::make_exception_ptr(std::runtime_error("a value")); });
    EXPECT_EQ(text.get(), std::string(100, 'x'));
    EXPECT_EQ(*owner.get(), 7);
    EXPECT_NE(error.get(), nullptr);  // returned, not thrown
  });
}

TEST_P(ExecutorSuite, AnExceptionReachesGetAndTheOthersFinish) {
  for_each_size([](Executor& executor) {
    std::vector<Future<int>> futures;
    futures.reserve(100);
    for (int i = 0; i < 100; ++i) {
      futures.push_back(executor.submit([i] {
        if (i % 3 == 0) throw std::runtime_error(std::to_string(i));
        return i;
      }));
    }
    for (int i = 0; i < 100; ++i) {
      try {
        EXPECT_EQ(futures[static_cast<std::size_t>(i)].get(), i);
        EXPECT_NE(i % 3, 0);
      } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), std::to_string(i));
      }
    }
  });
}

TEST_P(ExecutorSuite, AnExceptionPassesThroughNestedTasks) {
  for_each_size([](Executor& executor) {
    auto outer = executor.submit([&executor] {
      executor.submit([] { throw std::range_error("deep"); }).get();
    });
    EXPECT_THROW(outer.get(), std::range_error);
  });
}

TEST_P(ExecutorSuite, WaitDoesNotThrowAndDoesNotTakeTheResult) {
  for_each_size([](Executor& executor) {
    auto throws = executor.submit([] { throw 1; });
    throws.wait();
    throws.wait();
    EXPECT_TRUE(throws.ready());
    EXPECT_THROW(throws.get(), int);
  });
}

TEST_P(ExecutorSuite, AResultIsTakenOnce) {
  for_each_size([](Executor& executor) {
    auto future = executor.submit([] { return 1; });
    EXPECT_TRUE(future.valid());
    future.get();
    EXPECT_FALSE(future.valid());
    EXPECT_THROW(future.get(), std::logic_error);
    EXPECT_THROW(future.wait(), std::logic_error);
    EXPECT_THROW(static_cast<void>(future.ready()), std::logic_error);
  });
}

TEST_P(ExecutorSuite, AFutureMayBeMoved) {
  for_each_size([](Executor& executor) {
    Future<int> empty;
    EXPECT_FALSE(empty.valid());
    auto first = executor.submit([] { return 1; });
    auto second = executor.submit([] { return 2; });
    empty = std::move(first);
    second = std::move(empty);
    EXPECT_EQ(second.get(), 1);
  });
}

TEST_P(ExecutorSuite, AFutureDroppedUnreadLeavesNothingBehind) {
  std::atomic<int> alive = 0;
  for_each_size([&](Executor& executor) {
    for (int i = 0; i < 300; ++i) {
      auto future = executor.submit([held = Counted(alive)] { return held; });
      if (i % 3 == 0) future.wait();  // dropped after the task ran
    }
    executor.submit([] { throw std::runtime_error("nobody will know"); });
    executor.wait_all();
    EXPECT_EQ(alive, 0);
  });
}

TEST_P(ExecutorSuite, AFutureMayOutliveItsExecutor) {
  auto executor = GetParam().make(2);
  auto value = executor->submit([] { return std::string(50, 'y'); });
  auto error = executor->submit([] { throw 1; });
  auto unread = executor->submit([] { return std::string(50, 'z'); });
  executor.reset();
  EXPECT_TRUE(value.ready());
  EXPECT_EQ(value.get(), std::string(50, 'y'));
  EXPECT_THROW(error.get(), int);
}

TEST_P(ExecutorSuite, AFutureMayBeWaitedForWhileTheExecutorGoes) {
  for (int round = 0; round < 200; ++round) {
    auto executor = GetParam().make(2);
    std::vector<Future<int>> futures;
    for (int i = 0; i < 4; ++i) {
      futures.push_back(executor->submit([i] {
        std::this_thread::yield();
        return i;
      }));
    }
    std::atomic<int> about_to = 0;
    std::vector<std::thread> readers;
    for (auto& future : futures) {
      readers.emplace_back([&] {
        ++about_to;
        future.get();
      });
    }
    while (about_to < round % 5) std::this_thread::yield();
    executor.reset();
    for (auto& reader : readers) reader.join();
  }
}

TEST_P(ExecutorSuite, WhatATaskHoldsGoesWhenItHasRun) {
  for_each_size([](Executor& executor) {
    const auto held = std::make_shared<int>(1);
    auto future = executor.submit([held] { return *held; });
    future.wait();
    EXPECT_EQ(held.use_count(), 1);
  });
}

TEST_P(ExecutorSuite, TakesLargeAlignedAndMoveOnlyFunctions) {
  for_each_size([](Executor& executor) {
    struct alignas(64) Line {
      int value;
    };
    std::array<int, 1000> large{};
    large[999] = 5;
    auto a = executor.submit([large] { return large[999]; });
    auto b = executor.submit([line = Line{6}] {
      const auto address = reinterpret_cast<std::uintptr_t>(&line);
      return address % 64 == 0 ? line.value : 0;
    });
    auto c = executor.submit([p = std::make_unique<int>(7)] { return *p; });
    struct alignas(256) Page {
      int value;
    };
    auto d = executor.submit([page = Page{8}] {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&page) % 256, 0U);
      return page;
    });
    auto e = executor.submit([] { return Page{9}; });
    EXPECT_EQ(d.get().value, 8);
    EXPECT_EQ(e.get().value, 9);
    EXPECT_EQ(a.get(), 5);
    EXPECT_EQ(b.get(), 6);
    EXPECT_EQ(c.get(), 7);
  });
}

// ---- Beginning, sleeping, ending -------------------------------------------

TEST_P(ExecutorSuite, FinishesWhatIsQueuedBeforeItGoes) {
  for (const std::size_t threads : kThreadCounts) {
    std::atomic<int> nodes = 0;
    {
      const auto executor = GetParam().make(threads);
      for (int i = 0; i < 10; ++i) {
        executor->submit([&] { grow_tree(*executor, 5, nodes); });
      }
    }
    EXPECT_EQ(nodes, 10 * 63) << threads << " threads";
  }
}

TEST_P(ExecutorSuite, ComesAndGoesQuickly) {
  for (int round = 0; round < 50; ++round) {
    for (const std::size_t threads : {1U, 2U, 7U}) {
      std::atomic<int> runs = 0;
      {
        const auto executor = GetParam().make(threads);
        for (int i = 0; i < round % 4; ++i) executor->submit([&] { ++runs; });
      }
      ASSERT_EQ(runs, round % 4);
    }
  }
}

// A lost wake-up shows as a hang: workers go to sleep again and again, each
// time with another delay before the next task comes.
TEST_P(ExecutorSuite, NoTaskIsSleptThrough) {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    const auto executor = GetParam().make(threads);
    for (int round = 0; round < 1500; ++round) {
      for (int i = 0; i < round % 150; ++i) std::this_thread::yield();
      ASSERT_EQ(executor->submit([round] { return round; }).get(), round);
    }
  }
}

TEST_P(ExecutorSuite, NoEndIsSleptThrough) {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    const auto executor = GetParam().make(threads);
    for (int round = 0; round < 1500; ++round) {
      executor->submit([round] {
        for (int i = 0; i < round % 50; ++i) std::this_thread::yield();
      });
      executor->wait_all();
    }
  }
}

// While others submit, too: at the latest when they make a pause.
TEST_P(ExecutorSuite, WaitAllReturnsAfterAMomentWithoutTasks) {
  for_each_size([](Executor& executor) {
    std::atomic<bool> mine = false;
    std::thread other([&executor] {
      Future<void> last;
      for (int i = 0; i < 100; ++i) {
        auto next = executor.submit([] { std::this_thread::yield(); });
        if (last.valid()) last.get();  // there is always one unfinished
        last = std::move(next);
      }
    });
    executor.submit([&mine] { mine = true; });
    executor.wait_all();
    EXPECT_TRUE(mine);
    other.join();
  });
}

TEST_P(ExecutorSuite, WaitAllInsideATaskIsAnError) {
  for_each_size([](Executor& executor) {
    auto waits = executor.submit([&] { executor.wait_all(); });
    EXPECT_THROW(waits.get(), std::logic_error);
  });
}

// Programs stop on Ctrl-C by a flag that their tasks look at.
TEST_P(ExecutorSuite, TasksThatSeeAStopFlagEndSoon) {
  for_each_size([](Executor& executor) {
    std::atomic<bool> began = false, stop = false;
    std::thread user([&] {
      hold_until(began);
      stop = true;
    });
    for (int i = 0; i < 50; ++i) {
      executor.submit([&] {
        began = true;
        hold_until(stop);
      });
    }
    executor.wait_all();
    user.join();
    EXPECT_EQ(sum(executor.counters()).tasks_run, 50U);
  });
}

// ---- What one can observe --------------------------------------------------

TEST_P(ExecutorSuite, ATaskKnowsItsWorker) {
  for_each_size([](Executor& executor) {
    EXPECT_EQ(executor.worker_index(), Executor::kOutside);
    std::vector<Future<std::size_t>> indices;
    indices.reserve(100);
    for (int i = 0; i < 100; ++i) {
      indices.push_back(
          executor.submit([&executor] { return executor.worker_index(); }));
    }
    for (auto& index : indices) {
      EXPECT_LT(index.get(), executor.thread_count());
    }
  });
}

TEST_P(ExecutorSuite, AWorkerRunsOneTaskAtATime) {
  for_each_size([](Executor& executor) {
    std::vector<std::atomic<int>> running(executor.thread_count());
    for (int i = 0; i < 500; ++i) {
      executor.submit([&] {
        auto& mine = running[executor.worker_index()];
        EXPECT_EQ(++mine, 1);
        std::this_thread::yield();
        --mine;
      });
    }
    executor.wait_all();
  });
}

TEST_P(ExecutorSuite, CountsWhatItDid) {
  for_each_size([](Executor& executor) {
    for (int i = 0; i < 100; ++i) executor.submit([] {});
    executor.wait_all();
    const auto workers = executor.counters();
    ASSERT_EQ(workers.size(), executor.thread_count());
    for (const auto& worker : workers) {
      EXPECT_LE(worker.moves_done, worker.moves_tried);
      EXPECT_LE(worker.moves_done, worker.tasks_moved);
      EXPECT_GE(worker.idle.count(), 0);
    }
    EXPECT_EQ(sum(workers).tasks_run, 100U);
    EXPECT_EQ((sum(workers) - workers[0]).tasks_run,
              100U - workers[0].tasks_run);
  });
}

}  // namespace nn::testing_executors
