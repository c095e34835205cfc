/// @file
/// Many small tasks on a pool with real threads. Whatever the schedule, each
/// runs exactly once, and what it writes is there when it was waited for.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "common/rng.hpp"
#include "coursework/probes/report.hpp"

namespace nn::probe {

/// Notes which tasks ran, and what they wrote. Relaxed: the notes must not
/// order what the pool leaves unordered, or no sanitizer would see it.
class Notes {
 public:
  explicit Notes(std::size_t tasks) : times_(tasks), wrote_(tasks) {}

  /// By task i: a few steps of work, and a plain variable for its result.
  void run(std::size_t i) {
    times_[i].fetch_add(1, std::memory_order_relaxed);
    std::uint64_t x = i + 1;
    for (std::size_t k = 0; k < 20 * (i % 8); ++k) x = x * 6364136223846793005u;
    wrote_[i] = static_cast<double>(x % 1009);
  }

  /// When all were waited for.
  void show(const std::string& key, Report& report) const {
    double once = 0, sum = 0;
    for (const auto& times : times_) once += times.load() == 1 ? 1 : 0;
    for (const double x : wrote_) sum += x;
    report.exact(key + ": how many tasks ran exactly once", once);
    report.exact(key + ": the sum of what they wrote", sum);
  }

 private:
  std::vector<std::atomic<int>> times_;
  std::vector<double> wrote_;
};

/// Tasks from outside, each of which forks some.
inline void fork_from_outside(Executor& pool, Rng& rng, Report& report) {
  const std::size_t roots = 40 + rng.below(20), each = 5 + rng.below(4);
  Notes notes(roots * (each + 1));
  for (std::size_t i = 0; i < roots; ++i) {
    pool.submit([&notes, &pool, i, each] {
      for (std::size_t k = 1; k <= each; ++k) {
        pool.submit([&notes, i, each, k] { notes.run(i * (each + 1) + k); });
      }
      notes.run(i * (each + 1));
    });
  }
  pool.wait_all();
  notes.show("tasks from outside that fork", report);
}

/// One task forks all others: the other workers must come for them.
inline void fork_from_one(Executor& pool, Rng& rng, Report& report) {
  const std::size_t count = 300 + rng.below(100);
  Notes notes(count);
  pool.submit([&] {
    for (std::size_t i = 0; i < count; ++i)
      pool.submit([&notes, i] { notes.run(i); });
  });
  pool.wait_all();
  notes.show("a task that forks all others", report);
}

/// Few tasks at a time: workers fall asleep in between and are woken.
inline void come_in_waves(Executor& pool, Rng& rng, Report& report) {
  const std::size_t waves = 20 + rng.below(10);
  Notes notes(3 * waves);
  for (std::size_t wave = 0; wave < waves; ++wave) {
    pool.submit([&notes, &pool, wave] {
      pool.submit([&notes, wave] { notes.run(3 * wave + 1); });
      notes.run(3 * wave);
    });
    pool.submit([&notes, wave] { notes.run(3 * wave + 2); });
    pool.wait_all();
  }
  notes.show("tasks in waves", report);
}

/// The leaves below a task that waits for both of its sides.
inline double leaves(Executor& pool, int depth) {
  if (depth == 0) return 1;
  auto right = pool.submit([&pool, depth] { return leaves(pool, depth - 1); });
  const double left = leaves(pool, depth - 1);
  return left + right.get();
}

/// All of the above, and whether the workers' counters agree.
inline void stress(Executor& pool, Rng& rng, Report& report) {
  fork_from_outside(pool, rng, report);
  fork_from_one(pool, rng, report);
  come_in_waves(pool, rng, report);
  const double sum = pool.submit([&pool] { return leaves(pool, 7); }).get();
  report.exact("a tree of tasks that wait: its leaves", sum);
  pool.wait_all();
  const WorkerCounters all = nn::sum(pool.counters());
  report.exact("the counters: tasks run", static_cast<double>(all.tasks_run));
  report.exact(
      "the counters: whether no more looks moved tasks than there "
      "were",
      all.moves_done <= all.moves_tried);
  report.exact("the counters: whether each such look moved a task",
               all.moves_done <= all.tasks_moved);
}

}  // namespace nn::probe
