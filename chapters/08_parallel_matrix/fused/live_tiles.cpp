#include "08_parallel_matrix/fused/live_tiles.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <stdexcept>

#include "08_parallel_matrix/fused/workers.hpp"
#include "common/huge_pages.hpp"

namespace nn {

std::size_t tile_count(ImageSize size) {
  return (size.height + 1) / 2 * ((size.width + 1) / 2);
}

TilePlace place_of(std::size_t pixel, ImageSize size) {
  const std::size_t row = pixel / size.width;
  const std::size_t column = pixel % size.width;
  const std::size_t tiles_a_row = (size.width + 1) / 2;
  return {row / 2 * tiles_a_row + column / 2, row % 2 * 2 + column % 2};
}

namespace {

// [WHOLE_TILE]
// The tile whose left upper pixel is `at`, in an image without odd sides.
LiveTile whole_tile(const std::uint8_t* at, std::size_t width,
                    std::uint32_t number) {
  LiveTile tile = {{}, number};
  std::memcpy(&tile.pixels[0], at, 2);
  std::memcpy(&tile.pixels[2], at + width, 2);
  return tile;
}

bool has_ink(const LiveTile& tile) {
  return std::bit_cast<std::uint32_t>(tile.pixels) != 0;
}
// [/WHOLE_TILE]

// The same near an edge beyond which there may be nothing.
LiveTile edge_tile(std::span<const std::uint8_t> image, ImageSize size,
                   std::size_t row, std::size_t column, std::uint32_t number) {
  LiveTile tile = {{}, number};
  for (std::size_t i = 0; i < kTilePixels; ++i) {
    const std::size_t y = row + i / 2;
    const std::size_t x = column + i % 2;
    if (y < size.height && x < size.width) {
      tile.pixels[i] = image[y * size.width + x];
    }
  }
  return tile;
}

}  // namespace

// [LIVE_TILES]
std::size_t live_tiles(std::span<const std::uint8_t> image, ImageSize size,
                       Zeros zeros, LiveTile* tiles) {
  // BEGIN SOLUTION live_tiles
  std::size_t count = 0;
  std::uint32_t number = 0;
  for (std::size_t row = 0; row < size.height; row += 2) {
    for (std::size_t column = 0; column < size.width; column += 2) {
      const bool whole = row + 1 < size.height && column + 1 < size.width;
      tiles[count] = whole ? whole_tile(&image[row * size.width + column],
                                        size.width, number)
                           : edge_tile(image, size, row, column, number);
      ++number;
      // Written in any case, kept if it counts: no branch to guess wrong.
      count += zeros == Zeros::kept || has_ink(tiles[count]) ? 1u : 0u;
    }
  }
  return count;
  // END SOLUTION
}
// [/LIVE_TILES]

TiledImages::TiledImages(const ByteMatrix& images, ImageSize size, Zeros zeros,
                         std::size_t threads)
    : image_size_(size),
      stride_(tile_count(size)),
      extents_(images.n_cols),
      tiles_(
          std::make_unique_for_overwrite<LiveTile[]>(images.n_cols * stride_)) {
  use_huge_pages(tiles_.get(), images.n_cols * stride_ * sizeof(LiveTile));
  if (images.n_rows != size.pixels()) {
    throw std::invalid_argument(fmt::format("images of {} with {} bytes",
                                            to_string(size), images.n_rows));
  }
  run_workers(threads, [&](std::size_t worker) {
    const auto [first, last] = share_of(worker, threads, images.n_cols);
    std::size_t end = first * stride_;
    for (std::size_t n = first; n < last; ++n) {
      const std::size_t count = live_tiles({images.colptr(n), images.n_rows},
                                           size, zeros, tiles_.get() + end);
      extents_[n] = {static_cast<std::uint32_t>(end),
                     static_cast<std::uint32_t>(count)};
      end += count;
    }
  });
}

std::size_t TiledImages::total() const {
  std::size_t sum = 0;
  for (const Extent& extent : extents_) sum += extent.count;
  return sum;
}

}  // namespace nn
