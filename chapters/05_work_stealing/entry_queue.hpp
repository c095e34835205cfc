/// @file
/// Where threads outside a pool leave their tasks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>

#include "04_work_balancing/counters.hpp"
#include "04_work_balancing/task.hpp"

namespace nn {

/// A locked queue, first in, first out, for any number of threads. Only an
/// owner may push to a deque, so work from outside needs a queue that all
/// share; and its lock is paid once for several tasks when many wait.
class EntryQueue {
 public:
  /// Adds a task at the end.
  void push(Task& task) {
    const std::lock_guard lock(mutex_);
    submitted_.add();
    tasks_.push_back(&task);
    set_size();
  }

  /// Takes tasks from the front: as many as `room` holds, but no more than
  /// one worker's part of those that wait, so that the other workers find some
  /// too; at least one if there is any. Returns those that it took.
  std::span<Task*> pop(std::span<Task*> room, std::size_t workers) {
    if (size() == 0) return {};
    const std::lock_guard lock(mutex_);
    const std::size_t fair = std::max<std::size_t>(1, tasks_.size() / workers);
    const std::size_t n = std::min({room.size(), fair, tasks_.size()});
    const auto end = tasks_.begin() + static_cast<std::ptrdiff_t>(n);
    std::copy(tasks_.begin(), end, room.begin());
    tasks_.erase(tasks_.begin(), end);
    set_size();
    return room.first(n);
  }

  /// How many tasks were ever pushed.
  std::uint64_t submitted() const { return submitted_.read(); }

 private:
  // Relaxed: a glance to save the lock. A worker about to sleep looks after
  // the full barrier in EventCount::prepare_wait(), and who pushes notifies
  // after another one, so one of the two sees the other.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  void set_size() { size_.store(tasks_.size(), std::memory_order_relaxed); }

  std::mutex mutex_;
  std::deque<Task*> tasks_;           // guarded by mutex_
  OwnedCount submitted_;              // written under mutex_
  std::atomic<std::size_t> size_{0};  // written under mutex_
};

}  // namespace nn
