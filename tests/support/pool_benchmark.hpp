#pragma once

// Shared by the benchmarks of the executors: work of a known length, lists of
// it, the time that two bare threads need for it, and ratios of pairs.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <numeric>
#include <queue>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "common/clock.hpp"
#include "common/program/cores.hpp"
#include "common/rng.hpp"

namespace nn::benchmarks {

inline double median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Processor time of the whole process so far, in seconds.
inline double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto in_seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) +
           1e-6 * static_cast<double>(t.tv_usec);
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

// ---- Work ------------------------------------------------------------------

/// Keeps a core busy with `steps` dependent operations and touches no memory.
inline void burn(std::uint64_t steps) {
  std::uint64_t x = steps;
  for (std::uint64_t i = 0; i < steps; ++i) {
    x = x * 6364136223846793005U + 1442695040888963407U;
    benchmark::DoNotOptimize(x);
  }
}

/// How many steps take a second here: the fastest of a few tries.
inline double steps_per_second() {
  static const double speed = [] {
    constexpr std::uint64_t kSteps = 2'000'000;
    double best = 1e9;
    for (int i = 0; i < 20; ++i) {
      best = std::min(best, seconds_of([] { burn(kSteps); }));
    }
    return static_cast<double>(kSteps) / best;
  }();
  return speed;
}

inline std::uint64_t steps_for(double time) {
  return static_cast<std::uint64_t>(time * steps_per_second());
}

// ---- Lists of tasks --------------------------------------------------------

/// n equal costs that sum to `total` seconds.
inline std::vector<double> even_costs(std::size_t n, double total) {
  return std::vector<double>(n, total / static_cast<double>(n));
}

/// n costs that sum to `total` seconds, the k-th in proportion to 1/k:
/// Zipf's law, largest first.
inline std::vector<double> zipf_costs(std::size_t n, double total) {
  std::vector<double> costs(n);
  for (std::size_t k = 0; k < n; ++k) {
    costs[k] = 1 / static_cast<double>(k + 1);
  }
  const double sum = std::accumulate(costs.begin(), costs.end(), 0.0);
  for (double& cost : costs) cost *= total / sum;
  return costs;
}

enum class Order { shuffled, ascending, descending };

inline constexpr std::pair<const char*, Order> kOrders[] = {
    {"shuffled", Order::shuffled},
    {"ascending", Order::ascending},
    {"longest_first", Order::descending}};

inline std::vector<double> in_order(std::vector<double> costs, Order order) {
  std::sort(costs.begin(), costs.end());
  if (order == Order::descending) std::reverse(costs.begin(), costs.end());
  if (order == Order::shuffled) Rng(1).shuffle(std::span(costs));
  return costs;
}

/// The time that list scheduling needs: each task in turn goes to the worker
/// that is free first. No scheduler that takes the tasks in this order, and
/// knows no more, can be faster.
inline double list_scheduling(std::span<const double> costs,
                              std::size_t workers) {
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (std::size_t i = 0; i < workers; ++i) free_at.push(0);
  double end = 0;
  for (const double cost : costs) {
    const double done = free_at.top() + cost;
    free_at.pop();
    free_at.push(done);
    end = std::max(end, done);
  }
  return end;
}

/// How one run of a list went.
struct ListRun {
  double time = 0;  ///< from the first submit to the last end
  double list = 0;  ///< list scheduling of the same tasks in the order in
                    ///< which they began, each as long as it took here
};

/// Notes when each task began and how long it took.
class ListRecord {
 public:
  /// Room for so many tasks.
  explicit ListRecord(std::size_t tasks) : took_in_order_(tasks) {}

  /// The body of one task: works that many steps. By any thread.
  void run(std::uint64_t steps) {
    const std::size_t turn = next_.fetch_add(1);
    took_in_order_[turn] = seconds_of([&] { burn(steps); });
  }
  /// The seconds that list scheduling of these tasks takes. After all ended.
  double list_time(std::size_t workers) const {
    return list_scheduling(took_in_order_, workers);
  }

