#pragma once

#include <filesystem>

#include "common/image_size.hpp"
#include "common/matrix.hpp"

namespace nn {

/// Reads a PNG picture of any kind (grey, colour, palette, transparent, 16
/// bits) as grey values: 0 is black, 1 white. Transparent parts become white
/// paper, or black if the picture could not be seen on white.
/// @returns the picture (rows x columns)
/// @throws InputError if the file is missing, is no PNG, is broken, or has
///   more than 4096 pixels a side
Matrix read_png(const std::filesystem::path& path);

/// Prepares a picture of one digit as MNIST's were, so that a network that
/// was trained on those can read it: bright ink on black, paper removed,
/// scaled into a box of 20/28 of the size with its proportions kept, and
/// moved so that the ink's centre of mass is in the middle.
///
/// Pens that are thinner than MNIST's after scaling are thickened first.
///
/// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
/// @param grey the picture, dark ink on light paper or the other way round
/// @param size of the network's images, at least 4 x 4
/// @returns one image (size.pixels() x 1), row after row, in [0, 1]
/// @throws InputError if the picture is blank
Matrix digit_from_picture(const Matrix& grey, ImageSize size = {});

/// `read_png`, then `digit_from_picture`. Every error names the file.
/// @returns one image (size.pixels() x 1)
Matrix read_digit(const std::filesystem::path& path, ImageSize size = {});

}  // namespace nn
