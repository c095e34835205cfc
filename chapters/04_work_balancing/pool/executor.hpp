#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "04_work_balancing/pool/future.hpp"
#include "04_work_balancing/pool/task.hpp"

namespace nn {

/// The counters of one worker since its executor was made. Read while the
/// worker runs, the numbers are each right but may be of slightly different
/// moments.
struct WorkerCounters {
  std::uint64_t tasks_run = 0;  ///< tasks that it ran to their end
  /// Tasks that this worker carried from one worker's queue to another's.
  std::uint64_t tasks_moved = 0;
  /// Times this worker looked at another's queue to even out (chapter 4) or
  /// to steal (chapter 5).
  std::uint64_t moves_tried = 0;
  /// The times among these when it moved something.
  std::uint64_t moves_done = 0;
  /// Time without a task, the present spell included.
  std::chrono::nanoseconds idle{0};

  /// Adds every count and the idle time: two workers taken together.
  WorkerCounters& operator+=(const WorkerCounters& other);
  /// The counts since `earlier`.
  WorkerCounters& operator-=(const WorkerCounters& earlier);
  /// The sum of two workers' counters.
  friend WorkerCounters operator+(WorkerCounters a, const WorkerCounters& b) {
    return a += b;
  }
  /// The counts from `b` to the later `a`.
  friend WorkerCounters operator-(WorkerCounters a, const WorkerCounters& b) {
    return a -= b;
  }
};

/// The totals over all workers.
WorkerCounters sum(const std::vector<WorkerCounters>& workers);

/// Takes tasks and runs them, each exactly once; gives futures of their
/// results. Executors differ only in which thread runs a task, and when, never
/// in what the task computes.
///
/// - submit() may be called from any thread and from inside a task. Hold no
///   lock meanwhile that the task wants: some executors run it at once, on the
///   calling thread.
/// - A task that throws does no harm: its exception waits in its future.
/// - Futures may be dropped unread.
/// - The destructor finishes every task first, those submitted meanwhile by
///   tasks included. It must not be called by one of the executor's tasks.
///   (std::unique_ptr::reset() forgets the executor before it destroys it: a
///   task that submits must not go by that pointer.)
class Executor {
 public:
  /// worker_index() of a thread that is not one of this executor's workers.
  static constexpr std::size_t kOutside =
      std::numeric_limits<std::size_t>::max();

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  // [SUBMIT]
  /// Queues `f()` to be run once; the future has its result, or the exception
  /// that it throws.
  /// @throws std::bad_alloc if there is no memory for the task; then nothing
  /// is queued
  template <typename F>
  auto submit(F&& f) -> Future<std::invoke_result_t<std::decay_t<F>&>> {
    using Function = std::decay_t<F>;
    using T = std::invoke_result_t<Function&>;
    auto task = std::make_unique<FunctionTask<Function, T>>(std::in_place,
                                                            std::forward<F>(f));
    schedule(*task);
    return Future<T>(*this, task.release());
  }
  // [/SUBMIT]

  /// Returns after a moment at which no task was queued or running. Every task
  /// submitted before the call is then done, and so is every task that these
  /// submitted. It may also wait for tasks that other threads submit meanwhile:
  /// as long as they leave no such moment, it does not return, and you must
  /// wait for your futures instead. Exceptions stay with the futures.
  /// @throws std::logic_error inside a task of this executor, which would wait
  /// for itself: wait for the futures you need there
  virtual void wait_all() = 0;

  /// The number of workers, at least 1.
  virtual std::size_t thread_count() const = 0;

  /// The counters of each worker so far, in order of worker_index().
  virtual std::vector<WorkerCounters> counters() const = 0;

  /// The number of the worker that runs the calling task, 0 to
  /// thread_count() - 1; kOutside for a thread that runs no task of this
  /// executor.
  std::size_t worker_index() const noexcept { return index_in(this); }

 protected:
  friend void wait_until_done(Executor* executor, Task& task);

  /// Queues the task, or runs it at once, and calls Task::finish() after it.
  /// If it throws, the task is not queued.
  virtual void schedule(Task& task) = 0;

  /// Called by worker `worker` inside a task: runs other tasks until
  /// task.done().
  virtual void help_until_done(Task& task, std::size_t worker) = 0;

  /// Queues all tasks that are held back. Called with `holding_` locked, when
  /// a thread waits for one of them.
  virtual void release_held() noexcept {}

  /// Guards the tasks that any executor holds back: see
  /// TaskState::hold_back().
  static inline std::mutex holding_;

  /// @throws std::logic_error inside a task of this executor
  void require_outside() const;

  /// While it lives, this thread is worker `index` of `executor`. They nest:
  /// inside a task of one executor the thread may run a task of another, and
  /// is then a worker of both.
  class AsWorker {
   public:
    // [AS_WORKER]
    /// The thread's innermost role from now on.
    AsWorker(const Executor& executor, std::size_t index)
        : executor_(&executor),
          index_(index),
          outer_(std::exchange(innermost_, this)) {}
    ~AsWorker() { innermost_ = outer_; }
    AsWorker(const AsWorker&) = delete;
    AsWorker& operator=(const AsWorker&) = delete;
    // [/AS_WORKER]

   private:
    friend class Executor;
    const Executor* executor_;
    std::size_t index_;
    const AsWorker* outer_;
  };

 private:
  // [INDEX_IN]
  /// worker_index() of the executor at that address, which may be gone.
  static std::size_t index_in(const Executor* executor) noexcept {
    const AsWorker* role = innermost_;
    while (role != nullptr && role->executor_ != executor) role = role->outer_;
    return role != nullptr ? role->index_ : kOutside;
  }

  // Each thread has its own; none sees another's.
  static inline constinit thread_local const AsWorker* innermost_ = nullptr;
  // [/INDEX_IN]
};

/// `requested`, or as many workers as the machine runs threads at once if it
/// is 0. Always at least 1.
std::size_t worker_count(std::size_t requested);

}  // namespace nn