 private:
  std::atomic<std::size_t> next_{0};
  std::vector<double> took_in_order_;
};

/// Where the tasks come from: it decides in which order workers take them.
enum class From { outside, a_task };

inline ListRun run_list(Executor& executor, std::span<const double> costs,
                        From from) {
  ListRecord record(costs.size());
  const auto submit_all = [&] {
    for (const double cost : costs) {
      executor.submit(
          [&record, steps = steps_for(cost)] { record.run(steps); });
    }
  };
  ListRun result;
  result.time = seconds_of([&] {
    if (from == From::outside) {
      submit_all();
    } else {
      executor.submit(submit_all);
    }
    executor.wait_all();
  });
  result.list = record.list_time(executor.thread_count());
  return result;
}

// ---- What bare threads make of it ------------------------------------------

/// The ceiling: `threads` bare threads, each pinned to a core, each with its
/// share of `total` seconds of work, and nothing to schedule.
inline double bare_threads(std::size_t threads, double total) {
  const auto steps = steps_for(total / static_cast<double>(threads));
  return seconds_of([&] {
    std::vector<std::thread> bare;
    for (std::size_t i = 0; i < threads; ++i) {
      bare.emplace_back([steps, i] {
        pin_this_thread(i);
        burn(steps);
      });
    }
    for (std::thread& thread : bare) thread.join();
  });
}

/// The same work on one thread.
inline double one_thread(double total) {
  return seconds_of([&] { burn(steps_for(total)); });
}

/// `threads` threads that share one queue, first in, first out: the simplest
/// dynamic schedule.
inline double shared_queue(std::size_t threads, std::span<const double> costs) {
  std::atomic<std::size_t> next = 0;
  return seconds_of([&] {
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (auto k = next++; k < costs.size(); k = next++) {
          burn(steps_for(costs[k]));
        }
      });
    }
    for (std::thread& thread : workers) thread.join();
  });
}

// ---- Ratios ----------------------------------------------------------------

/// Two things measured in turn, so that a slow moment of the machine meets
/// both; the median of the ratios forgets the odd pair.
class Pairs {
 public:
  /// One pair, both in seconds.
  void add(double ours, double theirs) {
    ours_.push_back(ours);
    theirs_.push_back(theirs);
    ratios_.push_back(ours / theirs);
  }
  /// The median of ours/theirs, pair by pair.
  double ratio() const { return median(ratios_); }
  /// The median, in seconds.
  double ours() const { return median(ours_); }
  /// The median, in seconds.
  double theirs() const { return median(theirs_); }

 private:
  std::vector<double> ours_, theirs_, ratios_;
};

/// Shows the ratio beside what it must be.
inline constexpr int kPairs = 7;

enum class MustBe { at_least, at_most };

inline void report(benchmark::State& state, double value, MustBe must_be,
                   double target) {
  state.counters["is"] = value;
  const bool least = must_be == MustBe::at_least;
  state.counters[least ? "at_least" : "at_most"] = target;
  const bool reached = least ? value >= target : value <= target;
  state.SetLabel(reached ? "reached" : "MISSED");
}

/// The ceiling as it is now, as a speedup over one thread: near 1 if the
/// machine's cores are one just now.
class Ceiling {
 public:
  /// Runs `total` seconds of work on one thread and then on all.
  void measure(std::size_t threads, double total) {
    pairs_.add(one_thread(total), bare_threads(threads, total));
  }
  /// One thread's time by theirs: at best the number of threads.
  double speedup() const { return pairs_.ratio(); }

 private:
  Pairs pairs_;
};

