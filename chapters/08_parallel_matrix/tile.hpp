/// @file
/// The innermost part of a product: a tile of C that stays in registers.
#pragma once

#include <cstddef>

#include "08_parallel_matrix/lanes.hpp"

namespace nn {

// [SHAPE]
/// The largest tile is two registers high. A fused multiply-add takes 4 cycles
/// and two begin in each, so 8 sums or more have to be under way; and the more
/// columns, the fewer loads for each sum. So it is as wide as the registers
/// allow: two hold a column of A, one a number of B, and the others the sums.
inline constexpr std::size_t kTileVectors = 2;
/// Rows of the largest tile.
inline constexpr std::size_t kTileRows = kTileVectors * kLanes;
/// Its columns.
inline constexpr std::size_t kTileColumns =
    (kRegisters - kTileVectors - 1) / kTileVectors;
// [/SHAPE]

// [TILE]
/// C = A * B or C = C + A * B for one tile of C. Each sum goes over k in
/// order, from what C holds or from 0: so it does not matter into how many
/// calls the sum is cut.
struct Tile {
  std::size_t depth;          ///< how many k
  const float* a;             ///< A (rows x depth), each column in one piece
  std::size_t a_step;         ///< from a column of A to the next
  const float* b;             ///< B (depth x columns)
  std::size_t b_step;         ///< from a row of B to the next
  std::size_t b_column_step;  ///< from a column of B to the next
  float* c;                   ///< C (rows x columns), each column in one piece
  std::size_t c_step;         ///< from a column of C to the next
  bool add;                   ///< C = C + A * B; otherwise C is not read
};
// [/TILE]

/// The tile of the first rungs, which the compiler turns into vectors if it
/// can. GCC 12 leaves loops of up to 16 steps to another pass, which does not:
/// so 32 rows.
inline constexpr std::size_t kPlainRows = 32;
/// Its columns.
inline constexpr std::size_t kPlainColumns = 4;

/// Computes a tile with plain loops.
/// @param rows 1 to kPlainRows; fast if all
/// @param columns 1 to kPlainColumns; fast if all
void multiply_plain_tile(std::size_t rows, std::size_t columns,
                         const Tile& tile);

/// Computes a tile, in registers. B's columns stand side by side
/// (`b_column_step` is 1), or its rows do (`b_step` is 1).
/// @param vectors how many registers high, 1 to kTileVectors
/// @param columns how many wide, 1 to kTileColumns
void multiply_tile(std::size_t vectors, std::size_t columns, const Tile& tile);

/// The same for a tile of which only the first `rows` rows belong to C; A has
/// all of them.
/// @param rows 1 to vectors * kLanes
void multiply_ragged_tile(std::size_t vectors, std::size_t columns,
                          std::size_t rows, const Tile& tile);

}  // namespace nn
