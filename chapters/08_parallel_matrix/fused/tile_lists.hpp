/// @file
/// A batch the other way round: for each tile, the images in which it is live.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "08_parallel_matrix/fused/live_tiles.hpp"

namespace nn {

// [TILE_USE]
/// A live tile of one image of a batch.
struct TileUse {
  float pixels[kTilePixels];  ///< in [0, 1]
  std::uint32_t image;        ///< which image of the batch
};
// [/TILE_USE]

/// The live tiles of a batch, tile by tile.
class TileLists {
 public:
  /// Room for batches of up to `batch` images.
  /// @param tiles how many an image has
  TileLists(std::size_t tiles, std::size_t batch);

  /// Empties the lists and enters a batch.
  /// @param numbers the images of the batch, in order, and those of the batches
  ///        after it, if it is full
  /// @param count how many are in the batch; at most `batch`
  void build(const TiledImages& images, std::span<const std::uint32_t> numbers,
             std::size_t count);

  /// The images in which the tile is live, in their order.
  std::span<const TileUse> uses(std::size_t tile) const {
    return {uses_.data() + tile * room_, counts_[tile]};
  }

 private:
  std::size_t room_;                   // from a list to the next
  std::vector<std::uint32_t> counts_;  // of each list
  std::vector<TileUse> uses_;          // (tile, image)
};

}  // namespace nn
