#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/matrix.hpp"

namespace nn {

/// The digits 0 to 9.
inline constexpr std::size_t kClasses = 10;

/// Images and what they show.
struct Dataset {
  /// One image a column, its pixels in [0, 1] row after row:
  /// (rows * columns x N).
  Matrix images;
  /// What each image shows, 0 to 9: N of them.
  std::vector<std::uint8_t> labels;
  /// Height of an image in pixels.
  std::size_t rows = 28;
  /// Width of an image in pixels.
  std::size_t columns = 28;

  /// How many images there are (N).
  std::size_t size() const { return labels.size(); }
};

/// The images [first, first + count) as a set of their own: a shard, or one
/// side of a split.
/// @throws std::out_of_range if there are fewer images than that
Dataset slice(const Dataset& data, std::size_t first, std::size_t count);

/// The images at `indices`, in that order: a shuffled split, say.
/// @throws std::out_of_range if an index is not below `data.size()`
Dataset select(const Dataset& data, std::span<const std::size_t> indices);

/// What `load_data` looks for.
struct DataOptions {
  /// The folder with the four IDX files (`--data`). Empty: `$MNIST_DIR`, else
  /// `data/mnist` if it is there, else the built-in digits. "synthetic": the
  /// built-in digits, whatever else is there.
  std::string directory;
  /// Keep only the first `limit` training images (`--limit`); 0 keeps all.
  /// The test images always stay whole.
  std::size_t limit = 0;
  /// Threads that draw the built-in digits; 0 is one a core. They change the
  /// time that takes, never the digits.
  unsigned threads = 0;
};

/// Training and test images, and where they come from.
struct Data {
  /// What networks learn from.
  Dataset train;
  /// What they are measured on.
  Dataset test;
  /// One line for the user: which data, from where, how much.
  std::string description;
  /// Whether this is the MNIST database, known by its content.
  bool real = false;
};

/// Reads the data that `options` and the environment name, or draws the
/// built-in digits where they name none. Files may be plain or gzip.
///
/// The data never change with `--seed`: only training does.
/// @throws InputError if a folder was named, or `data/mnist` is there, and a
/// file is missing or malformed; there is no silent second choice
Data load_data(const DataOptions& options);

}  // namespace nn
