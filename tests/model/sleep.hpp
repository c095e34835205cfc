/// @file
/// The sleeping and waking of the pools, cut down to what can go wrong in it.
/// The pools run on real threads, where what is wrong here goes right but once
/// in a million times: so these copies are broken and checked instead.
#pragma once

#include <algorithm>
#include <array>
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

/// The same for a worker to whom the second look brings the task.
template <typename Find, typename Events>
void search_or_sleep(Find find, Events& events) {
  while (true) {
    const auto ticket = events.prepare_wait();
    if (find()) return events.cancel_wait();
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

// ---- An entry queue: WorkStealingPool::enter() -----------------------------

/// Tasks from outside. A worker takes all at once, one for itself, and leaves
/// the others where they can be stolen.
class EntryQueue {
 public:
  explicit EntryQueue(int tasks) : waiting_(tasks) {}

  template <typename Events>
  bool take(Events& events) {
    return carried_.take() || enter(events);
  }

 private:
  template <typename Events>
  bool enter(Events& events) {
    const int tasks = waiting_.exchange(0, std::memory_order_relaxed);
    for (int i = 1; i < tasks; ++i) carried_.push();
    if (tasks > 1) events.notify_all();  // who looked meanwhile found nothing
    return tasks > 0;
  }

  Atomic<int> waiting_;
  Heap carried_;
};

// ---- Balancing: WorkBalancingPool::find_task() and balance() ---------------

/// The queues of three workers, who even them out; the last begins with all
/// tasks.
class Queues {
 public:
  explicit Queues(int tasks) : tasks_{0, 0, tasks} {}

  template <typename Events>
  bool take(std::size_t me, Events& events) {
    if (pop(me)) return true;
    for (std::size_t k = 1; k < tasks_.size(); ++k)
      if (balance(me, (me + k) % tasks_.size(), events) && pop(me)) return true;
    return false;
  }

 private:
  bool pop(std::size_t queue) {
    const std::scoped_lock lock(mutexes_[queue]);
    return tasks_[queue] > 0 && tasks_[queue]-- > 0;
  }

  template <typename Events>
  bool balance(std::size_t me, std::size_t victim, Events& events) {
    if (!even_out(std::min(me, victim), std::max(me, victim))) return false;
    events.notify_one();  // who is searching may have missed what moved
    return true;
  }

  // The shorter queue gets half of the difference, rounded up.
  bool even_out(std::size_t first, std::size_t second) {
    const std::scoped_lock lock_first(mutexes_[first]);
    const std::scoped_lock lock_second(mutexes_[second]);
    if (tasks_[first] == tasks_[second]) return false;
    const bool first_is_shorter = tasks_[first] < tasks_[second];
    int& shorter = tasks_[first_is_shorter ? first : second];
    int& longer = tasks_[first_is_shorter ? second : first];
    const int moved = (longer - shorter + 1) / 2;
    shorter += moved;
    longer -= moved;
    return true;
  }

  std::array<Mutex, 3> mutexes_;
  std::array<int, 3> tasks_;  // each guarded by its mutex
};

// ---- The end of all tasks: WorkStealingPool::all_done() --------------------

/// What two workers have submitted and finished; each counts alone. One task
/// came from outside.
class Tally {
 public:
  void submit(int worker) { add(submitted_[worker]); }
  void finish(int worker) { add(finished_[worker]); }

  bool all_done() const {
    const int finished = sum(finished_);
    const int submitted = 1 + sum(submitted_);
    return finished == submitted;
  }

 private:
  using Counts = Atomic<int>[2];

  static void add(Atomic<int>& count) {
    count.store(count.load(std::memory_order_relaxed) + 1,
                std::memory_order_release);  // with sum()
  }
  static int sum(const Counts& counts) {
    int result = 0;
    for (const auto& count : counts)
      result += count.load(std::memory_order_acquire);
    return result;
  }

  Counts submitted_, finished_;
};

/// By a worker that ran out of work.
template <typename Events>
void tell_if_all_done(const Tally& tally, Events& events) {
  Atomics::fence(std::memory_order_seq_cst);
  if (tally.all_done()) events.notify_all();
}

/// By a thread outside.
template <typename Events>
void wait_all(const Tally& tally, Events& events) {
  search_or_sleep([&] { return tally.all_done(); }, events);
}

}  // namespace nn::model
