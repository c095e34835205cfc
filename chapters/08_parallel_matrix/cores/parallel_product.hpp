/// @file
/// The product on several cores. Only rows and columns of C are shared out,
/// never a sum over k: so the result is the same, bit for bit, on any number
/// of threads.
#pragma once

#include <cstddef>

#include "05_work_stealing/work_stealing_pool.hpp"
#include "08_parallel_matrix/product.hpp"

namespace nn {

/// The memory that the calling thread packs into, for ever.
Workspace& workspace_of_thread();

/// C = A * B on a pool: C is cut along its longer side into as many parts as
/// there are workers, and each part is a product of five loops. Too small a
/// product stays on the calling thread.
///
/// A worker of the pool may call this, and should where it matters: another
/// thread has to sleep until it is done.
/// @see multiply_views
void multiply_on(WorkStealingPool& pool, const View& A, const View& B,
                 const Target& C);

// [LEAF]
/// A product of at most so many multiply-adds is not divided any more: some
/// ten microseconds of work.
inline constexpr std::size_t kLeaf = std::size_t{1} << 21;
// [/LEAF]

/// C = A * B or C = C + A * B, divided; the halves of C are forked.
/// @see divide_product
void multiply_recursive(WorkStealingPool& pool, const View& A, const View& B,
                        const Target& C, Into into, std::size_t leaf = kLeaf);

}  // namespace nn
