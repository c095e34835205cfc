/// @file
/// A worker's queue, and how two workers even theirs out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <span>

#include "04_work_balancing/pool/atomics.hpp"

namespace nn {

/// The tasks that wait for one worker. It takes them at the back:
///
///     front                                     back
///     | given from outside, oldest last | nested, newest last |  -> owner
///
/// So it first finishes what its own tasks forked, newest first, as a single
/// thread would: queues and stacks stay short. Then it begins what came from
/// outside in the order it came. Others carry tasks away at the front: those
/// that the owner would reach last.
///
/// On cache lines of its own, so that two owners do not slow each other down.
///
/// @tparam T  the queue holds `T*` and owns nothing
template <typename T, typename Atomics = StandardAtomics>
class alignas(kCacheLine) WorkQueue {
 public:
  // [QUEUE]
  /// Adds a task that came from outside: after all others of that kind.
  void push_outside(T& task) {
    const std::scoped_lock lock(mutex_);
    tasks_.push_front(&task);
  }

  /// Adds a task that one of the owner's tasks forked.
  void push_nested(T& task) {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(&task);
  }

  /// Takes the owner's next task; null when there is none.
  T* pop() {
    const std::scoped_lock lock(mutex_);
    if (tasks_.empty()) return nullptr;
    T* task = tasks_.back();
    tasks_.pop_back();
    return task;
  }

  /// How many tasks wait now. The next moment there may be more, or fewer.
  std::size_t size() {
    const std::scoped_lock lock(mutex_);
    return tasks_.size();
  }
  // [/QUEUE]

  // [EVEN_OUT]
  /// Locks both queues, `first` before `second`, and if the longer has
  /// more than `threshold` tasks more than the shorter, moves half of the
  /// difference (rounded up) from its front to the front of the shorter, in
  /// the same order. Returns how many it moved. Any thread.
  ///
  /// Always name the queue with the lower index first. Of two threads that
  /// balance the same pair, each starting with its own queue, both could hold
  /// one lock and wait for the other's forever.
  static std::size_t even_out(WorkQueue& first, WorkQueue& second,
                              std::size_t threshold) {
    // BEGIN SOLUTION even_out
    const std::scoped_lock lock_first(first.mutex_);
    const std::scoped_lock lock_second(second.mutex_);
    const bool first_is_shorter = first.tasks_.size() < second.tasks_.size();
    auto& shorter = first_is_shorter ? first.tasks_ : second.tasks_;
    auto& longer = first_is_shorter ? second.tasks_ : first.tasks_;

    const std::size_t difference = longer.size() - shorter.size();
    if (difference <= threshold) return 0;
    // Rounded up: a queue of one task gives it to an empty one.
    const std::size_t moved = (difference + 1) / 2;
    const auto end = longer.begin() + static_cast<std::ptrdiff_t>(moved);
    shorter.insert(shorter.begin(), longer.begin(), end);
    longer.erase(longer.begin(), end);
    return moved;
    // END SOLUTION
  }
  // [/EVEN_OUT]

 private:
  // [GUARDED]
  typename Atomics::Mutex mutex_;
  std::deque<T*> tasks_;  // guarded by mutex_
  // [/GUARDED]
};

// [BALANCE]
/// Worker `me` evens out its queue and that of another, the victim, if their
/// lengths differ by more than the threshold: by Queue::even_out(), which says
/// in what order to name the queues. Rings for one after a move, and only
/// then. Returns how many tasks it moved.
template <typename Queue, typename Bell>
std::size_t balance(std::span<Queue> queues, std::size_t me, std::size_t victim,
                    std::size_t threshold, Bell& bell) {
  // BEGIN SOLUTION balance
  const auto [low, high] = std::minmax(me, victim);
  const std::size_t moved =
      Queue::even_out(queues[low], queues[high], threshold);
  // A worker that is about to sleep may have looked into the receiver's queue
  // before the move and into the giver's after it. It must look again, or it
  // would sleep beside what it missed.
  if (moved != 0) bell.ring_for_one();
  return moved;
  // END SOLUTION
}
// [/BALANCE]

// [DEAL_OUT]
/// Deals n tasks out to w queues in blocks of neighbours, in their order: queue
/// i gets those from i*n/w up to (i+1)*n/w.
template <typename T, typename Queue>
void deal_out(std::span<T* const> tasks, std::span<Queue> queues) {
  const std::size_t n = tasks.size();
  const std::size_t w = queues.size();
  for (std::size_t i = 0; i < w; ++i) {
    for (std::size_t k = i * n / w; k < (i + 1) * n / w; ++k) {
      queues[i].push_outside(*tasks[k]);
    }
  }
}
// [/DEAL_OUT]

// [FIND]
/// The next task of worker `me`: its own, or else one of the others', looked
/// at from `first` on; null if it finds none. `even_out(victim)` balances,
/// and returns how many tasks it moved.
template <typename Queue, typename EvenOut>
auto find_or_fetch(std::span<Queue> queues, std::size_t me, std::size_t first,
                   EvenOut even_out) -> decltype(queues[me].pop()) {
  if (auto* task = queues[me].pop()) return task;
  for (std::size_t k = 0; k < queues.size(); ++k) {
    const std::size_t victim = (first + k) % queues.size();
    if (victim == me || even_out(victim) == 0) continue;
    // Another may have balanced it away again in between.
    if (auto* task = queues[me].pop()) return task;
  }
  return nullptr;
}
// [/FIND]

}  // namespace nn
