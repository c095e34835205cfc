/// @file
/// Our own product: five loops around a tile.
#pragma once

#include "08_parallel_matrix/blocks.hpp"
#include "08_parallel_matrix/packing.hpp"
#include "08_parallel_matrix/view.hpp"

namespace nn {

/// Whether a product begins from nothing or from what C holds.
enum class Into {
  overwrite,  ///< C = A * B; C is not read, so a NaN there does no harm
  add,        ///< C = C + A * B
};

/// C = A * B, or C = C + A * B, on the calling thread. Every sum goes over k
/// in order, one fused multiply-add after the other where kFused says so. So
/// it depends neither on the blocks nor on what is packed, and parts of C may
/// be computed anywhere.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n), which overlaps neither
/// @param workspace grows at first, and then is as it should be
/// @throws std::bad_alloc if there is no memory to pack into
void multiply_views(const View& A, const View& B, const Target& C, Into into,
                    const Blocks& blocks, Workspace& workspace);

}  // namespace nn
