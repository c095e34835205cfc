#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "04_work_balancing/bell.hpp"
#include "04_work_balancing/counters.hpp"
#include "04_work_balancing/executor.hpp"

namespace nn {

/// What the pools of this chapter have in common: threads that run tasks,
/// sleep when there are none, help while they wait, and end in good order.
/// A pool adds only where tasks queue: see StaticExecutor, WorkBalancingPool.
///
/// It is the plain version: every task costs a few locks. Chapter 5 does
/// without them, which matters when tasks last less than a microsecond.
class WorkerPool : public Executor {
 public:
  void wait_all() override;
  std::size_t thread_count() const override { return workers_.size(); }
  std::vector<WorkerCounters> counters() const override;

 protected:
  /// Makes the workers' data; no thread runs yet. 0 workers means as many as
  /// the machine runs at once.
  explicit WorkerPool(std::size_t thread_count);

  /// Starts the threads: the last act of the constructor of the class that
  /// has the queues. A worker that started earlier would look into queues
  /// that are not there yet.
  void start();

  /// Finishes every task and ends the threads: the first act of its
  /// destructor, while the queues are still there.
  void stop() noexcept;

  /// Queues a task. `worker` is the calling worker or kOutside. Wakes
  /// sleepers if one of them could run the task.
  virtual void push(Task& task, std::size_t worker) = 0;

  /// The next task for this worker; null when there is none for it.
  virtual Task* find_task(std::size_t worker) = 0;

  /// Called by the worker between two tasks.
  virtual void after_task(std::size_t /*worker*/) {}

  /// Called when a thread is about to wait for a task, or for all.
  virtual void before_waiting() {}

  /// Wakes one sleeping worker: there is a task that any of them may run.
  void work_came_for_one() { work_.ring_for_one(); }
  /// Wakes them all: not every worker may run the new task, or there are many.
  void work_came_for_all() { work_.ring_for_all(); }

  /// The counters of that worker, which alone may change them.
  CounterCell& cell(std::size_t worker) { return cells_[worker]; }

 private:
  void schedule(Task& task) noexcept override;
  void wait_for(Task& task) override;
  void help_until_done(Task& task, std::size_t worker);
  Task* sleep_until_work_or(Task& task, std::size_t worker);
  void sleep_until_done(Task& task);

  void work(std::size_t worker);
  Task* find_or_sleep(std::size_t worker);
  void run(Task* task, std::size_t worker);

  // Workers sleep by work_, all other threads by finished_.
  Bell work_;
  Bell finished_;
  std::atomic<std::size_t> unfinished_{0};  // tasks queued or running
  std::atomic<bool> stopping_{false};
  std::unique_ptr<CounterCell[]> cells_;  // one a worker
  std::vector<std::thread> workers_;
};

}  // namespace nn
