/// @file
/// How idle workers sleep and how they are woken: an event count.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "04_work_balancing/pool/atomics.hpp"

namespace nn {

/// Lets threads sleep until there may be work, loses no wake-up, and costs the
/// thread that brings work only a barrier and a load while none sleeps.
///
///     the sleeper                              the notifier
///     -------------------------------------    -------------------------
///     looked for work, found none              publish the work
///     ticket = events.prepare_wait();          events.notify_one();
///     if (there is work) // the second look
///       events.cancel_wait();
///     else
///       events.wait(ticket);
///     look again, from the start
///
/// The second look may be relaxed loads (a deque's empty()): the fences order
/// them. After wait() there may be no work: another thread was faster.
///
/// Why no wake-up is lost. Publishing comes before the notifier's fence N, its
/// load of `state_` after it; announcing comes before the sleeper's fence P,
/// its second look after it. One of the two fences is first in the order of all
/// seq_cst operations.
///
/// 1. *P is first*: the notifier's load sees the announcement, so it changes
///    the epoch and wakes a thread. It does both with the mutex held, and a
///    sleeper looks at the epoch and falls asleep with the mutex held. So
///    either the sleeper sees the new epoch and stays awake, or it sleeps
///    already and the wake-up reaches it, or another sleeper.
///
/// 2. *N is first*: the second look sees the work.
///
/// The ticket is the epoch as it was when the sleeper announced itself. Every
/// notification between then and wait() changes it, so it is not missed. If the
/// ticket has the new epoch already, then N came before P, and case 2 holds.
/// (The epoch returns after 2^32 notifications: a sleeper would have to be
/// between prepare_wait() and wait() throughout exactly so many.)
///
/// notify_one() wakes one sleeper and is enough for one piece of work, since
/// the thread that it wakes looks everywhere.
///
/// Cost: a notification while no thread sleeps is the fence and one load of a
/// line that changes only when one goes to sleep. (Reading `state_` by a
/// read-modify-write would need no fence, but all notifiers would fight for
/// that line.) ThreadSanitizer does not model fences, but has nothing to report
/// here: no plain data is read on the strength of them.
///
/// Related: Vyukov's eventcount, and folly's EventCount.
template <typename Atomics = StandardAtomics>
class EventCount {
 public:
  // [TICKET]
  /// The epoch in which a sleeper announced itself.
  class Ticket {
   private:
    friend class EventCount;
    explicit Ticket(std::uint32_t epoch) : epoch_(epoch) {}
    std::uint32_t epoch_;
  };
  // [/TICKET]

  // [WAIT]
  /// Announces that the caller will sleep. Then look for work a second time,
  /// and call exactly one of cancel_wait() and wait().
  Ticket prepare_wait() {
    const std::uint64_t before = state_.fetch_add(kWaiter, relaxed);
    Atomics::fence(seq_cst);  // P: with N in somebody_waits()
    return Ticket(epoch(before));
  }

  /// The second look found work.
  void cancel_wait() { leave(); }

  /// Sleeps until a notification that came after the ticket's prepare_wait().
  void wait(Ticket ticket) {
    sleep_through(ticket.epoch_);
    leave();
  }
  // [/WAIT]

  // [NOTIFY]
  /// Wakes one of the threads that wait, if any does. Publish first.
  void notify_one() {
    if (!somebody_waits()) return;
    const std::scoped_lock lock(mutex_);
    state_.fetch_add(kEpoch, relaxed);  // ordered by the mutex
    changed_.notify_one();
  }

  /// Wakes every thread that waits. Publish first.
  void notify_all() {
    if (!somebody_waits()) return;
    const std::scoped_lock lock(mutex_);
    state_.fetch_add(kEpoch, relaxed);  // ordered by the mutex
    changed_.notify_all();
  }
  // [/NOTIFY]

 private:
  using enum std::memory_order;

  // [STATE]
  // One word: the epoch in the upper half, in the lower half how many threads
  // are between prepare_wait() and the end of wait().
  static constexpr std::uint64_t kWaiter = 1;
  static constexpr std::uint64_t kEpoch = std::uint64_t{1} << 32;

  static std::uint32_t epoch(std::uint64_t state) {
    return static_cast<std::uint32_t>(state >> 32);
  }
  static std::uint32_t waiters(std::uint64_t state) {
    return static_cast<std::uint32_t>(state);
  }
  // [/STATE]

  // [SLEEP]
  bool somebody_waits() {
    Atomics::fence(seq_cst);  // N: with P in prepare_wait()
    return waiters(state_.load(relaxed)) != 0;
  }

  void sleep_through(std::uint32_t epoch_now) {
    std::unique_lock lock(mutex_);
    while (epoch(state_.load(relaxed)) == epoch_now)  // ordered by the mutex
      changed_.wait(lock);
  }

  // Too early or too late does no harm: a notifier then wakes nobody.
  void leave() { state_.fetch_sub(kWaiter, relaxed); }

  alignas(kCacheLine)
      typename Atomics::template Atomic<std::uint64_t> state_{0};
  alignas(kCacheLine) typename Atomics::Mutex mutex_;
  typename Atomics::ConditionVariable changed_;
  // [/SLEEP]
};

}  // namespace nn
