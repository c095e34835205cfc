// How fast the work-stealing pool is. Each row compares two things that take
// turns; `is` is the median of the ratios, and beside it stands what it must
// reach. The rows even, zipf and idle are those of chapter 4. The others:
//
//   fifo       60 skewed tasks, ascending, submitted by a task: the time of a
//              shared first-in first-out queue to the pool's
//   inside     a million empty tasks submitted by a task: ours to oneTBB's time
//   balancing  the same: the stealing pool's time to the balancing pool's
//   outside    as inside, but submitted by a thread outside
//   fork_join  fib(32), a fork at each call: join() to oneTBB's task_group, and
//              one thread to two
//   deque      the owner's push and take: the growing deque to a bare ring
//
// oneTBB is used by this file only.

#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <array>
#include <memory>

#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "05_work_stealing/growing_deque.hpp"
#include "05_work_stealing/join.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "tests/support/pool_benchmark.hpp"

namespace {

using namespace nn;
using namespace nn::benchmarks;

constexpr int kTasks = 1'000'000;

std::unique_ptr<WorkStealingPool> make_pool(DequeKind deque,
                                            std::size_t threads) {
  WorkStealingPool::Options options;
  options.thread_count = threads;
  options.deque = deque;
  return std::make_unique<WorkStealingPool>(options);
}

/// Ours against theirs, per item, in nanoseconds.
template <typename Ours, typename Theirs>
void compare(benchmark::State& state, double items, double target, Ours ours,
             Theirs theirs) {
  ours();
  theirs();  // threads started, memory there
  Pairs pairs;
  for (auto _ : state) pairs.add(seconds_of(ours), seconds_of(theirs));
  state.counters["ours_ns"] = 1e9 * pairs.ours() / items;
  state.counters["theirs_ns"] = 1e9 * pairs.theirs() / items;
  report(state, pairs.ratio(), MustBe::at_most, target);
}

// ---- A shared queue --------------------------------------------------------

// The owner takes its newest task, which here is the longest; the shared queue
// begins it last.
void against_fifo(benchmark::State& state, DequeKind deque) {
  constexpr double kTotal = 0.3;
  const auto costs = in_order(zipf_costs(60, kTotal), Order::ascending);
  const auto pool = make_pool(deque, 2);
  Pairs against_queue, pool_alone, queue_alone;
  Ceiling ceiling;
  for (auto _ : state) {
    const double ours = run_list(*pool, costs, From::a_task).time;
    const double queue = shared_queue(2, costs);
    const double one = one_thread(kTotal);
    against_queue.add(queue, ours);
    pool_alone.add(one, ours);
    queue_alone.add(one, queue);
    ceiling.measure(2, kTotal / 2);
  }
  state.counters["speedup"] = pool_alone.ratio();
  state.counters["fifo_speedup"] = queue_alone.ratio();
  state.counters["ceiling_speedup"] = ceiling.speedup();
  report(state, against_queue.ratio(), MustBe::at_least, 1.08);
}

// ---- Empty tasks -----------------------------------------------------------

void run_empty_tasks(Executor& executor) {
  executor.submit([&] {
    for (int i = 0; i < kTasks; ++i) executor.submit([] {});
  });
  executor.wait_all();
}

void stealing_against_balancing(benchmark::State& state, std::size_t threads) {
  const auto stealing = make_pool(DequeKind::growing, threads);
  WorkBalancingPool balancing({.thread_count = threads});
  compare(
      state, kTasks, 0.8, [&] { run_empty_tasks(*stealing); },
      [&] { run_empty_tasks(balancing); });
}

void empty_tasks_inside(benchmark::State& state, std::size_t threads,
                        double target) {
  const auto pool = make_pool(DequeKind::growing, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  const auto ours = [&] { run_empty_tasks(*pool); };
  const auto theirs = [&] {
    arena.execute([] {
      tbb::task_group group;
      for (int i = 0; i < kTasks; ++i) group.run([] {});
      group.wait();
    });
  };
  compare(state, kTasks, target, ours, theirs);
}

void empty_tasks_outside(benchmark::State& state, std::size_t threads) {
  const auto pool = make_pool(DequeKind::growing, threads);
  // One slot is for the caller, which waits there and helps.
  tbb::task_arena arena(static_cast<int>(threads) + 1, 1);
  const auto ours = [&] {
    for (int i = 0; i < kTasks; ++i) pool->submit([] {});
    pool->wait_all();
  };
  const auto theirs = [&] {
    tbb::task_group group;
    for (int i = 0; i < kTasks; ++i) arena.enqueue(group.defer([] {}));
    arena.execute([&] { group.wait(); });
  };
  compare(state, kTasks, 1, ours, theirs);
}

// ---- Fork and join ---------------------------------------------------------

constexpr long kFib = 32;
constexpr double kSpawns = 3'524'577;  // calls with n >= 2

// [FIB]
long fib(WorkStealingPool& pool, long n) {
  if (n < 2) return n;
  long a = 0, b = 0;
  join(
      pool, [&] { a = fib(pool, n - 1); }, [&] { b = fib(pool, n - 2); });
  return a + b;
}
// [/FIB]

long tbb_fib(long n) {
  if (n < 2) return n;
  long a = 0, b = 0;
  tbb::task_group group;
  group.run([&] { a = tbb_fib(n - 1); });
  b = tbb_fib(n - 2);
  group.wait();
  return a + b;
}

void fork_join(benchmark::State& state, std::size_t threads) {
  const auto pool = make_pool(DequeKind::growing, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  const auto ours = [&] { benchmark::DoNotOptimize(fib(*pool, kFib)); };
  const auto theirs = [&] {
    benchmark::DoNotOptimize(arena.execute([] { return tbb_fib(kFib); }));
  };
  compare(state, kSpawns, 0.25, ours, theirs);
}

void fork_join_speedup(benchmark::State& state) {
  const auto one = make_pool(DequeKind::growing, 1);
  const auto two = make_pool(DequeKind::growing, 2);
  Pairs pairs;
  Ceiling ceiling;
  for (auto _ : state) {
    const double alone = seconds_of([&] { fib(*one, kFib); });
    pairs.add(alone, seconds_of([&] { fib(*two, kFib); }));
    ceiling.measure(2, 0.1);
  }
  state.counters["one_ms"] = 1e3 * pairs.ours();
  state.counters["two_ms"] = 1e3 * pairs.theirs();
  state.counters["ceiling_speedup"] = ceiling.speedup();
  report(state, pairs.ratio(), MustBe::at_least, 1.5);
}

// ---- The deque alone -------------------------------------------------------

/// The growing deque's steps on an array that never grows.
class BareRing {
 public:
  void push(int* item) {
    const std::int64_t b = bottom_.load(std::memory_order_relaxed);
    const std::int64_t t = top_.load(std::memory_order_acquire);
    if (b - t > kMask) return;
    slots_[static_cast<std::size_t>(b & kMask)].store(
        item, std::memory_order_relaxed);
    bottom_.store(b + 1, std::memory_order_release);
  }
  int* take() {
    const std::int64_t b = bottom_.load(std::memory_order_relaxed) - 1;
    bottom_.store(b, std::memory_order_seq_cst);
    std::int64_t t = top_.load(std::memory_order_seq_cst);
    int* item = nullptr;
    if (t <= b) {
      item = slots_[static_cast<std::size_t>(b & kMask)].load(
          std::memory_order_relaxed);
      if (t != b) return item;
      if (!top_.compare_exchange_strong(t, t + 1)) item = nullptr;
    }
    bottom_.store(b + 1, std::memory_order_release);
    return item;
  }

 private:
  static constexpr std::int64_t kMask = 2047;
  alignas(kCacheLine) std::atomic<std::int64_t> top_{0};
  alignas(kCacheLine) std::atomic<std::int64_t> bottom_{0};
  std::array<std::atomic<int*>, kMask + 1> slots_{};
};

/// Pushes 1,024 items and takes them again, many times.
template <typename Deque>
void push_and_take(Deque& deque, int batches) {
  int item = 0;
  for (int batch = 0; batch < batches; ++batch) {
    for (int i = 0; i < 1024; ++i) deque.push(&item);
    for (int i = 0; i < 1024; ++i) benchmark::DoNotOptimize(deque.take());
  }
}

void owner_of_deque(benchmark::State& state) {
  constexpr int kBatches = 500;
  const auto growing = std::make_unique<GrowingDeque<int>>(1024);
  const auto ring = std::make_unique<BareRing>();
  compare(
      state, kBatches * 1024.0, 1.1, [&] { push_and_take(*growing, kBatches); },
      [&] { push_and_take(*ring, kBatches); });
}

// ---- The rows --------------------------------------------------------------

void add_lists() {
  add_list_rows("stealing", [] { return make_pool(DequeKind::growing, 2); });
  add_list_rows("stealing_bounded",
                [] { return make_pool(DequeKind::bounded, 2); });
  for (const auto& [name, order] : kOrders) {
    add_row(std::string("zipf_by_a_task/") + name + "/stealing", kPairs,
            [sorted = order](benchmark::State& state) {
              skewed_list(state, *make_pool(DequeKind::growing, 2), sorted,
                          From::a_task);
            });
  }
  add_row("fifo/growing", kPairs, [](benchmark::State& state) {
    against_fifo(state, DequeKind::growing);
  });
  add_row("fifo/bounded", kPairs, [](benchmark::State& state) {
    against_fifo(state, DequeKind::bounded);
  });
}

}  // namespace

int main(int argc, char** argv) {
  // Two workers besides the thread that submits, where oneTBB would have one.
  const tbb::global_control threads(
      tbb::global_control::max_allowed_parallelism, 3);
  add_lists();
  add_row("inside/1_thread", kPairs,
          [](benchmark::State& state) { empty_tasks_inside(state, 1, 0.75); });
  add_row("inside/2_threads", kPairs,
          [](benchmark::State& state) { empty_tasks_inside(state, 2, 0.9); });
  add_row("balancing/1_thread", kPairs, [](benchmark::State& state) {
    stealing_against_balancing(state, 1);
  });
  add_row("balancing/2_threads", kPairs, [](benchmark::State& state) {
    stealing_against_balancing(state, 2);
  });
  add_row("outside/1_thread", kPairs,
          [](benchmark::State& state) { empty_tasks_outside(state, 1); });
  add_row("outside/2_threads", kPairs,
          [](benchmark::State& state) { empty_tasks_outside(state, 2); });
  add_row("fork_join/1_thread", kPairs,
          [](benchmark::State& state) { fork_join(state, 1); });
  add_row("fork_join/2_threads", kPairs,
          [](benchmark::State& state) { fork_join(state, 2); });
  add_row("fork_join/1_against_2", kPairs, fork_join_speedup);
  add_row("deque/owner", 51, owner_of_deque);
  add_idle_rows("stealing", [] { return make_pool(DequeKind::growing, 2); });
  return run_rows(argc, argv);
}
