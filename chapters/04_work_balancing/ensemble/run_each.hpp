/// @file
/// The same work for many indices, each as one task.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"

namespace nn {

// [EACH]
/// Calls f(k) once for each index k below order.size(), each as one task,
/// submitted in that order. Returns the results, that of f(0) first.
///
/// After the first failure no further call begins.
/// @param order each index once
/// @throws what f threw, for the lowest index that failed, or std::bad_alloc;
/// but only after every task has ended, as they use `f` and what it refers to
template <typename F>
auto run_each(Executor& executor, std::span<const std::size_t> order,
              const F& f) {
  using T = std::invoke_result_t<const F&, std::size_t>;
  std::atomic<bool> failed = false;
  const auto run = [&](std::size_t k) -> std::optional<T> {
    if (failed) return std::nullopt;
    try {
      return f(k);
    } catch (...) {
      failed = true;
      throw;
    }
  };
  std::vector<Future<std::optional<T>>> futures(order.size());
  std::exception_ptr not_submitted;
  try {
    for (const std::size_t k : order) {
      futures[k] = executor.submit([&run, k] { return run(k); });
    }
  } catch (...) {
    failed = true;
    not_submitted = std::current_exception();
  }
  for (const auto& future : futures) {
    if (future.valid()) future.wait();
  }
  if (not_submitted) std::rethrow_exception(not_submitted);
  std::vector<T> results;
  for (auto& future : futures) {
    // Empty only if another task failed, whose get() throws.
    if (auto result = future.get()) results.push_back(std::move(*result));
  }
  return results;
}
// [/EACH]

}  // namespace nn
