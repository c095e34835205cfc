#pragma once

#include <cstddef>
#include <exception>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"

namespace nn {

// [SPAN]
/// Implementation of reduce_tree(): combines items (at least one) as a tree
/// of tasks. Called inside a task. A single item is the result. Of n > 1, the
/// first n/2 are the left side and the others the right, which is a task of
/// its own, so that both can be worked on at once. No item is copied.
/// @throws one of combine's exceptions, when all tasks below have ended
template <typename T, typename Combine>
T reduce_span(Executor& executor, std::span<T> items, Combine& combine) {
  // BEGIN SOLUTION reduce_span
  if (items.size() == 1) return std::move(items[0]);
  const std::size_t half = items.size() / 2;
  auto right = executor.submit([&executor, &combine, items, half] {
    return reduce_span(executor, items.subspan(half), combine);
  });
  try {
    T left = reduce_span(executor, items.first(half), combine);
    return combine(std::move(left), right.get());
  } catch (...) {
    // The right half works on our items: never leave while it does.
    if (right.valid()) right.wait();
    throw;
  }
  // END SOLUTION
}
// [/SPAN]

// [TREE]
/// Combines the items in a tree whose shape depends on their number only:
///
///     combine(combine(0, 1), combine(2, 3))      for four items
///
/// Independent branches run as tasks at the same time, and still every number
/// is the same, bit for bit, whichever worker runs which branch. A sum in order
/// of arrival would not be, as floating-point addition is not associative.
///
/// @param combine `combine(T, T) -> T`, called by several threads at once
/// @throws std::invalid_argument if there are no items
/// @throws one of combine's exceptions, after all calls have ended
template <typename T, typename Combine>
T reduce_tree(Executor& executor, std::vector<T> items, Combine combine) {
  if (items.empty()) throw std::invalid_argument("reduce_tree: no items");
  auto root = executor.submit(
      [&] { return reduce_span(executor, std::span<T>(items), combine); });
  return root.get();
}
// [/TREE]

}  // namespace nn
