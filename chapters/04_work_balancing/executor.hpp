#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "04_work_balancing/future.hpp"
#include "04_work_balancing/task.hpp"

namespace nn {

/// What one worker did since its executor was made. Read while the worker
/// runs, the numbers are each right but may be of slightly different moments.
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
  /// What happened since `earlier`.
  WorkerCounters& operator-=(const WorkerCounters& earlier);
  /// What two workers did together.
  friend WorkerCounters operator+(WorkerCounters a, const WorkerCounters& b) {
    return a += b;
  }
  /// What happened from `b` to the later `a`.
  friend WorkerCounters operator-(WorkerCounters a, const WorkerCounters& b) {
    return a -= b;
  }
};

/// The totals over all workers.
WorkerCounters sum(const std::vector<WorkerCounters>& workers);

/// Takes tasks and runs them, each exactly once; gives futures of their
/// results. What tells one executor from another is only who runs a task and
/// when, never what it computes.
///
/// - submit() may be called from any thread and from inside a task.
/// - A task that throws harms nobody: its exception waits in its future.
/// - Futures may be dropped unread.
/// - The destructor finishes every task first, those submitted meanwhile by
///   tasks included. It must not be called by one of the executor's tasks.
/// - Running out of memory while queueing a task ends the program.
class Executor {
  // Whose worker the thread is. Each thread has its own; none sees another's.
  struct Here {
    const Executor* executor;
    std::size_t index;
  };
  static inline constinit thread_local Here here_{nullptr, 0};

 public:
  /// worker_index() of a thread that is not one of this executor's workers.
  static constexpr std::size_t kOutside =
      std::numeric_limits<std::size_t>::max();

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  /// Queues `f()` to be run once; its result, or what it throws, comes with
  /// the future.
  template <std::invocable F>
  auto submit(F&& f) {
    using Function = std::decay_t<F>;
    using T = std::invoke_result_t<Function&>;
    auto task = std::make_unique<FunctionTask<Function, T>>(std::in_place,
                                                            std::forward<F>(f));
    schedule(*task);
    return Future<T>(*this, task.release());
  }

  /// Returns when every task submitted before, and every task that these
  /// submitted, is done. Exceptions stay with the futures.
  /// Throws std::logic_error inside a task of this executor, which would wait
  /// for itself: wait for the futures you need there.
  virtual void wait_all() = 0;

  /// The number of workers, at least 1.
  virtual std::size_t thread_count() const = 0;

  /// What each worker did so far, in order of worker_index().
  virtual std::vector<WorkerCounters> counters() const = 0;

  /// Which worker runs the calling task, 0 to thread_count() - 1; kOutside
  /// for a thread that runs no task of this executor.
  std::size_t worker_index() const noexcept {
    return here_.executor == this ? here_.index : kOutside;
  }

 protected:
  friend void wait_until_done(Executor& executor, Task& task);

  /// Queues the task, or runs it at once, and calls Task::finish() after it.
  virtual void schedule(Task& task) noexcept = 0;

  /// Returns when task.done(). See Future::wait().
  virtual void wait_for(Task& task) = 0;

  /// Throws std::logic_error inside a task of this executor.
  void require_outside() const;

  /// While it lives, this thread is worker `index` of `executor`. They nest:
  /// a task of one executor may run a task of another.
  class AsWorker {
   public:
    /// Notes whose worker the thread was, for the destructor to restore.
    AsWorker(const Executor& executor, std::size_t index)
        : before_(std::exchange(here_, Here{&executor, index})) {}
    ~AsWorker() { here_ = before_; }
    AsWorker(const AsWorker&) = delete;
    AsWorker& operator=(const AsWorker&) = delete;

   private:
    Here before_;
  };
};

/// `requested`, or as many workers as the machine runs threads at once if it
/// is 0. Always at least 1.
std::size_t worker_count(std::size_t requested);

}  // namespace nn