/// Adds a row that measures so many pairs.
template <typename F>
void add_row(const std::string& name, int pairs, F&& measure) {
  benchmark::RegisterBenchmark(name.c_str(), std::forward<F>(measure))
      ->Iterations(pairs)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

inline int run_rows(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

// ---- Rows that both chapters have ------------------------------------------

/// Even tasks: the pool's speed against the ceiling's, the same work.
inline void even_tasks(benchmark::State& state, Executor& executor) {
  constexpr double kTotal = 0.6;  // 60 tasks of 10 ms
  const auto costs = even_costs(60, kTotal);
  const std::size_t threads = executor.thread_count();
  Pairs against_bare;
  Ceiling ceiling;
  for (auto _ : state) {
    const double pool = run_list(executor, costs, From::outside).time;
    const double bare = bare_threads(threads, kTotal);
    against_bare.add(bare, pool);
    ceiling.measure(threads, kTotal / 4);
  }
  state.counters["pool_ms"] = 1e3 * against_bare.theirs();
  state.counters["bare_ms"] = 1e3 * against_bare.ours();
  state.counters["ceiling_speedup"] = ceiling.speedup();
  report(state, against_bare.ratio(), MustBe::at_least, 0.97);
}

/// A skewed list: the pool against list scheduling in its own order. A static
/// split does not try to reach that; its row only shows what it loses.
inline void skewed_list(benchmark::State& state, Executor& executor,
                        Order order, From from, bool is_static = false) {
  constexpr double kTotal = 0.3;
  const auto costs = in_order(zipf_costs(60, kTotal), order);
  const std::size_t threads = executor.thread_count();
  Pairs against_list, against_one;
  Ceiling ceiling;
  for (auto _ : state) {
    const auto run = run_list(executor, costs, from);
    against_list.add(run.list, run.time);
    against_one.add(one_thread(kTotal), run.time);
    ceiling.measure(threads, kTotal / 2);
  }
  state.counters["pool_ms"] = 1e3 * against_list.theirs();
  state.counters["list_ms"] = 1e3 * against_list.ours();
  state.counters["speedup"] = against_one.ratio();
  state.counters["ceiling_speedup"] = ceiling.speedup();
  if (is_static) {
    state.counters["is"] = against_list.ratio();
  } else {
    report(state, against_list.ratio(), MustBe::at_least, 0.95);
  }
}

/// Processor time that the process uses during `idle`, in milliseconds.
template <typename F>
void idle_processor_time(benchmark::State& state, F&& idle) {
  double used = 0;
  for (auto _ : state) {
    const double before = processor_seconds();
    idle();
    used = processor_seconds() - before;
  }
  report(state, 1e3 * used, MustBe::at_most, 2);
}

inline void sleep_two_seconds() {
  std::this_thread::sleep_for(std::chrono::seconds(2));
}

/// Three ways to be idle, 2 s each.
template <typename MakePool>
void add_idle_rows(const std::string& name, MakePool make_pool) {
  add_row("idle/never_used/" + name, 1, [=](benchmark::State& state) {
    const auto pool = make_pool();
    idle_processor_time(state, sleep_two_seconds);
  });
  add_row("idle/after_work/" + name, 1, [=](benchmark::State& state) {
    const auto pool = make_pool();
    for (int i = 0; i < 1000; ++i) pool->submit([] {});
    pool->wait_all();
    idle_processor_time(state, sleep_two_seconds);
  });
  add_row("idle/caller_blocked/" + name, 1, [=](benchmark::State& state) {
    const auto pool = make_pool();
    idle_processor_time(state, [&] { pool->submit(sleep_two_seconds).get(); });
  });
}

/// Even tasks, and skewed ones in three orders.
template <typename MakePool>
void add_list_rows(const std::string& name, MakePool make_pool,
                   bool is_static = false) {
  add_row("even/" + name, kPairs,
          [=](benchmark::State& state) { even_tasks(state, *make_pool()); });
  for (const auto& [order_name, order] : kOrders) {
    const auto measure = [=, sorted = order](benchmark::State& state) {
      skewed_list(state, *make_pool(), sorted, From::outside, is_static);
    };
    add_row(std::string("zipf/") + order_name + "/" + name, kPairs, measure);
  }
}

}  // namespace nn::benchmarks
