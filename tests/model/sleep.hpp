/// @file
/// Sleepers and those who wake them, cut down to what an event count promises.
#pragma once

#include <mutex>

#include "05_work_stealing/steal.hpp"
#include "model/explorer.hpp"

namespace nn::model {

/// A heap of tasks that all look alike: only their number is kept.
class Heap {
 public:
  void push() { count_.fetch_add(1, std::memory_order_relaxed); }
  bool take() {
    int count = count_.load(std::memory_order_relaxed);
    return count > 0 && count_.compare_exchange_strong(
                            count, count - 1, std::memory_order_relaxed,
                            std::memory_order_relaxed);
  }
  bool empty() const { return count_.load(std::memory_order_relaxed) == 0; }

 private:
  Atomic<int> count_{0};
};

/// A deque whose owner only pushes.
template <typename Deque, typename Task>
class Stealable {
 public:
  explicit Stealable(Task* task) : task_(task) {}
  void push() { deque_.push(task_); }
  bool take() { return deque_.steal().outcome == StealOutcome::kGot; }
  bool empty() const { return deque_.empty(); }

 private:
  Task* task_;
  Deque deque_{2};
};

/// The notifier's side.
template <typename Work, typename Events>
void publish(Work& work, Events& events) {
  work.push();
  events.notify_one();
}

/// The sleeper's side: returns with one task.
template <typename Work, typename Events>
void find_or_sleep(Work& work, Events& events) {
  while (!work.take()) {
    const auto ticket = events.prepare_wait();
    if (!work.empty())
      events.cancel_wait();
    else
      events.wait(ticket);
  }
}

/// Sleeps until the flag is set, as a worker does when its pool ends.
template <typename Events>
void sleep_until(const Atomic<bool>& flag, Events& events) {
  while (!flag.load(std::memory_order_relaxed)) {
    const auto ticket = events.prepare_wait();
    if (flag.load(std::memory_order_relaxed))
      events.cancel_wait();
    else
      events.wait(ticket);
  }
}

}  // namespace nn::model
