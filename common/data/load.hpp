#pragma once

#include <cstddef>
#include <string>

#include "common/dataset.hpp"

namespace nn {

/// Which data `load_data` reads.
struct DataOptions {
  /// The folder with the four IDX files (`--data`). Empty: `$MNIST_DIR`, else
  /// `data/mnist` if it is there, else the built-in digits. "synthetic": the
  /// built-in digits, whatever else is there.
  std::string directory;
  /// Read only the first `limit` training images (`--limit`); 0 reads all.
  /// The test images always stay whole.
  std::size_t limit = 0;
  /// Threads that draw the built-in digits; 0 is one a core. If there is more
  /// than one, the files of the training and of the test images are read at
  /// the same time. That changes the time it takes, never the data.
  std::size_t threads = 0;
};

/// Training and test images, and where they come from.
struct Data {
  /// The training images.
  Dataset train;
  /// The test images.
  Dataset test;
  /// One line for the user: which data, from where, how much.
  std::string description;
  /// True for the MNIST database, which is known by its content.
  bool real = false;
};

/// The same with a byte a pixel.
struct ByteData {
  ByteDataset train;        ///< the training images
  ByteDataset test;         ///< the test images
  std::string description;  ///< as that of Data
  bool real = false;        ///< as that of Data
};

/// Reads the data that `options` and the environment name, or draws the
/// built-in digits where they name none. Files may be plain or gzip.
///
/// The data never change with `--seed`: only training does.
/// @throws InputError if a folder was named, or `data/mnist` is there, and a
/// file is missing or malformed; there is no silent second choice
Data load_data(const DataOptions& options);

/// The same data as bytes, which takes a fraction of the time where files are
/// plain.
/// @throws InputError as load_data() does
ByteData load_bytes(const DataOptions& options);

}  // namespace nn
