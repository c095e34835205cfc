#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "common/dataset.hpp"

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

/// The images of an IDX file, or the first of them.
struct IdxImages {
  /// One image a column, row after row, byte b as b / 255:
  /// (size.pixels() x N). A byte becomes the float nearest to b / 255 and comes
  /// back exactly.
  Matrix pixels;
  /// Height and width of each image.
  ImageSize size;
  /// How many images the file holds.
  std::size_t count = 0;
};

/// Reads images, plain or gzip: the content says which, not the name.
///
/// The bytes pass once through a small buffer into the floats. Memory is taken
/// only after the size of the file has vouched for the header.
/// @throws InputError if the file is not whole and correct. The message is
/// one line with the file, the byte and what was expected and found; bytes
/// count in the unzipped data, except where the gzip itself is broken
/// @param limit only the first so many images are read; what a gzip file holds
/// after them is not checked
IdxImages read_idx_images(const std::filesystem::path& file,
                          std::size_t limit = SIZE_MAX);

/// The images of an IDX file as they are in it.
struct IdxBytes {
  ByteMatrix pixels;      ///< one image a column: (size.pixels() x N)
  ImageSize size;         ///< height and width of each image
  std::size_t count = 0;  ///< how many images the file holds
};

/// The same without making floats of them.
IdxBytes read_idx_bytes(const std::filesystem::path& file,
                        std::size_t limit = SIZE_MAX);

/// Reads labels, plain or gzip, each below `classes`.
/// @throws InputError if the file is not whole and correct, as above
std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& file,
                                          std::size_t classes = 10);

/// Checks that there is a label for every image.
/// @throws InputError if there is not. The message names the two files and
/// where in them the counts stand.
void check_idx_counts(const std::filesystem::path& images_file,
                      std::size_t images,
                      const std::filesystem::path& labels_file,
                      std::size_t labels);

}  // namespace nn
