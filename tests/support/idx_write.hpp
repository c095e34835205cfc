#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "common/image_size.hpp"
#include "common/matrix.hpp"

namespace nn {

/// Writes images of that size as bytes, each pixel rounded to
/// the nearest b / 255. Gzip if the name ends in ".gz". The file appears whole
/// or not at all.
/// @throws std::invalid_argument if a pixel is not in [0, 1], an image is not
/// of that size or a size does not fit into 32 bits
/// @throws InputError or std::runtime_error as AtomicFile does
void write_idx_images(const std::filesystem::path& file, const Matrix& pixels,
                      ImageSize size);

/// Writes labels, likewise.
void write_idx_labels(const std::filesystem::path& file,
                      std::span<const std::uint8_t> labels);

}  // namespace nn
