#pragma once

#include <vector>

namespace nn {

/// A place on the paper: x grows to the right, y grows downwards.
struct Point {
  double x;  ///< to the right
  double y;  ///< downwards

  bool operator==(const Point&) const = default;
};

/// One movement of the pen: a smooth curve through these points. A point that
/// comes twice in a row is a corner: the pen stops there and turns.
using Stroke = std::vector<Point>;

/// One way to write a digit.
struct WritingStyle {
  const char* name;             ///< what sets it apart
  double weight;                ///< how often, relative to its neighbours
  std::vector<Stroke> strokes;  ///< in a frame about 100 high
};

/// The ways to write a digit.
/// @param digit 0 to 9
/// @returns its styles, never none; the reference stays valid
/// @throws std::out_of_range if digit is not from 0 to 9
const std::vector<WritingStyle>& styles_of(int digit);

/// Draws a stroke as straight pieces, along the Catmull-Rom spline through its
/// points: the curve passes every point in the direction from the one before
/// to the one after.
/// Source: Catmull and Rom, "A class of local interpolating splines" (1974).
/// @param stroke at least one point
/// @param spacing length of a piece, in the unit of the points; above 0
/// @returns the ends of the pieces, the first and last of `stroke` included
std::vector<Point> flatten(const Stroke& stroke, double spacing);

}  // namespace nn
