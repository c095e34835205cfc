/// @file
/// Threads that work side by side, each on a share of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

namespace nn {

/// Calls work(0), ..., work(count - 1), each on a thread of its own, the first
/// on the caller's; returns when all have ended. All run at the same time, so
/// they may wait for each other, as tasks of a pool may not.
/// @param count at least one
/// @param work must not throw
/// @throws std::system_error if there are not so many threads to be had; then
/// no work was called
void run_workers(std::size_t count,
                 const std::function<void(std::size_t)>& work);

// [SHARE]
/// A worker's share of `items` things, the first and one past the last: as
/// even as can be, in the order of the workers.
inline std::pair<std::size_t, std::size_t> share_of(std::size_t worker,
                                                    std::size_t workers,
                                                    std::size_t items) {
  return {items * worker / workers, items * (worker + 1) / workers};
}
// [/SHARE]

}  // namespace nn
