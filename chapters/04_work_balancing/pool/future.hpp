#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "04_work_balancing/pool/task.hpp"

namespace nn {

class Executor;

/// Returns when the task is done. A worker of `executor` runs other tasks
/// meanwhile; any other thread sleeps.
void wait_until_done(Executor* executor, Task& task);

/// The result of a task that an Executor was given, once it is there.
///
/// A future may be moved, and belongs to one thread at a time. It may be
/// dropped unread: the task runs all the same, and its result, or its
/// exception, is thrown away. It may be read after its executor is gone, and
/// while another thread destroys it: an executor finishes its tasks first.
template <typename T>
class Future {
  static_assert(!std::is_reference_v<T>, "return a pointer or a value");

 public:
  /// A future of nothing: valid() is false.
  Future() = default;

  /// For executors: the future of a task that `executor` runs.
  Future(Executor& executor, ResultTask<T>* task)
      : executor_(&executor), task_(task) {}

  // [MOVES]
  /// Takes the result over: `other` is not valid() afterwards.
  Future(Future&& other) noexcept
      : executor_(other.executor_),
        task_(std::exchange(other.task_, nullptr)) {}
  /// Swaps the two futures.
  Future& operator=(Future&& other) noexcept {
    std::swap(executor_, other.executor_);
    std::swap(task_, other.task_);
    return *this;
  }
  ~Future() {
    if (task_ != nullptr) Task::drop(task_);
  }
  // [/MOVES]

  /// True until get(), or a move, took the result away.
  bool valid() const { return task_ != nullptr; }

  /// True if get() returns at once.
  /// @throws std::logic_error if not valid()
  bool ready() const { return task().done(); }

  // [GET]
  /// Returns when the task is done, whether it gave a value or threw.
  ///
  /// Inside a task of the same executor the worker runs other tasks meanwhile,
  /// so that fork and join at any depth never deadlock. Any other thread
  /// sleeps, be it a worker of another executor. No wait deadlocks if tasks
  /// wait for futures and for locks only, take locks in one order, and keep
  /// three rules:
  ///
  /// - *Within one executor*, a task waits only for its descendants: those that
  ///   it submitted, that these did, and so on. Any other may lie under it on
  ///   the same stack, where it cannot go on until the waiting one has ended.
  ///   Two workers' stacks can block each other so, too.
  /// - *Between executors*, tasks never wait in a circle. If one of A waits for
  ///   one of B, and a task of B for one of A, each may hold the last thread
  ///   that could run the other; and so may three or more. Give them an order,
  ///   and let tasks wait only for those of later ones. (A SerialExecutor has
  ///   no thread to hold and does not count.)
  /// - *Hold no lock over a wait.* The worker may begin a task that wants it on
  ///   top of yours: then it waits for a lock that it holds itself.
  /// @throws std::logic_error if not valid()
  void wait() const {
    if (!ready()) wait_until_done(executor_, *task_);
  }

  /// Waits, then returns the result or throws the task's exception. Once:
  /// the future is not valid() afterwards.
  /// @throws std::logic_error if not valid()
  T get() {
    wait();
    const Future taken(std::move(*this));  // let go, even if it throws
    return taken.task_->take_result();
  }
  // [/GET]

 private:
  ResultTask<T>& task() const {
    if (task_ == nullptr) {
      throw std::logic_error("Future: no result (get() was called before)");
    }
    return *task_;
  }

  Executor* executor_ = nullptr;
  ResultTask<T>* task_ = nullptr;
};

}  // namespace nn
