/// @file
/// A worker's deque of tasks, of the kind chosen at run time.
#pragma once

#include <cstddef>
#include <optional>

#include "04_work_balancing/pool/task.hpp"
#include "05_work_stealing/bounded_deque.hpp"
#include "05_work_stealing/growing_deque.hpp"

namespace nn {

/// Which deque a WorkStealingPool's workers have.
enum class DequeKind {
  bounded,  ///< Arora, Blumofe, Plaxton: a fixed size
  growing,  ///< Chase, Lev: grows as needed
};

// [TASK_DEQUE]
/// Either deque behind one face. The kind never changes, so the processor
/// foresees every branch on it, which a call of a virtual function costs more.
class TaskDeque {
 public:
  /// `capacity`: what a bounded deque holds, what a growing one begins with.
  TaskDeque(DequeKind kind, std::size_t capacity) {
    if (kind == DequeKind::bounded) {
      bounded_.emplace(capacity);
    } else {
      growing_.emplace(capacity);
    }
  }

  /// Owner only. False if there is no room, or no memory for more.
  bool push(Task* task) {
    return growing_ ? growing_->push(task) : bounded_->push(task);
  }
  /// Owner only. The youngest task; null when there is none.
  Task* take() { return growing_ ? growing_->take() : bounded_->take(); }

  /// Any other thread. The oldest task.
  Steal<Task> steal() {
    return growing_ ? growing_->steal() : bounded_->steal();
  }

 private:
  std::optional<GrowingDeque<Task>> growing_;
  std::optional<BoundedDeque<Task>> bounded_;
};
// [/TASK_DEQUE]

}  // namespace nn
