#pragma once

#include <cstddef>
#include <exception>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "04_work_balancing/executor.hpp"

namespace nn {

/// Implementation of reduce_tree(): combines items (at least one) as a tree
/// of tasks. Called inside a task.
template <typename T, typename Combine>
T reduce_span(Executor& executor, std::span<T> items, Combine& combine) {
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
}

/// Combines the items in a tree whose shape depends on their number only:
///
///     combine(combine(0, 1), combine(2, 3))      for four items
///
/// Independent branches run as tasks at the same time, and still every number
/// comes out the same, bit for bit, whoever runs what: floating-point addition
/// is not associative, so a sum in order of arrival would not be.
///
/// `combine(T, T) -> T` is called from several threads at once. If it throws,
/// one of its exceptions is thrown here, after all calls have ended.
/// Throws std::invalid_argument if there are no items.
template <typename T, typename Combine>
T reduce_tree(Executor& executor, std::vector<T> items, Combine combine) {
  if (items.empty()) throw std::invalid_argument("reduce_tree: no items");
  auto root = executor.submit(
      [&] { return reduce_span(executor, std::span<T>(items), combine); });
  return root.get();
}

}  // namespace nn
