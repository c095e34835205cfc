/// @file
/// Where threads wait for each other, once a step.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "04_work_balancing/pool/atomics.hpp"
#include "05_work_stealing/event_count.hpp"
#include "05_work_stealing/spin.hpp"

namespace nn {

// [PATIENCE]
/// Waits on the spot for some hundred microseconds, then no longer: in a step
/// of thirty, to be woken would cost more than the step.
class Patience {
 public:
  /// Waits a moment; false when it has been long enough.
  bool once() noexcept {
    if (rounds_ == kRounds) return false;
    ++rounds_;
    pause_processor();
    return true;
  }

 private:
  static constexpr int kRounds = 4096;
  int rounds_ = 0;
};
// [/PATIENCE]

/// A fixed number of threads meet here again and again: none leaves a meeting
/// before all have come to it.
///
/// Why it is right.
///
/// 1. *What a thread wrote before it came is seen by all after they leave.*
///    Coming is an acquire-release step on `arrived_`, and such steps make one
///    chain, so the last to come has seen what all others did. Its store of
///    `meeting_` is a release, and each of the others leaves by a load of it
///    that acquires.
///
/// 2. *Nobody is counted in the wrong meeting.* The last to come sets
///    `arrived_` back to 0 before it opens the next meeting, and nobody comes
///    to that one before it has seen it open.
///
/// 3. *Nobody sleeps on.* Who goes to sleep has announced it and looked a
///    second time, as chapter 5's event count asks; the last to come notifies
///    after it has opened the next meeting.
///
/// tests/model/ runs this source through every interleaving and every stale
/// read that C++20 allows, and so do its mutations.
///
/// Source: the central counter of Mellor-Crummey and Scott, "Algorithms for
/// scalable synchronization on shared-memory multiprocessors" (1991), 3.1,
/// with the number of the meeting in place of a sense that is reversed.
///
/// @tparam Atomics  where the atomic operations come from
/// @tparam Waiting  looks a few more times before it sleeps, see Spin
template <typename Atomics = StandardAtomics, typename Waiting = Patience>
class Barrier {
 public:
  /// @param threads how many meet here, at least one
  explicit Barrier(std::size_t threads) : threads_(threads) {}

  // [ARRIVE]
  /// Returns when all threads have called this as often as the caller has.
  /// What each wrote before, all may read after.
  void arrive_and_wait() {
    // BEGIN SOLUTION arrive_and_wait
    // Ours, and no later one: none opens until we have come.
    const std::uint32_t meeting = meeting_.load(relaxed);
    if (arrived_.fetch_add(1, acq_rel) + 1 < threads_) {
      wait_past(meeting);
      return;
    }
    arrived_.store(0, relaxed);            // published by the next line
    meeting_.store(meeting + 1, release);  // with the loads in wait_past()
    sleepers_.notify_all();
    // END SOLUTION
  }
  // [/ARRIVE]

 private:
  using enum std::memory_order;

  // [WAIT_PAST]
  bool is_over(std::uint32_t meeting) const {
    return meeting_.load(acquire) != meeting;  // with arrive_and_wait()
  }

  void wait_past(std::uint32_t meeting) {
    for (Waiting spin; spin.once();) {
      if (is_over(meeting)) return;
    }
    while (!is_over(meeting)) {
      const auto ticket = sleepers_.prepare_wait();
      if (is_over(meeting)) {
        sleepers_.cancel_wait();
      } else {
        sleepers_.wait(ticket);
      }
    }
  }
  // [/WAIT_PAST]

  const std::size_t threads_;
  // Apart, or each who comes would disturb those who wait.
  alignas(kCacheLine)
      typename Atomics::template Atomic<std::size_t> arrived_{0};
  alignas(kCacheLine)
      typename Atomics::template Atomic<std::uint32_t> meeting_{0};
  EventCount<Atomics> sleepers_;
};

}  // namespace nn
