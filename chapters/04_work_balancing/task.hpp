#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "04_work_balancing/task_memory.hpp"

namespace nn {

/// One piece of work, and the place where its result will lie.
///
/// Two parties hold a task: the executor that will run it and the future that
/// will read it. The last to let go deletes it. A full reference count would
/// cost two atomic operations a task; one word of flags costs one, because
/// each party leaves once:
///
///   executor: run, then set `done`;  future: read, then set `dropped`;
///   whoever finds the other's flag already set deletes the task.
class Task {
 public:
  /// Who sleeps until a task is done, so that its end wakes only those.
  enum Flag : std::uint32_t {
    kDone = 1,           ///< the result is there
    kDropped = 2,        ///< no future will read it
    kWorkerWaits = 4,    ///< a worker of the same pool waits for it
    kOutsiderWaits = 8,  ///< another thread waits for it
  };

  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  /// Runs the work and keeps its result or its exception. Called once.
  virtual void execute() noexcept = 0;

  /// True once the result may be read.
  bool done() const noexcept {
    // Acquire pairs with the release in finish(): a thread that sees the
    // flag sees the result.
    return (state_.load(std::memory_order_acquire) & kDone) != 0;
  }

  /// Says that the caller is about to sleep until the task is done; `who` is
  /// kWorkerWaits or kOutsiderWaits. False if it is done already: then the
  /// flag comes too late and nobody will send a wake-up.
  bool announce_wait(Flag who) noexcept {
    const auto before = state_.fetch_or(who, std::memory_order_acq_rel);
    return (before & kDone) == 0;
  }

  /// The executor's last act: marks the task done, deletes it if its future
  /// is gone, and returns the flags, which say whom to wake. The task may be
  /// gone when this returns.
  static std::uint32_t finish(Task* task) noexcept {
    // Dropped before it ran: nobody else holds it. Acquire pairs with the
    // release in drop().
    if (task->state_.load(std::memory_order_acquire) == kDropped) {
      delete task;
      return kDropped;
    }
    // Release publishes the result to done(); acquire pairs with drop().
    const auto before = task->state_.fetch_or(kDone, std::memory_order_acq_rel);
    if ((before & kDropped) != 0) delete task;
    return before;
  }

  /// The future's last act: deletes the task if it has run, else leaves that
  /// to finish().
  static void drop(Task* task) noexcept {
    if (task->done()) {
      delete task;
      return;
    }
    // Acquire and release pair with finish().
    const auto before =
        task->state_.fetch_or(kDropped, std::memory_order_acq_rel);
    if ((before & kDone) != 0) delete task;
  }

  /// Every task, of whatever class and size, comes from task_memory.hpp.
  static void* operator new(std::size_t bytes) { return allocate_task(bytes); }
  /// `bytes` is the size of the derived class, as the destructor is virtual.
  static void operator delete(void* block, std::size_t bytes) noexcept {
    free_task(block, bytes);
  }

 private:
  std::atomic<std::uint32_t> state_{0};
};

/// A task whose result has type T (void too): what a Future<T> points to.
template <typename T>
class ResultTask : public Task {
 public:
  /// Moves the result out, or throws the task's exception. After done() only,
  /// and once.
  T take_result() {
    if (auto* error = std::get_if<kError>(&outcome_)) {
      std::rethrow_exception(std::move(*error));
    }
    if constexpr (!std::is_void_v<T>) {
      return std::move(*std::get_if<kValue>(&outcome_));
    }
  }

 protected:
  /// Calls `function` and keeps what comes of it.
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

 private:
  // By index, since T may itself be an exception_ptr.
  enum Which : std::size_t { kNothing, kValue, kError };
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  std::variant<std::monostate, Value, std::exception_ptr> outcome_;
};

/// A task that calls F: the work and its result in one allocation.
template <typename F, typename T>
class FunctionTask final : public ResultTask<T> {
  static_assert(alignof(F) <= 64, "a task's block is aligned to 64 bytes");

 public:
  /// Moves or copies `function` into the task; std::in_place keeps this from
  /// being taken for a copy of another task.
  template <typename G>
  FunctionTask(std::in_place_t in_place, G&& function)
      : function_(in_place, std::forward<G>(function)) {}

  void execute() noexcept override {
    this->run_and_keep(*function_);
    // What the function holds goes now, not when the future goes.
    function_.reset();
  }

 private:
  std::optional<F> function_;
};

}  // namespace nn
