#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "common/matrix.hpp"

namespace nn {

// IDX, the format of MNIST, is a header and then the values:
//
//   byte 0   two zeros
//   byte 2   the type of a value: 0x08, an unsigned byte
//   byte 3   the number of dimensions d: 3 for images, 1 for labels
//   byte 4   d sizes of 4 bytes each, the highest byte first
//   after    the values, the last dimension running fastest
//
// Source: LeCun, Cortes and Burges, "The MNIST database", FILE FORMATS.

/// The only type of value that we read and write.
inline constexpr std::uint8_t kIdxUnsignedByte = 0x08;

/// The images of an IDX file.
struct IdxImages {
  /// One image a column, row after row, byte b as b / 255: (rows * columns x
  /// N). A byte becomes the float nearest to b / 255 and comes back exactly.
  Matrix pixels;
  /// Height of an image in pixels.
  std::size_t rows = 0;
  /// Width of an image in pixels.
  std::size_t columns = 0;
};

/// Reads images, plain or gzip: the content says which, not the name.
///
/// The bytes pass once through a small buffer into the floats. Memory is taken
/// only after the size of the file has vouched for the header.
/// @throws InputError on anything but a whole and correct file. The message is
/// one line with the file, the byte and what was expected and found; bytes
/// count in the unzipped data, except where the gzip itself is broken
IdxImages read_idx_images(const std::filesystem::path& file);

/// Reads labels, plain or gzip, each below `classes`.
/// @throws InputError as above
std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& file,
                                          std::size_t classes = 10);

/// Writes images of `rows` x `columns` pixels as bytes, each pixel rounded to
/// the nearest b / 255. Gzip if the name ends in ".gz". The file appears whole
/// or not at all.
/// @throws std::invalid_argument if a pixel is not in [0, 1], an image is not
/// of that size or a size does not fit into 32 bits
/// @throws InputError or std::runtime_error as AtomicFile does
void write_idx_images(const std::filesystem::path& file, const Matrix& pixels,
                      std::size_t rows, std::size_t columns);

/// Writes labels, likewise.
void write_idx_labels(const std::filesystem::path& file,
                      std::span<const std::uint8_t> labels);

/// Throws unless there is a label for every image. The message names the two
/// files and where in them the counts stand.
/// @throws InputError
void check_idx_counts(const std::filesystem::path& images_file,
                      std::size_t images,
                      const std::filesystem::path& labels_file,
                      std::size_t labels);

}  // namespace nn
