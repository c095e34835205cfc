#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace nn {

/// Values at equal steps, to be drawn as marks from left to right.
struct Curve {
  char mark = '*';             ///< stands for each value
  std::string name;            ///< what it is, for the line below
  std::vector<double> values;  ///< at least two, finite
};

/// How curves are drawn.
struct Frame {
  double lowest = 0;               ///< the value at the lower edge
  std::size_t step = 3;            ///< columns from value to value
  std::size_t height = 10;         ///< rows, at least 2
  std::vector<std::string> ticks;  ///< below each value; empty: nothing
};

/// Draws curves into one frame, which reaches up to their largest value. Where
/// two marks meet, the earlier curve's stands. Below, a line for each says
/// which mark is which.
///
///     0.40 |     x  x
///          |  x        x
///          |x     o     x
///     0.30 |o  o     o  o
///           A          B
///
/// @throws std::invalid_argument if there is no curve, or they differ in length
void draw_curves(std::ostream& out, const std::vector<Curve>& curves,
                 const Frame& frame);

}  // namespace nn
