/// @file
/// How the executor, the future and waiting threads agree about a task.
#pragma once

#include <atomic>
#include <cstdint>

#include "04_work_balancing/pool/atomics.hpp"

namespace nn {

/// The state of a task so far: one word of flags.
///
/// Two parties hold a task: the executor that will run it and the future that
/// will read it. The last to let go deletes it. A full reference count would
/// cost two atomic operations a task; flags cost one, because each party
/// leaves once:
///
///   executor: run, then finish();  future: read, then drop();
///   the one that finds that the other has left deletes the task.
template <typename Atomics = StandardAtomics>
class TaskState {
 public:
  // [FLAGS]
  /// The word's flags.
  enum Flag : std::uint32_t {
    kDone = 1,           ///< the result is there
    kDropped = 2,        ///< no future will read it
    kWorkerWaits = 4,    ///< a worker of the same pool waits for it
    kOutsiderWaits = 8,  ///< another thread waits for it
    kHeldBack = 16,      ///< it is queued only when a thread waits
  };
  // [/FLAGS]

  // [ANNOUNCE]
  /// True once the result may be read.
  bool done() const noexcept {
    // Acquire pairs with the release in finish(): a thread that sees the
    // flag sees the result.
    return (flags_.load(std::memory_order_acquire) & kDone) != 0;
  }

  /// Says that the caller is about to sleep until the task is done; `who` is
  /// kWorkerWaits or kOutsiderWaits. False if it is done already: then the
  /// flag comes too late and no wake-up will come. Have your ticket before:
  /// the wake-up may come as soon as this returns.
  bool announce_wait(Flag who) noexcept {
    const auto before = flags_.fetch_or(who, std::memory_order_acq_rel);
    return (before & kDone) == 0;
  }
  // [/ANNOUNCE]

  // [FINISH]
  /// The executor's last act. Returns the flags as they were: which threads
  /// to wake, and kDropped if the task is to be deleted. If not, it may be
  /// gone when this returns.
  std::uint32_t finish() noexcept {
    // Dropped before it ran: no other party holds it. Acquire pairs with the
    // release in drop().
    const auto before = flags_.load(std::memory_order_acquire);
    if (before == kDropped) return before;
    // Release publishes the result to done(); acquire pairs with drop().
    return flags_.fetch_or(kDone, std::memory_order_acq_rel);
  }

  /// The future's last act. True if the task has run and is to be deleted;
  /// else finish() will say so.
  bool drop() noexcept {
    if (done()) return true;
    // Acquire and release pair with finish().
    const auto before = flags_.fetch_or(kDropped, std::memory_order_acq_rel);
    return (before & kDone) != 0;
  }
  // [/FINISH]

  // Holding back is guarded by a lock, except for the first, hasty look:
  // relaxed, as all else is read under the lock.

  /// True from hold_back() to release().
  bool held_back() const noexcept {
    return (flags_.load(std::memory_order_relaxed) & kHeldBack) != 0;
  }
  /// No worker runs the task until release().
  void hold_back() noexcept {
    flags_.fetch_or(kHeldBack, std::memory_order_relaxed);
  }
  /// Before the task is queued after all.
  void release() noexcept {
    flags_.fetch_and(~std::uint32_t{kHeldBack}, std::memory_order_relaxed);
  }

 private:
  typename Atomics::template Atomic<std::uint32_t> flags_{0};
};

}  // namespace nn
