#include "08_parallel_matrix/cores/parallel_product.hpp"

#include <algorithm>

#include "05_work_stealing/join.hpp"
#include "08_parallel_matrix/cores/divide_product.hpp"

namespace nn {

Workspace& workspace_of_thread() {
  static thread_local Workspace workspace;
  return workspace;
}

namespace {

void multiply_here(const View& A, const View& B, const Target& C, Into into) {
  multiply_views(A, B, C, into, machine_blocks(), workspace_of_thread());
}

// Less work than this, in multiply-adds, is done before another worker has
// begun.
constexpr std::size_t kWorthSharing = std::size_t{1} << 20;

// To wake a worker that sleeps takes as long as a small product. So that one
// that comes late still finds work, and then is awake for the next product,
// small ones have more parts than there are workers.
std::size_t part_count(std::size_t work, std::size_t workers) {
  if (work < kWorthSharing) return 1;
  if (work > 64 * kWorthSharing) return workers;
  return std::clamp(work / kWorthSharing, workers, 4 * workers);
}

// Calls f(first), ..., f(last - 1), at the same time where workers are free.
template <typename F>
void for_each_part(WorkStealingPool& pool, std::size_t first, std::size_t last,
                   const F& f) {
  if (last - first == 1) return f(first);
  const std::size_t middle = first + (last - first) / 2;
  join(
      pool, [&] { for_each_part(pool, first, middle, f); },
      [&] { for_each_part(pool, middle, last, f); });
}

}  // namespace

// [MULTIPLY_ON]
void multiply_on(WorkStealingPool& pool, const View& A, const View& B,
                 const Target& C) {
  const std::size_t m = A.rows, n = B.columns, p = A.columns;
  const std::size_t workers = pool.thread_count();
  const std::size_t parts = workers == 1 ? 1 : part_count(m * n * p, workers);
  if (parts == 1) return multiply_here(A, B, C, Into::overwrite);
  if (m >= n) {
    const std::size_t unit = m >= workers * kTileRows ? kTileRows : kLanes;
    const Cut rows(m, std::max((m + parts - 1) / parts, unit), unit);
    for_each_part(pool, 0, rows.pieces(), [&](std::size_t i) {
      multiply_here(A.part(rows.start(i), 0, rows.size(i), p), B,
                    {C.at(rows.start(i), 0), C.column_step}, Into::overwrite);
    });
  } else {
    const Cut columns(n, (n + parts - 1) / parts);
    for_each_part(pool, 0, columns.pieces(), [&](std::size_t j) {
      multiply_here(A, B.part(0, columns.start(j), p, columns.size(j)),
                    {C.at(0, columns.start(j)), C.column_step},
                    Into::overwrite);
    });
  }
}
// [/MULTIPLY_ON]

// [RECURSIVE]
void multiply_recursive(WorkStealingPool& pool, const View& A, const View& B,
                        const Target& C, Into into, std::size_t leaf) {
  const auto fork = [&pool](const auto& f, const auto& g) { join(pool, f, g); };
  divide_product(A, B, C, into, leaf, fork, multiply_here);
}
// [/RECURSIVE]

}  // namespace nn
