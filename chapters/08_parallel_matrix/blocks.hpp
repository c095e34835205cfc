/// @file
/// How large the blocks of a product are.
#pragma once

#include <cstddef>

#include "08_parallel_matrix/tile.hpp"

namespace nn {

// [BLOCKS]
/// The sizes of the blocks that stay in the caches.
struct Blocks {
  std::size_t depth;    ///< of all blocks: steps of k
  std::size_t rows;     ///< of a block of A, which stays in the L2 cache
  std::size_t columns;  ///< of a block of B
};

/// Sizes from those of the caches. Half of L1 holds a panel of B, which meets
/// one panel of A after the other, while these pass through the other half;
/// half of L2 holds the block of A.
/// @param l1 bytes of a core's first cache for data
/// @param l2 bytes of its second cache
/// Source: Low, Igual, Smith, Quintana-Orti, "Analytical modeling is enough
/// for high-performance BLIS" (ACM TOMS 43, 2016), 4.
Blocks blocks_for(std::size_t l1, std::size_t l2);

/// Those for this machine.
const Blocks& machine_blocks();
// [/BLOCKS]

/// How many pieces of at most `most` a length is cut into, and all nearly
/// equal: piece i is from start(i) to start(i + 1).
class Cut {
 public:
  /// @param length what is cut
  /// @param most of a piece, or one unit where that is more
  /// @param unit every start is a multiple of this
  Cut(std::size_t length, std::size_t most, std::size_t unit = 1)
      : length_(length),
        unit_(unit),
        units_((length + unit - 1) / unit),
        pieces_(pieces_of(units_, most / unit)) {}

  /// How many pieces: 0 if there is nothing to cut.
  std::size_t pieces() const { return pieces_; }
  /// Where piece i begins; the length for i = pieces().
  std::size_t start(std::size_t i) const {
    const std::size_t at = units_ * i / pieces_ * unit_;
    return at < length_ ? at : length_;
  }
  /// How long piece i is.
  std::size_t size(std::size_t i) const { return start(i + 1) - start(i); }

 private:
  static std::size_t pieces_of(std::size_t units, std::size_t most) {
    return most == 0 ? units : (units + most - 1) / most;
  }

  std::size_t length_, unit_, units_, pieces_;
};

}  // namespace nn
