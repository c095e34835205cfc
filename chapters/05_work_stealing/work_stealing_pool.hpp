/// @file
/// The work-stealing pool.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "04_work_balancing/counters.hpp"
#include "04_work_balancing/executor.hpp"
#include "05_work_stealing/entry_queue.hpp"
#include "05_work_stealing/event_count.hpp"
#include "05_work_stealing/task_deque.hpp"
#include "common/rng.hpp"

namespace nn {

/// Each worker has a deque of its own. It adds and takes tasks at one end,
/// newest first, and pays almost nothing for it; a worker that has none left
/// steals from the other end of another's, oldest first.
///
/// Why these ends: the newest task is still in the owner's cache, and working
/// depth first keeps the deque as short as a single thread's stack. The
/// oldest is likely the root of the most work, so that a thief is busy for
/// long; and owner and thief meet only at the last task.
///
/// A worker looks for its next task in this order:
///   1. its own deque;
///   2. the others' deques, each once, beginning with a random one;
///   3. the entry queue, where threads outside leave their tasks.
/// When all are empty it looks a few times more and then sleeps. What was
/// begun so comes before what was not. Inside a wait the third place is left
/// out: a worker that began a long new task there would keep the waiting one
/// from going on, and its stack would grow with each.
///
/// Waiting never deadlocks as long as a task waits only for what it forked, or
/// what that forked. A waiting worker runs its own newest tasks first, and the
/// awaited one is among them, or it was stolen and someone runs it. And when it
/// was stolen, everything older in that deque had been stolen before: the
/// worker is not led to begin old work on top of the task that waits.
///
/// Sources: Blumofe and Leiserson, "Scheduling multithreaded computations by
/// work stealing" (J. ACM 46, 1999); Herlihy and Shavit, The Art of
/// Multiprocessor Programming, chapter 16, "Work stealing".
class WorkStealingPool final : public Executor {
 public:
  /// How many workers, and what deques they have.
  struct Options {
    /// 0 means as many as the machine runs at once.
    std::size_t thread_count = 0;
    /// Decides whether a full deque refuses a task or grows.
    DequeKind deque = DequeKind::growing;
    /// Tasks that a bounded deque holds; a worker that finds its deque full
    /// runs the new task at once. A growing deque begins with this.
    std::size_t capacity = 1024;
    /// The victims of worker k come from stream k of this seed.
    std::uint64_t seed = 1;
  };

  /// Throws std::system_error if the machine has no more threads to give,
  /// and std::length_error if a bounded deque of that capacity cannot be.
  explicit WorkStealingPool(const Options& options);
  /// The default options but for the number of threads.
  explicit WorkStealingPool(std::size_t thread_count);
  WorkStealingPool();
  ~WorkStealingPool() override;

  void wait_all() override;
  std::size_t thread_count() const override { return workers_.size(); }
  std::vector<WorkerCounters> counters() const override;

 private:
  template <typename F, typename G>
  friend void join(WorkStealingPool& pool, F&& f, G&& g);

  /// The members that one worker owns. Others read its counters and steal
  /// from its deque.
  struct alignas(kCacheLine) Worker {
    Worker(const Options& options, std::size_t index)
        : deque(options.deque, options.capacity), rng(options.seed, index) {}

    CounterCell cell;
    TaskDeque deque;
    OwnedCount submitted;  // tasks that this worker's tasks submitted
    OwnedCount finished;   // tasks that it ran and let go of
    std::thread thread;
    Rng rng;
  };

  static constexpr std::size_t kLargestBatch = 64;
  static std::size_t batch(const Options& options);

  void schedule(Task& task) noexcept override;
  void wait_for(Task& task) override;

  bool push(Task& task, Worker& me);
  void tell_sleepers();
  void run(Task* task, Worker& me);

  void work(std::size_t index);
  Task* find_or_sleep(Worker& me);
  Task* find_task(Worker& me);
  Task* find_nested(Worker& me);
  Task* steal(Worker& me);
  Task* steal_from(Worker& victim, Worker& me);
  Task* enter(Worker& me);

  bool take_back(Task& job, Worker& me);
  void help_until_done(Task& task, Worker& me);
  Task* find_or_sleep_until(Task& task, Worker& me);
  void sleep_until_done(Task& task);

  bool all_done() const;
  void tell_if_all_done();
  void stop() noexcept;

  Worker& here() { return *workers_[worker_index()]; }

  // What a worker takes from the entry queue at most: a task to run, and no
  // more than its deque has room for. It may be about to sleep, announced as a
  // sleeper, so it must not have to run what does not fit.
  const std::size_t batch_;
  std::vector<std::unique_ptr<Worker>> workers_;
  EntryQueue entry_;
  // Who sleeps where, by what can wake it:
  EventCount<> idle_;  // workers without a task: any task
  EventCount<>
      helping_;        // workers that wait: a nested task, or their own's end
  EventCount<> done_;  // threads outside: their task's end
  EventCount<> all_done_;  // threads outside: the end of all tasks
  std::atomic<std::size_t> sleepers_{0};  // by idle_ or helping_
  std::atomic<bool> stopping_{false};
};

/// Counts the task and queues it; if the deque is full, only counts it.
inline bool WorkStealingPool::push(Task& task, Worker& me) {
  me.submitted.add();  // before anyone can run it: see all_done()
  if (!me.deque.push(task)) return false;
  // A worker that goes to sleep adds itself to sleepers_, then looks into the
  // deques. We have pushed, and now look for sleepers. With this barrier
  // between (and sequentially consistent operations over there), one of the
  // two sees the other. It is most of what a fork costs.
  StandardAtomics::fence(std::memory_order_seq_cst);
  if (sleepers_.load(std::memory_order_relaxed) != 0) tell_sleepers();
  return true;
}

}  // namespace nn
