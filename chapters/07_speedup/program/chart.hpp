#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "common/terminal/terminal.hpp"

namespace nn {

/// A line of points in a chart.
struct ChartLine {
  char mark = '*';        ///< what stands for a point
  std::string name;       ///< below the chart
  std::vector<double> x;  ///< above 0
  std::vector<double> y;  ///< above 0, one for each x
};

/// Draws the lines' points with letters, both axes logarithmic to the base 2.
/// Where two lines meet, the first one's mark is seen.
/// @param y_title stands above the chart, `x_title` below it
/// @param rows how high it is
/// Nothing is drawn if there is no point.
void draw_chart(std::ostream& out, const Terminal& terminal,
                const std::vector<ChartLine>& lines, const std::string& x_title,
                const std::string& y_title, std::size_t rows = 12);

}  // namespace nn
