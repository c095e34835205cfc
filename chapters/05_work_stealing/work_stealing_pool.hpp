/// @file
/// The work-stealing pool.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "04_work_balancing/pool/counters.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "05_work_stealing/entry_queue.hpp"
#include "05_work_stealing/event_count.hpp"
#include "05_work_stealing/sleepers.hpp"
#include "05_work_stealing/steps.hpp"
#include "05_work_stealing/tally.hpp"
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
///   3. the entry queues, where threads outside leave their tasks, its own
///      first.
/// When all are empty it looks a few times more and then sleeps. What was
/// begun so comes before what was not. Inside a wait the third place is left
/// out: a worker that began a long new task there would keep the waiting one
/// from going on, and its stack would grow with each.
///
/// Waiting never deadlocks as long as a task waits only for what it forked, or
/// what that forked, and holds no lock meanwhile. A begun task is held up only
/// by the one that it waits for and by one that its worker began on top of it
/// meanwhile: both began later. So the last to begin is held up by none that
/// has begun; and if it waits for one that has not, that lies in some deque,
/// where its worker finds it or another. If the awaited one lies in an entry
/// queue, as when a task of another executor submitted it, the worker takes it
/// from there, and no other.
///
/// A waiting worker runs its own newest tasks first. Once the task that it
/// forked and waits for was stolen, so was everything older in its deque: it
/// takes nothing older of its own on top of the one that waits.
///
/// Sources: Blumofe and Leiserson, "Scheduling multithreaded computations by
/// work stealing" (J. ACM 46, 1999); Herlihy and Shavit, The Art of
/// Multiprocessor Programming, chapter 16, "Work stealing".
class WorkStealingPool final : public Executor {
 public:
  // [OPTIONS]
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
  // [/OPTIONS]

  /// @throws std::system_error if the machine has no more threads to give
  /// @throws std::length_error if a bounded deque of that capacity cannot be
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

  // [WORKER]
  /// The members that one worker owns. Others read its counters and steal
  /// from its deque.
  struct alignas(kCacheLine) Worker {
    Worker(const Options& options, std::size_t index)
        : deque(options.deque, options.capacity), rng(options.seed, index) {}

    CounterCell cell;
    TaskDeque deque;
    Tally<> tally;
    EntryQueue<Task> entry;
    std::thread thread;
    Rng rng;
  };
  // [/WORKER]

  void schedule(Task& task) override;
  void help_until_done(Task& task, std::size_t worker) override;

  // [PUSH]
  bool push(Task& task, Worker& me) {
    return push_nested(task, me.deque, me.tally, sleepers_);
  }
  // [/PUSH]
  void enter(Task& task);
  void run(Task* task, Worker& me);

  void work(std::size_t index);
  Task* find_or_sleep(Worker& me);

  bool remove_entered(Task& task);
  bool take_back(Task& job, Worker& me);
  void help_until_done(Task& task, Worker& me);
  Task* find_or_sleep_until_done(Task& task, Worker& me);

  void stop() noexcept;

  // [STATE]
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<const Tally<>*> tallies_;  // the workers' and the entry queues'
  Sleepers<> sleepers_;
  EventCount<> all_done_;  // where wait_all() sleeps
  std::atomic<std::size_t> next_entry_{0};
  std::atomic<bool> stopping_{false};
  // [/STATE]
};

}  // namespace nn
