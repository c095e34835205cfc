#pragma once

#include <array>
#include <cstddef>

#include "common/digits/strokes.hpp"

namespace nn {

/// Height and width in pixels of the box that MNIST's digits were fitted into.
inline constexpr std::size_t kBoxSize = 20;

/// A sheet of 20 x 20 pixels to draw on with a round pen.
///
/// A pixel remembers how far its centre is from the nearest line; the ink is
/// poured only in the end, by `ink`. So lines may cross and touch without
/// darkening twice.
class Canvas {
 public:
  /// @param reach half the width of the widest pen to come, in pixels
  explicit Canvas(double reach);

  /// Draws a straight line. Pixel (row r, column c) covers the square from
  /// (c, r) to (c + 1, r + 1).
  void line(Point from, Point to);

  /// How black a pixel is, from 0 (paper) to 1 (ink): 1 within the pen,
  /// falling to 0 across its rim, a little more than a pixel wide.
  /// @param row, column from 0 to kBoxSize - 1
  /// @param radius half the pen's width in pixels, at most the reach
  double ink(std::size_t row, std::size_t column, double radius) const;

 private:
  double reach_;
  std::array<double, kBoxSize * kBoxSize> squared_distance_;
};

}  // namespace nn
