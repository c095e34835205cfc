#pragma once

#include <mimalloc.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "04_work_balancing/pool/task_state.hpp"

namespace nn {

/// One piece of work, and the place where its result will lie.
///
/// The executor that runs it and the future that reads it share it, and the
/// last to let go deletes it: see TaskState.
class Task {
 public:
  using Flag = TaskState<>::Flag;  ///< Something that happened to the task.

  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  /// Runs the work and keeps its result or its exception. Called once.
  virtual void execute() noexcept = 0;

  /// True once the result may be read.
  bool done() const noexcept { return state_.done(); }

  /// Sleeps until the task is done. By a thread that is no worker of the
  /// task's executor, which may go meanwhile.
  void sleep_until_done();

  // [LET_GO]
  /// The executor's last act: marks the task done, deletes it if its future
  /// is gone, and wakes the threads outside that wait for it. True if a worker
  /// waits, too: then the executor must wake it. The task may be gone when
  /// this returns.
  static bool finish(Task* task) noexcept {
    const std::uint32_t before = task->state_.finish();
    if ((before & Flag::kDropped) != 0) delete task;
    if ((before & Flag::kOutsiderWaits) != 0) wake_outsiders();
    return (before & Flag::kWorkerWaits) != 0;
  }

  /// The future's last act: deletes the task if it has run, else leaves that
  /// to finish().
  static void drop(Task* task) noexcept {
    if (task->state_.drop()) delete task;
  }
  // [/LET_GO]

  /// For executors: the flags by which they and sleepers agree.
  TaskState<>& state() { return state_; }

  /// For executors: the task comes from outside, from no worker. Said before
  /// it is queued, so that any thread with its future may ask.
  void say_entered() { entered_ = true; }
  /// True after say_entered().
  bool entered() const { return entered_; }

#ifndef SANITIZED  // else the plain allocator, whose blocks are watched
  /// Tasks are small and many, and often one thread frees what another
  /// allocated. mimalloc is made for that.
  static void* operator new(std::size_t bytes) {
    if (void* const block = mi_malloc(bytes)) return block;
    throw std::bad_alloc();
  }
  /// The counterpart of the operator above.
  static void operator delete(void* block) noexcept {
    mi_free(block);
  }
  /// For a function or a result that asks for more than the usual alignment.
  static void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return ::operator new(bytes, alignment);
  }
  /// The counterpart of the operator above.
  static void operator delete(void* block,
                              std::align_val_t alignment) noexcept {
    ::operator delete(block, alignment);
  }
#endif

 private:
  static void wake_outsiders() noexcept;

  TaskState<> state_;
  bool entered_ = false;
};

/// A task whose result has type T (void too). A Future<T> points to one.
template <typename T>
class ResultTask : public Task {
 public:
  // [RESULT]
  /// Moves the result out, or throws the task's exception. Only after done(),
  /// and once.
  T take_result() {
    if (auto* error = std::get_if<kError>(&outcome_)) {
      std::rethrow_exception(std::move(*error));
    }
    if constexpr (!std::is_void_v<T>) {
      return std::move(*std::get_if<kValue>(&outcome_));
    }
  }
  // [/RESULT]

 protected:
  // [KEEP]
  /// Calls `function` and keeps its result or its exception.
  template <typename F>
  void run_and_keep(F& function) noexcept {
    try {
      if constexpr (std::is_void_v<T>) {
        std::invoke(function);
      } else {
        outcome_.template emplace<kValue>(std::invoke(function));
      }
    } catch (...) {
      outcome_.template emplace<kError>(std::current_exception());
    }
  }
  // [/KEEP]

 private:
  // [OUTCOME]
  // By index, since T may itself be an exception_ptr.
  enum Which : std::size_t { kNothing, kValue, kError };
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  std::variant<std::monostate, Value, std::exception_ptr> outcome_;
  // [/OUTCOME]
};

// [FUNCTION]
/// A task that calls F: the work and its result in one allocation.
template <typename F, typename T>
class FunctionTask final : public ResultTask<T> {
 public:
  /// Moves or copies `function` into the task; std::in_place keeps this from
  /// being taken for a copy of another task.
  template <typename G>
  FunctionTask(std::in_place_t in_place, G&& function)
      : function_(in_place, std::forward<G>(function)) {}

  void execute() noexcept override {
    this->run_and_keep(*function_);
    // Frees what the function holds now, not when the future goes.
    function_.reset();
  }

 private:
  std::optional<F> function_;
};
// [/FUNCTION]

}  // namespace nn
