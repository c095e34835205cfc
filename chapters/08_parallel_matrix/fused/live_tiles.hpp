/// @file
/// Images as bytes, cut into tiles of two by two pixels; of most use without
/// those that are all zero.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/dataset.hpp"

namespace nn {

/// How many pixels a tile has.
inline constexpr std::size_t kTilePixels = 4;

// [LIVE_TILE]
/// Four pixels, two by two, and which tile of its image they are: tiles are
/// numbered row after row. Where a side of the image is odd, the last tiles
/// stick out, and what is beyond the image is 0.
struct LiveTile {
  std::array<std::uint8_t, kTilePixels> pixels;  ///< the upper two first
  std::uint32_t tile;                            ///< its number
};

/// Whether tiles without ink are left out.
enum class Zeros { skipped, kept };
// [/LIVE_TILE]

/// How many tiles cover an image.
std::size_t tile_count(ImageSize size);

/// Where a pixel of an image went: pixel `within` of tile `tile`.
struct TilePlace {
  std::size_t tile;    ///< below tile_count()
  std::size_t within;  ///< below kTilePixels
};

/// @param pixel below size.pixels(), row after row
TilePlace place_of(std::size_t pixel, ImageSize size);

/// Cuts one image into tiles.
/// @param image size.pixels() bytes
/// @param tiles room for tile_count(size) of them
/// @returns how many tiles were written: all, or those that are not all zero,
/// in the order of their numbers
std::size_t live_tiles(std::span<const std::uint8_t> image, ImageSize size,
                       Zeros zeros, LiveTile* tiles);

/// The tiles of many images.
class TiledImages {
 public:
  /// @param images (size.pixels() x N)
  /// @param threads that cut, at least one
  /// @throws std::invalid_argument if the images are not of that size
  TiledImages(const ByteMatrix& images, ImageSize size, Zeros zeros,
              std::size_t threads = 1);

  /// The tiles of image n, below size().
  std::span<const LiveTile> image(std::size_t n) const {
    return {tiles_.get() + extents_[n].begin, extents_[n].count};
  }
  /// How many images there are.
  std::size_t size() const { return extents_.size(); }
  /// Height and width of each.
  ImageSize image_size() const { return image_size_; }
  /// How many tiles cover an image.
  std::size_t stride() const { return stride_; }
  /// How many tiles there are in all.
  std::size_t total() const;

 private:
  // Where an image's tiles begin, and how many there are.
  struct Extent {
    std::uint32_t begin;
    std::uint32_t count;
  };

  ImageSize image_size_;
  std::size_t stride_;
  std::vector<Extent> extents_;
  // Room for all tiles of all images, of which the system gives memory only
  // to those that are written.
  std::unique_ptr<LiveTile[]> tiles_;
};

}  // namespace nn
