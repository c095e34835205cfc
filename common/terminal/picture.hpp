#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "common/image_size.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// A grey picture to be drawn, with words above it.
struct Picture {
  /// size.pixels() values in [0, 1], one image row after the other, as MNIST
  /// has them. Values outside are drawn as the nearer end; NaN as 0.
  std::span<const float> pixels = {};
  ImageSize size = {};  ///< height and width in pixels
  /// Lines above the picture, parted by '\n': "7, not 1".
  std::string caption = {};
};

/// Draws pictures side by side, as many as the width allows, then the next
/// row. Where there are colours and UTF-8 one character holds two pixels, an
/// upper and a lower one, in grey: 28 x 28 pixels take 28 columns and 14
/// lines. Elsewhere one character of " .:-=+*#%@" stands for their mean.
/// @throws std::invalid_argument if a picture has not size.pixels() of them
void draw_pictures(std::ostream& out, const Terminal& terminal,
                   const std::vector<Picture>& pictures);

}  // namespace nn
