#pragma once

#include <cstddef>
#include <deque>
#include <mutex>

#include "04_work_balancing/task.hpp"

namespace nn {

/// The tasks that wait for one worker. It takes them at the back:
///
///     front                                     back
///     | given from outside, oldest last | nested, newest last |  -> owner
///
/// So it first finishes what its own tasks forked, newest first, as a single
/// thread would: queues and stacks stay short. Then it begins what came from
/// outside in the order it came. What others carry away goes at the front:
/// the tasks that the owner would reach last.
///
/// On cache lines of its own, so that two owners do not slow each other down.
class alignas(128) WorkQueue {
 public:
  /// Adds a task that came from outside: after all others of that kind.
  void push_outside(Task& task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_front(&task);
  }

  /// Adds a task that one of the owner's tasks forked.
  void push_nested(Task& task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(&task);
  }

  /// Takes the owner's next task; null when there is none.
  Task* pop() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return nullptr;
    Task* task = tasks_.back();
    tasks_.pop_back();
    return task;
  }

  /// How many tasks wait now. The next moment there may be more, or fewer.
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return tasks_.size();
  }

  /// Locks both queues, and if the longer has more than `threshold` tasks
  /// more than the shorter, moves half of the difference (rounded up) from
  /// its front. Returns how many it moved.
  ///
  /// Always name the queue with the lower index first. Of two threads that
  /// balance the same pair, each starting with its own queue, both could hold
  /// one lock and wait for the other's forever.
  static std::size_t even_out(WorkQueue& first, WorkQueue& second,
                              std::size_t threshold);

 private:
  std::mutex mutex_;
  std::deque<Task*> tasks_;  // guarded by mutex_
};

}  // namespace nn
