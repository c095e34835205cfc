/// @file
/// How workers sleep and how they are woken: a bell.
#pragma once

#include <cstdint>
#include <mutex>

#include "04_work_balancing/pool/atomics.hpp"

namespace nn {

/// Lets threads sleep until something has happened, and lets none sleep
/// through it.
///
/// A worker that looks for work, finds none and then goes to sleep can miss
/// the task that came in between: a lost wake-up, and a pool that hangs once
/// in a million runs. So it first notes how often the bell has rung, then
/// looks, and then sleeps only if the bell has not rung since:
///
///     heard = bell.listen();
///     if (nothing to do) bell.sleep(heard);
///
/// A thread that brings work first puts it where it can be found and then
/// rings.
/// Chapter 5 has the same protocol without a lock (its event count).
template <typename Atomics = StandardAtomics>
class Bell {
 public:
  // [BELL]
  /// How often the bell has rung so far.
  std::uint64_t listen() {
    const std::scoped_lock lock(mutex_);
    return rung_;
  }

  /// Sleeps until the bell has rung more often than `heard`.
  void sleep(std::uint64_t heard) {
    std::unique_lock lock(mutex_);
    while (rung_ == heard) rang_.wait(lock);
  }

  /// Wakes one sleeper, if there is one.
  void ring_for_one() {
    count_ring();
    rang_.notify_one();
  }

  /// Wakes every sleeper.
  void ring_for_all() {
    count_ring();
    rang_.notify_all();
  }
  // [/BELL]

 private:
  // [RUNG]
  void count_ring() {
    const std::scoped_lock lock(mutex_);
    ++rung_;
  }

  typename Atomics::Mutex mutex_;
  typename Atomics::ConditionVariable rang_;
  std::uint64_t rung_ = 0;  // guarded by mutex_
  // [/RUNG]
};

}  // namespace nn
