#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "05_work_stealing/fenced_deque.hpp"
#include "05_work_stealing/growing_deque.hpp"
#include "05_work_stealing/join.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "tests/support/executor_suite.hpp"

namespace nn::testing_executors {
namespace {

// ---- The suite, for the pool on each deque ---------------------------------

Kind stealing(const std::string& name, DequeKind deque, std::size_t capacity) {
  return {name, [=](std::size_t threads) {
            WorkStealingPool::Options options;
            options.thread_count = threads;
            options.deque = deque;
            options.capacity = capacity;
            return std::make_unique<WorkStealingPool>(options);
          }};
}

const Kind kGrowing = stealing("Growing", DequeKind::growing, 1024);
const Kind kGrowingFromOne = stealing("GrowingFromOne", DequeKind::growing, 1);
const Kind kBounded = stealing("Bounded", DequeKind::bounded, 1024);
const Kind kAlwaysFull = stealing("AlwaysFull", DequeKind::bounded, 0);
const Kind kNearlyFull = stealing("NearlyFull", DequeKind::bounded, 2);
const Kind kAll[] = {kGrowing, kGrowingFromOne, kBounded, kAlwaysFull,
                     kNearlyFull};

INSTANTIATE_TEST_SUITE_P(Chapter05, ExecutorSuite, ::testing::ValuesIn(kAll),
                         name_of);

/// A pool of the default kind.
class WorkStealing : public ::testing::Test {};

// ---- Who takes what --------------------------------------------------------

/// The order in which a worker alone runs five tasks that `submit_five`
/// submits.
template <typename Submit>
std::string order_of_one_worker(Submit submit_five) {
  WorkStealingPool pool(1);
  std::string order;
  submit_five(pool, [&order](int i) { order += std::to_string(i); });
  pool.wait_all();
  return order;
}

TEST_F(WorkStealing, TheOwnerTakesTheNewestOfItsTasks) {
  const auto order = order_of_one_worker([](auto& pool, auto note) {
    pool.submit([&pool, note] {
      for (int i = 0; i < 5; ++i) pool.submit([note, i] { note(i); });
    });
    pool.wait_all();
  });
  EXPECT_EQ(order, "43210");
}

TEST_F(WorkStealing, TasksFromOutsideBeginInTheOrderTheyCame) {
  const auto order = order_of_one_worker([](auto& pool, auto note) {
    for (int i = 0; i < 5; ++i) pool.submit([note, i] { note(i); });
  });
  EXPECT_EQ(order, "01234");
}

// So many that workers take them in batches through their own deques, as far
// as these have room.
TEST_F(WorkStealing, ManyTasksFromOutsideKeepTheirOrderToo) {
  for (const auto& kind : kAll) {
    const auto pool = kind.make(1);
    std::atomic<bool> go = false;
    pool->submit([&go] { hold_until(go); });
    std::vector<int> order;
    for (int i = 0; i < 20'000; ++i) {
      pool->submit([&order, i] { order.push_back(i); });
    }
    go = true;
    pool->wait_all();
    EXPECT_EQ(order.size(), 20'000U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  }
}

TEST_F(WorkStealing, AThiefTakesTheOldest) {
  WorkStealingPool pool(2);
  std::string order;
  std::atomic<int> stolen = 0;
  auto parent = pool.submit([&] {
    for (int i = 0; i < 5; ++i) {
      pool.submit([&, i] {
        order += std::to_string(i);
        ++stolen;
      });
    }
    while (stolen < 5) std::this_thread::yield();  // does not help
  });
  parent.get();
  EXPECT_EQ(order, "01234");
  EXPECT_EQ(sum(pool.counters()).tasks_moved, 5U);
}

TEST_F(WorkStealing, ATaskThatFindsTheDequeFullIsRunAtOnce) {
  const auto pool = kNearlyFull.make(1);
  std::string order;
  pool->submit([&] {
    for (int i = 0; i < 5; ++i) {
      pool->submit([&order, i] { order += std::to_string(i); });
    }
  });
  pool->wait_all();
  EXPECT_EQ(order, "23410");  // room for 0 and 1
}

TEST_F(WorkStealing, NoWorkerSleepsWhileATaskIsQueued) {
  for (const auto& kind : {kGrowing, kGrowingFromOne, kBounded}) {
    for (const std::size_t threads : kThreadCounts) {
      const auto pool = kind.make(threads);
      rounds_that_meet(*pool);
    }
  }
}

// As above, but they come from outside, and a worker that carries several in
// must not leave the others asleep.
TEST_F(WorkStealing, NoWorkerSleepsWhileATaskFromOutsideIsQueued) {
  for (const std::size_t threads : kThreadCounts) {
    WorkStealingPool pool(threads);
    for (int round = 0; round < 100; ++round) {
      std::latch meeting(static_cast<std::ptrdiff_t>(threads));
      for (std::size_t i = 0; i < threads; ++i) {
        pool.submit([&meeting] { meeting.arrive_and_wait(); });
      }
      pool.wait_all();
    }
  }
}

/// While it lives, one worker of the pool waits for a task that another holds.
class OneWaitsOneHolds {
 public:
  explicit OneWaitsOneHolds(WorkStealingPool& pool) {
    parent_ = pool.submit([this, &pool] {
      waiting_ = pool.worker_index();
      auto child = pool.submit([this] {
        held_ = true;
        hold_until(release_);
      });
      hold_until(held_);  // stolen: the other worker runs it
      hold_until(go_);
      child.wait();
    });
    hold_until(held_);
  }
  ~OneWaitsOneHolds() {
    release_ = true;
    parent_.wait();
  }

  /// Until then the worker that will wait holds its task.
  void begin_to_wait() { go_ = true; }
  std::size_t waiting_worker() const { return waiting_; }

 private:
  Future<void> parent_;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<bool> held_ = false, go_ = false, release_ = false;
};

// A worker that waits must not begin what has not been begun: its own task
// would wait for that too.
TEST_F(WorkStealing, AWaitingWorkerLeavesNewTasksToOthers) {
  WorkStealingPool pool(2);
  std::atomic<bool> began = false;
  {
    OneWaitsOneHolds both_busy(pool);
    pool.submit([&began] { began = true; });
    const auto looks = [&] {
      return pool.counters()[both_busy.waiting_worker()].moves_tried;
    };
    const auto before = looks();
    both_busy.begin_to_wait();
    while (looks() < before + 2) std::this_thread::yield();
    EXPECT_FALSE(began);
  }
  pool.wait_all();
  EXPECT_TRUE(began);
}

// Nor what an idle worker has taken in, but not begun.
TEST_F(WorkStealing, AWaitingWorkerLeavesManyNewTasksToOthersToo) {
  WorkStealingPool pool(3);
  std::atomic<std::size_t> waiting = pool.thread_count();
  std::atomic<bool> child_began = false, release = false, waits = false;
  auto parent = pool.submit([&] {
    auto child = pool.submit([&] {
      child_began = true;
      hold_until(release);
    });
    hold_until(child_began);  // stolen: another worker runs it
    waiting = pool.worker_index();
    hold_until(waits);
    child.wait();
  });
  while (waiting == pool.thread_count()) std::this_thread::yield();
  std::atomic<int> ran = 0, on_top = 0;
  const auto looks = [&] { return pool.counters()[waiting].moves_tried; };
  const auto before = looks();
  for (int i = 0; i < 200; ++i) {
    pool.submit([&] {
      if (pool.worker_index() == waiting) ++on_top;
      // The waiting worker has had a look at the others' deques by the end.
      if (++ran == 1) {
        waits = true;
        while (looks() < before + 4) std::this_thread::yield();
      }
      if (ran == 200) release = true;
    });
  }
  parent.wait();
  EXPECT_EQ(on_top, 0);
  pool.wait_all();
}

// With one place to sleep for both, the wake-up for a new task may reach the
// worker that waits and may not take it.
TEST_F(WorkStealing, NoWakeUpIsWastedOnAWorkerThatWaits) {
  WorkStealingPool pool(3);
  OneWaitsOneHolds two_busy(pool);
  two_busy.begin_to_wait();
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < round; ++i) std::this_thread::yield();
    ASSERT_EQ(pool.submit([round] { return round; }).get(), round);
  }
}

// Only the worker that waits, perhaps asleep, is left to run the last task.
TEST_F(WorkStealing, AWaitingWorkerIsWokenForANestedTask) {
  WorkStealingPool pool(2);
  for (int round = 0; round < 200; ++round) {
    std::atomic<bool> held = false, ran = false;
    auto parent = pool.submit([&] {
      auto child = pool.submit([&] {
        held = true;
        for (int i = 0; i < round; ++i) std::this_thread::yield();
        pool.submit([&ran] { ran = true; });
        hold_until(ran);
      });
      hold_until(held);  // stolen: the other worker runs it
      child.wait();
    });
    parent.get();
  }
}

TEST_F(WorkStealing, CountsSteals) {
  WorkStealingPool pool(3);
  rounds_that_meet(pool);
  const auto all = sum(pool.counters());
  EXPECT_GT(all.moves_done, 0U);
  EXPECT_EQ(all.moves_done, all.tasks_moved);
  EXPECT_GE(all.moves_tried, all.moves_done);
}

// ---- No memory for a larger ring -------------------------------------------

bool no_memory = false;

/// The standard atomics, but that arrays of them may be refused.
struct ScarceAtomics : StandardAtomics {
  template <typename Value>
  struct Atomic : std::atomic<Value> {
    using std::atomic<Value>::atomic;
    static void* operator new[](std::size_t bytes) {
      if (no_memory) throw std::bad_alloc();
      return ::operator new[](bytes);
    }
    static void operator delete[](void* array) { ::operator delete[](array); }
  };
};

template <typename Deque>
void push_refuses_what_it_has_no_memory_for() {
  int items[3] = {};
  Deque deque(2);
  EXPECT_TRUE(deque.push(&items[0]));
  EXPECT_TRUE(deque.push(&items[1]));
  no_memory = true;
  EXPECT_FALSE(deque.push(&items[2]));
  no_memory = false;
  EXPECT_EQ(deque.size(), 2U);
  EXPECT_TRUE(deque.push(&items[2]));
  EXPECT_EQ(deque.steal().item, &items[0]);
  EXPECT_EQ(deque.take(), &items[2]);
  EXPECT_EQ(deque.take(), &items[1]);
  EXPECT_EQ(deque.take(), nullptr);
}

// The pool runs such a task at once, as when a bounded deque is full.
TEST(Deques, PushRefusesWhatItHasNoMemoryFor) {
  push_refuses_what_it_has_no_memory_for<GrowingDeque<int, ScarceAtomics>>();
  push_refuses_what_it_has_no_memory_for<FencedDeque<int, ScarceAtomics>>();
}

// ---- join ------------------------------------------------------------------

long join_fib(WorkStealingPool& pool, long n) {
  if (n < 2) return n;
  long a = 0, b = 0;
  join(
      pool, [&] { a = join_fib(pool, n - 1); },
      [&] { b = join_fib(pool, n - 2); });
  return a + b;
}

TEST_F(WorkStealing, JoinRunsBothBranches) {
  for (const auto& kind : kAll) {
    for (const std::size_t threads : kThreadCounts) {
      const auto executor = kind.make(threads);
      auto& pool = static_cast<WorkStealingPool&>(*executor);
      EXPECT_EQ(join_fib(pool, 18), 2584);
      pool.wait_all();  // joined jobs are counted right, or this hangs
    }
  }
}

TEST_F(WorkStealing, NearlyAMillionJoins) {
  WorkStealingPool pool(2);
  EXPECT_EQ(join_fib(pool, 29), 514'229);
  EXPECT_EQ(sum(pool.counters()).tasks_run, fork_fib_tasks(29) + 1);
}

TEST_F(WorkStealing, TheBranchesOfAJoinRunAtTheSameTime) {
  WorkStealingPool pool(2);
  for (int round = 0; round < 300; ++round) {
    std::latch meeting(2);
    const auto meet = [&meeting] { meeting.arrive_and_wait(); };
    join(pool, meet, meet);
  }
}

/// Joins two branches, of which the named ones throw; says what arrived.
std::string thrown_by_join(Executor& executor, const std::string& branches) {
  const auto branch = [&branches](char name) {
    return [&branches, name] {
      if (branches.find(name) != std::string::npos) throw name;
    };
  };
  auto* pool = dynamic_cast<WorkStealingPool*>(&executor);
  try {
    if (pool != nullptr) {
      join(*pool, branch('f'), branch('g'));
    } else {
      join(executor, branch('f'), branch('g'));
    }
  } catch (const char name) {
    return {name};
  }
  return "";
}

TEST_F(WorkStealing, JoinThrowsWhatABranchThrew) {
  const Kind others[] = {
      {"Serial",
       [](std::size_t) { return std::make_unique<SerialExecutor>(); }},
      {"Static", make<StaticExecutor>},
      {"Balancing", make<WorkBalancingPool>},
      kGrowing,
      kAlwaysFull};
  for (const auto& kind : others) {
    const auto executor = kind.make(2);
    for (int round = 0; round < 100; ++round) {
      EXPECT_EQ(thrown_by_join(*executor, ""), "") << kind.name;
      EXPECT_EQ(thrown_by_join(*executor, "f"), "f") << kind.name;
      EXPECT_EQ(thrown_by_join(*executor, "g"), "g") << kind.name;
      EXPECT_EQ(thrown_by_join(*executor, "fg"), "f") << kind.name;
    }
  }
}

TEST_F(WorkStealing, JoinWaitsForTheOtherBranchBeforeItThrows) {
  WorkStealingPool pool(2);
  for (int round = 0; round < 200; ++round) {
    std::atomic<bool> over = false;
    const auto throws = [] { throw 1; };
    const auto works = [&over] { over = true; };
    EXPECT_THROW(join(pool, throws, works), int);
    EXPECT_TRUE(over);
  }
}

TEST_F(WorkStealing, AJoinWhoseJobIsDoneRunsNothingOlder) {
  WorkStealingPool pool(1);
  std::string order;
  pool.submit([&] {
    pool.submit([&order] { order += "older "; });
    auto x = pool.submit([&order] { order += "x "; });
    // Waiting for x runs the job, which is younger.
    join(
        pool, [&x] { x.wait(); }, [&order] { order += "job "; });
    order += "joined ";
  });
  pool.wait_all();
  EXPECT_EQ(order, "job x joined older ");
}

TEST_F(WorkStealing, JoinCopesWithTasksThatABranchLeavesBehind) {
  for (const std::size_t threads : kThreadCounts) {
    WorkStealingPool pool(threads);
    std::atomic<int> runs = 0;
    for (int round = 0; round < 50; ++round) {
      const auto leaves = [&] {
        for (int i = 0; i < 10; ++i) pool.submit([&runs] { ++runs; });
      };
      join(pool, leaves, leaves);
    }
    pool.wait_all();
    EXPECT_EQ(runs, 50 * 20);
  }
}

// ---- The same result on every executor -------------------------------------

TEST_F(WorkStealing, ATreeReductionIsTheSameBitForBitOnEveryExecutor) {
  std::vector<float> items;
  items.reserve(60);
  for (int i = 0; i < 60; ++i)
    items.push_back(1.0F / static_cast<float>(i + 3));
  const auto add = [](float a, float b) { return a + b; };
  SerialExecutor serial;
  const float expected = reduce_tree(serial, items, add);
  for (const std::size_t threads : kThreadCounts) {
    for (const auto& kind : kAll) {
      const auto pool = kind.make(threads);
      EXPECT_EQ(reduce_tree(*pool, items, add), expected) << kind.name;
    }
  }
}

}  // namespace
}  // namespace nn::testing_executors
