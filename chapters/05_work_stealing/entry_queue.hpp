/// @file
/// The place where threads outside a pool leave their tasks.
#pragma once

#include <algorithm>
#include <deque>
#include <mutex>

#include "04_work_balancing/pool/atomics.hpp"
#include "04_work_balancing/pool/owned_count.hpp"
#include "05_work_stealing/tally.hpp"

namespace nn {

/// A queue, first in, first out, for any number of threads: only an owner may
/// push to a deque. A pool has one a worker; but an idle worker may take from
/// any.
///
/// It has two halves with a lock each, so that a thread that pushes and one
/// that pops seldom meet: tasks are pushed to the back half, and when the front
/// half is empty, the two change places.
///
/// @tparam T  the queue holds `T*` and owns nothing
template <typename T, typename Atomics = StandardAtomics>
class EntryQueue {
 public:
  // [PUSH]
  /// Adds a task at the end. If it throws std::bad_alloc, nothing was added.
  void push(T& task) {
    const std::scoped_lock lock(back_.mutex);
    back_.tasks.push_back(&task);
    tally_.submitted.add();  // no worker can run it before we unlock
  }
  // [/PUSH]

  // [POP]
  /// Takes the task at the front; null if there is none.
  T* pop() {
    if (seems_empty()) return nullptr;
    const std::scoped_lock lock(front_.mutex);
    if (front_.tasks.empty()) refill();
    if (front_.tasks.empty()) return nullptr;
    T* const task = front_.tasks.front();
    front_.tasks.pop_front();
    taken_.add();
    return task;
  }
  // [/POP]

  // [REMOVE]
  /// Takes this task, wherever it stands; false if it is not here.
  bool remove(T& task) {
    const std::scoped_lock lock(front_.mutex);
    if (!erase(front_.tasks, task)) {
      const std::scoped_lock second(back_.mutex);
      if (!erase(back_.tasks, task)) return false;
    }
    taken_.add();
    return true;
  }
  // [/REMOVE]

  /// How many tasks were ever pushed.
  const Tally<Atomics>& tally() const { return tally_; }

 private:
  // [HALVES]
  struct alignas(kCacheLine) Half {
    typename Atomics::Mutex mutex;
    std::deque<T*> tasks;  // guarded by mutex
  };

  // A glance to save the lock. A worker about to sleep looks after the full
  // barrier in EventCount::prepare_wait(), and a thread that pushes notifies
  // after another one, so one of the two sees the other.
  bool seems_empty() const { return taken_.read() == tally_.submitted.read(); }

  // With the front's lock held. Always in this order: front, then back.
  void refill() {
    const std::scoped_lock lock(back_.mutex);
    front_.tasks.swap(back_.tasks);
  }

  static bool erase(std::deque<T*>& tasks, T& task) {
    const auto place = std::find(tasks.begin(), tasks.end(), &task);
    if (place == tasks.end()) return false;
    tasks.erase(place);
    return true;
  }

  Half front_;
  OwnedCount<Atomics> taken_;  // written under the front's lock
  Half back_;
  Tally<Atomics> tally_;  // written under the back's lock
  // [/HALVES]
};

}  // namespace nn
