/// @file
/// Tiles of other shapes than ours, to be measured beside it.
#pragma once

#include <cstddef>
#include <span>

#include "08_parallel_matrix/tile.hpp"

namespace nn {

/// A tile of one shape.
struct TileShape {
  std::size_t vectors;            ///< how many registers high
  std::size_t columns;            ///< how many columns wide
  void (*multiply)(const Tile&);  ///< with a B whose columns stand together
};

/// All that --sweep measures: 1 to 4 registers high, 1 to 16 columns wide.
std::span<const TileShape> tile_shapes();

/// Computes tiles from the first cache again and again.
/// @param seconds how long to measure, about
/// @returns 10^9 floating-point operations a second
double measure_tile_gflops(const TileShape& shape, double seconds);

}  // namespace nn
