#include "common/digits/raster.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nn {

namespace {

// The rim of a line, from ink to paper, in pixels: 1 for a sharp picture, a
// little more for a scanned one.
constexpr double kRim = 1.3;

// The pixels whose centres lie within [low, high] along one axis: from
// .first up to but not .second.
std::pair<std::size_t, std::size_t> pixels(double low, double high) {
  const double most = kBoxSize;
  const double first = std::clamp(std::ceil(low - 0.5), 0.0, most);
  const double last = std::clamp(std::floor(high + 0.5), 0.0, most);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

}  // namespace

Canvas::Canvas(double reach) : reach_(reach + kRim / 2) {
  squared_distance_.fill(std::numeric_limits<double>::max());
}

void Canvas::line(Point from, Point to) {
  const auto [x_low, x_high] = std::minmax(from.x, to.x);
  const auto [y_low, y_high] = std::minmax(from.y, to.y);
  const auto [left, right] = pixels(x_low - reach_, x_high + reach_);
  const auto [top, bottom] = pixels(y_low - reach_, y_high + reach_);
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length_squared = dx * dx + dy * dy;
  const double scale = length_squared > 0 ? 1 / length_squared : 0;
  for (std::size_t row = top; row < bottom; ++row) {
    const double y = static_cast<double>(row) + 0.5 - from.y;
    double* nearest = &squared_distance_[row * kBoxSize];
    for (std::size_t column = left; column < right; ++column) {
      // The foot of the perpendicular, kept between the two ends.
      const double x = static_cast<double>(column) + 0.5 - from.x;
      const double along = std::clamp((x * dx + y * dy) * scale, 0.0, 1.0);
      const double ex = x - along * dx;
      const double ey = y - along * dy;
      nearest[column] = std::min(nearest[column], ex * ex + ey * ey);
    }
  }
}

double Canvas::ink(std::size_t row, std::size_t column, double radius) const {
  const double squared = squared_distance_[row * kBoxSize + column];
  if (squared >= reach_ * reach_) return 0;  // spares most the root
  const double inside = radius - std::sqrt(squared);
  return std::clamp(0.5 + inside / kRim, 0.0, 1.0);
}

}  // namespace nn
