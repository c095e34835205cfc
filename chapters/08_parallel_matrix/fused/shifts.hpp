/// @file
/// Copies of images, each moved a little.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/dataset.hpp"
#include "common/rng.hpp"

namespace nn {

/// Moves an image; what it leaves behind is 0, and what goes beyond its edge is
/// lost.
/// @param image size.pixels() bytes
/// @param down by so many rows, up if below 0
/// @param right by so many columns, left if below 0
/// @param moved size.pixels() bytes, not image's
void move_image(std::span<const std::uint8_t> image, ImageSize size, int down,
                int right, std::span<std::uint8_t> moved);

/// A copy of each image, moved by up to `reach` pixels down or up, and by as
/// many to the right or to the left, each move equally likely.
/// @param images (size.pixels() x N)
/// @param rng draws two moves an image, in the order of the images
/// @param copies (size.pixels() x N), takes that shape
/// Source: Simard, Steinkraus, Platt, "Best practices for convolutional neural
/// networks applied to visual document analysis" (2003), section 2.
void move_all(const ByteMatrix& images, ImageSize size, std::size_t reach,
              Rng& rng, ByteMatrix& copies);

}  // namespace nn
