/// @file
/// How the workers of the stealing pool sleep and are woken.
#pragma once

#include <atomic>
#include <cstddef>

#include "04_work_balancing/pool/atomics.hpp"
#include "05_work_stealing/event_count.hpp"

namespace nn {

/// The places where workers sleep. Two kinds do, and different events wake
/// them: an *idle* one any task; a *helping* one, which waits for the end of a
/// task, that end or a nested task. With one common place, the wake-up for a
/// task from outside might reach a helping worker, which must not begin it, and
/// leave an idle one asleep.
template <typename Atomics = StandardAtomics>
class Sleepers {
 public:
  // [TELL]
  /// By a thread that left a task in an entry queue.
  void tell_of_outside_task() { idle_.notify_one(); }

  /// By a worker that pushed a task to its deque.
  void tell_of_nested_task() {
    // A worker that goes to sleep adds itself to count_, then looks into the
    // deques. We have pushed, and now look for sleepers. With this barrier
    // between (and sequentially consistent operations over there), one of the
    // two sees the other. It is most of what a fork costs.
    Atomics::fence(std::memory_order_seq_cst);
    if (count_.load(std::memory_order_relaxed) != 0) wake_one_of_each();
  }

  /// By a worker that finished a task for which another waits.
  void tell_of_end() { helping_.notify_all(); }

  /// By the thread that made `leave()` of find_or_sleep() true.
  void tell_to_leave() { idle_.notify_all(); }
  // [/TELL]

  // [IDLE]
  /// For an idle worker: what `find()` finds, perhaps after some sleep; null
  /// once `leave()`.
  template <typename Find, typename Leave>
  auto find_or_sleep(Find find, Leave leave) {
    while (true) {
      const Counted asleep(count_);
      const auto ticket = idle_.prepare_wait();
      // Look again: a task may have come before we announced our sleep.
      auto* const task = find();
      if (task != nullptr || leave()) {
        idle_.cancel_wait();
        return task;
      }
      idle_.wait(ticket);
    }
  }
  // [/IDLE]

  // [HELPING]
  /// For a worker that waits for a task: what `find()` finds; null if the
  /// task is done, or after a sleep.
  template <typename State, typename Find>
  auto find_or_sleep_until_done(State& task, Find find) -> decltype(find()) {
    const Counted asleep(count_);
    const auto ticket = helping_.prepare_wait();
    // The ticket first: once it is announced, the wake-up may come.
    const bool pending = task.announce_wait(State::kWorkerWaits);
    auto* const other = pending ? find() : nullptr;
    if (!pending || other != nullptr) {
      helping_.cancel_wait();
    } else {
      helping_.wait(ticket);
    }
    return other;
  }
  // [/HELPING]

 private:
  using Count = typename Atomics::template Atomic<std::size_t>;

  // [COUNTED]
  /// While it lives, the worker counts as one that may sleep.
  class Counted {
   public:
    // Sequentially consistent, as are the deques' loads that follow: see
    // tell_of_nested_task().
    explicit Counted(Count& count) : count_(count) {
      count_.fetch_add(1, std::memory_order_seq_cst);
    }
    // Relaxed: seen late, it costs a wake-up that wakes nobody.
    ~Counted() { count_.fetch_sub(1, std::memory_order_relaxed); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

   private:
    Count& count_;
  };

  void wake_one_of_each() {
    idle_.notify_one();
    helping_.notify_one();
  }

  EventCount<Atomics> idle_;
  EventCount<Atomics> helping_;
  Count count_{0};
  // [/COUNTED]
};

}  // namespace nn
