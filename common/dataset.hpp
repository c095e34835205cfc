#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/image_size.hpp"
#include "common/matrix.hpp"

namespace nn {

/// The digits 0 to 9.
inline constexpr std::size_t kClasses = 10;

/// Images and what they show.
struct Dataset {
  /// One image a column, its pixels in [0, 1] row after row:
  /// (image_size.pixels() x N).
  Matrix images;
  /// The digit on each image, 0 to 9: N of them.
  std::vector<std::uint8_t> labels;
  /// Height and width of each image.
  ImageSize image_size;

  /// How many images there are (N).
  std::size_t size() const { return labels.size(); }
};

/// Images as a file has them, a byte a pixel: (pixels x N), row after row.
using ByteMatrix = arma::Mat<std::uint8_t>;

/// The same as a Dataset in a quarter of the memory: a pixel is its byte / 255.
struct ByteDataset {
  ByteMatrix images;                 ///< (image_size.pixels() x N)
  std::vector<std::uint8_t> labels;  ///< N of them, 0 to 9
  ImageSize image_size;              ///< of each image

  /// How many images there are (N).
  std::size_t size() const { return labels.size(); }
};

/// The bytes of pixels in [0, 1], each of which is some byte / 255.
/// @param images (pixels x N)
ByteMatrix bytes_of(const Matrix& images);

/// Room for `count` images, whose pixels are not set yet:
/// (size.pixels() x count). It lies on pages of 2 MB where the system has such:
/// MNIST's training images are 188 MB, and the first touches of 46,000 pages
/// of 4 KB would take longer than converting the images does.
Matrix room_for_images(ImageSize size, std::size_t count);

/// The same for bytes.
ByteMatrix room_for_bytes(ImageSize size, std::size_t count);

/// The images [first, first + count) as a set of their own: a shard, or one
/// side of a split.
/// @throws std::out_of_range if there are fewer images than that
Dataset slice(const Dataset& data, std::size_t first, std::size_t count);

/// The images at `indices`, in that order: a shuffled split, say.
/// @throws std::out_of_range if an index is not below `data.size()`
Dataset select(const Dataset& data, std::span<const std::size_t> indices);

}  // namespace nn
