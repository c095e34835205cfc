#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "04_work_balancing/executor.hpp"

namespace nn {

/// A number that one thread counts up and others may read meanwhile: no
/// atomic read-modify-write, so it costs no more than a plain one.
class OwnedCount {
 public:
  /// By the owner only. Release: who reads the new count with acquire sees
  /// what the owner did before it.
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_release);
  }
  /// By any thread. Acquire pairs with the release in add().
  std::uint64_t read() const noexcept {
    return value_.load(std::memory_order_acquire);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One worker's counters: written by it, read by all. On cache lines of its
/// own, or every task would slow the neighbour down.
struct alignas(128) CounterCell {
  OwnedCount tasks_run;    ///< tasks that it ran to their end
  OwnedCount tasks_moved;  ///< tasks carried between two queues
  OwnedCount moves_tried;  ///< looks at another worker's queue
  OwnedCount moves_done;   ///< looks that moved something

  /// By the owner: a spell without a task begins.
  void begin_idle() noexcept;
  /// By the owner: the spell ends, and its time is added up.
  void end_idle() noexcept;

  /// By any thread.
  WorkerCounters read() const noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  static std::int64_t now() noexcept;

  OwnedCount idle_;  // nanoseconds of the spells that are over
  std::atomic<std::int64_t> idle_since_{0};  // 0: not idle
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
