#include "04_work_balancing/work_queue.hpp"

#include <iterator>

namespace nn {

std::size_t WorkQueue::even_out(WorkQueue& first, WorkQueue& second,
                                std::size_t threshold) {
  const std::lock_guard lock_first(first.mutex_);
  const std::lock_guard lock_second(second.mutex_);
  const bool first_is_shorter = first.tasks_.size() < second.tasks_.size();
  auto& shorter = first_is_shorter ? first.tasks_ : second.tasks_;
  auto& longer = first_is_shorter ? second.tasks_ : first.tasks_;

  const std::size_t difference = longer.size() - shorter.size();
  if (difference <= threshold) return 0;
  // Rounded up: a queue of one task gives it to an empty one.
  const std::size_t moved = (difference + 1) / 2;
  const auto end = longer.begin() + static_cast<std::ptrdiff_t>(moved);
  shorter.insert(shorter.begin(), longer.begin(), end);
  longer.erase(longer.begin(), end);
  return moved;
}

}  // namespace nn
