/// @file
/// Fork and join with no allocation.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include "05_work_stealing/work_stealing_pool.hpp"

namespace nn {

// [STACK_JOB]
/// A job that lives on the stack of the function that waits for it: no
/// allocation, and only that function looks at its result.
template <typename G>
class StackJob final : public Task {
 public:
  /// Keeps a reference: `work` must outlive the job.
  explicit StackJob(G& work) : work_(work) {}

  void execute() noexcept override {
    try {
      std::invoke(work_);
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  /// The exception that the work threw; null if it threw none.
  const std::exception_ptr& error() const { return error_; }

 private:
  G& work_;
  std::exception_ptr error_;
};
// [/STACK_JOB]

/// Runs f() and g(), at the same time if another worker is free, and returns
/// when both have ended. If both throw, f's exception is thrown.
///
/// g is offered to thieves while this worker runs f. Most often none comes, and
/// the worker takes g back and calls it like any function: so a fork costs some
/// nanoseconds, and you need not stop forking at small sizes.
///
/// Source: the shape of `join` in Rust's rayon (N. Matsakis, 2015), after
/// Cilk: Frigo, Leiserson, Randall (PLDI 1998), "the work-first principle".
// [JOIN]
template <typename F, typename G>
void join(WorkStealingPool& pool, F&& f, G&& g) {
  const std::size_t worker = pool.worker_index();
  if (worker == Executor::kOutside) {
    pool.submit([&] { join(pool, f, g); }).get();
    return;
  }
  WorkStealingPool::Worker& me = *pool.workers_[worker];
  StackJob job(g);
  const bool queued = pool.push(job, me);
  std::exception_ptr error;
  try {
    std::invoke(f);
  } catch (...) {
    error = std::current_exception();  // g is still on our stack: stay
  }
  if (!queued || pool.take_back(job, me)) {
    job.execute();
    me.cell.tasks_run.add();
    me.tally.finished.add();
  }
  if (error) std::rethrow_exception(error);
  if (job.error()) std::rethrow_exception(job.error());
}
// [/JOIN]

// [JOIN_ANYWHERE]
/// The same on any executor, where g costs as much as any task.
template <typename F, typename G>
void join(Executor& executor, F&& f, G&& g) {
  auto right = executor.submit([&g] { std::invoke(g); });
  try {
    std::invoke(f);
  } catch (...) {
    right.wait();  // g may use what the caller is about to destroy
    throw;
  }
  right.get();
}
// [/JOIN_ANYWHERE]

}  // namespace nn
