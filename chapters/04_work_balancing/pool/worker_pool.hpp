#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "04_work_balancing/pool/bell.hpp"
#include "04_work_balancing/pool/counters.hpp"
#include "04_work_balancing/pool/executor.hpp"

namespace nn {

/// The common part of this chapter's pools: threads that run tasks, sleep when
/// there are none, help while they wait, and end in good order. A pool adds
/// only the place where tasks queue: see StaticExecutor, WorkBalancingPool.
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

  /// Counts the task and queues it.
  void schedule(Task& task) override;

  /// Counts tasks as unfinished: before anyone can run them, or wait_all()
  /// could miss them.
  void count_in(std::size_t tasks) { unfinished_ += tasks; }

  // [HOOKS]
  /// Queues a task. `worker` is the calling worker or kOutside. Wakes
  /// sleepers if one of them could run the task. If it throws, the task is not
  /// queued.
  virtual void push(Task& task, std::size_t worker) = 0;

  /// The next task for this worker; null if it finds none.
  virtual Task* find_task(std::size_t worker) = 0;

  /// Called by the worker after each task, those included that it runs while
  /// it waits.
  virtual void after_task(std::size_t /*worker*/) {}
  // [/HOOKS]

  /// Where workers sleep. Ring for one when there is a task that any of them
  /// may run, and for all when not every worker may, or there are many.
  Bell<>& work_bell() { return work_; }

  /// The workers' counters. Each worker alone may change its own.
  std::span<CounterCell> cells() { return {cells_.get(), thread_count()}; }

 private:
  void count_out();
  void help_until_done(Task& task, std::size_t worker) override;
  Task* find_or_sleep_until_done(Task& task, std::size_t worker);

  void work(std::size_t worker);
  Task* find_or_sleep(std::size_t worker);
  void run(Task* task, std::size_t worker);
  CounterCell& cell(std::size_t worker) { return cells_[worker]; }

  // [DATA]
  Bell<> work_;                             // where workers sleep
  Bell<> all_done_;                         // where wait_all() sleeps
  std::atomic<std::size_t> unfinished_{0};  // tasks queued or running
  std::atomic<bool> stopping_{false};
  std::unique_ptr<CounterCell[]> cells_;  // one a worker
  std::vector<std::thread> workers_;
  // [/DATA]
};

}  // namespace nn
