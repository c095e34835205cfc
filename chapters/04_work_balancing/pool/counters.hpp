#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "04_work_balancing/pool/atomics.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "04_work_balancing/pool/owned_count.hpp"

namespace nn {

/// One worker's counters: written by it, read by all. On cache lines of its
/// own, or every task would slow the neighbour down.
struct alignas(kCacheLine) CounterCell {
  OwnedCount<> tasks_run;  ///< tasks that it ran to their end
  MoveCounts<> moves;      ///< looks at another worker's queue

  /// By the owner: a spell without a task begins.
  void begin_idle() noexcept;
  /// By the owner: the spell ends, and its time is added up.
  void end_idle() noexcept;

  /// By any thread.
  WorkerCounters read() const noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  static std::int64_t now() noexcept;
  std::chrono::nanoseconds read_idle() const noexcept;

  // The nanoseconds of the spells that are over, less the time when the
  // present one began; doubled, and 1 more during a spell. In one word, so
  // that no reader counts a spell twice or not at all.
  std::atomic<std::int64_t> idle_{0};
};

/// While it lives, the worker counts as idle.
class IdleSpell {
 public:
  /// The spell begins. By the cell's owner.
  explicit IdleSpell(CounterCell& cell) : cell_(cell) { cell_.begin_idle(); }
  ~IdleSpell() { cell_.end_idle(); }
  IdleSpell(const IdleSpell&) = delete;
  IdleSpell& operator=(const IdleSpell&) = delete;

 private:
  CounterCell& cell_;
};

}  // namespace nn
