#include "07_speedup/program/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace nn {

namespace {

// The powers of two that an axis spans: at least one step.
struct Axis {
  int low = 0, high = 1;

  void include(double value) {
    // What is a little beyond the last power needs no other.
    low = std::min(low, static_cast<int>(std::floor(std::log2(value) + 0.1)));
    high = std::max(high, static_cast<int>(std::ceil(std::log2(value) - 0.1)));
  }
  // Where a value stands on an axis of so many places.
  std::size_t place(double value, std::size_t places) const {
    const double share =
        std::clamp((std::log2(value) - low) / (high - low), 0.0, 1.0);
    return static_cast<std::size_t>(
        std::lround(share * static_cast<double>(places - 1)));
  }
};

std::string number(int power) {
  return fmt::format("{:g}", std::exp2(power));
}

// The numbers below the chart, each at its place, where there is room.
std::string ruler(const Axis& axis, std::size_t columns) {
  std::string text(columns + 4, ' ');
  std::size_t free = 0;
  for (int power = axis.low; power <= axis.high; ++power) {
    const std::size_t at = axis.place(std::exp2(power), columns);
    const std::string digits = number(power);
    if (at < free || at + digits.size() > text.size()) continue;
    text.replace(at, digits.size(), digits);
    free = at + digits.size() + 1;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

void draw_chart(std::ostream& out, const Terminal& terminal,
                const std::vector<ChartLine>& lines, const std::string& x_title,
                const std::string& y_title, std::size_t rows) {
  Axis across, up;
  for (const ChartLine& line : lines) {
    for (const double x : line.x) across.include(x);
    for (const double y : line.y) up.include(y);
  }
  const std::size_t columns = std::max<std::size_t>(terminal.width, 40) - 14;
  std::vector<std::string> grid(rows, std::string(columns, ' '));
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    for (std::size_t i = 0; i < line->x.size(); ++i) {
      grid[rows - 1 - up.place(line->y[i], rows)]
          [across.place(line->x[i], columns)] = line->mark;
    }
  }
  std::vector<std::string> labels(rows);
  for (int power = up.high; power >= up.low; --power) {
    labels[rows - 1 - up.place(std::exp2(power), rows)] = number(power);
  }
  out << fmt::format("{:>7}\n", y_title);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::string& row = grid[r];
    out << fmt::format("{:>7} |{}\n", labels[r],
                       row.substr(0, row.find_last_not_of(' ') + 1));
  }
  out << fmt::format("{:>7} +{}\n{:>9}{}  {}\n", "", std::string(columns, '-'),
                     "", ruler(across, columns), x_title);
  for (const ChartLine& line : lines) {
    out << fmt::format("{:>9}{} {}\n", "", line.mark, line.name);
  }
}

}  // namespace nn
