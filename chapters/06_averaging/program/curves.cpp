#include "06_averaging/program/curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <stdexcept>

namespace nn {

namespace {

constexpr std::size_t kMargin = 6;  // columns for "0.40 |"

void require_alike(const std::vector<Curve>& curves) {
  if (curves.empty() || curves.front().values.size() < 2) {
    throw std::invalid_argument("curves of two values at least");
  }
  for (const Curve& curve : curves) {
    if (curve.values.size() != curves.front().values.size()) {
      throw std::invalid_argument("curves of different lengths");
    }
  }
}

double highest_of(const std::vector<Curve>& curves) {
  double highest = curves.front().values.front();
  for (const Curve& curve : curves) {
    highest = std::max(highest, std::ranges::max(curve.values));
  }
  return highest;
}

// The rows, the uppermost first.
std::vector<std::string> grid_of(const std::vector<Curve>& curves,
                                 double highest, const Frame& frame) {
  const std::size_t count = curves.front().values.size();
  const std::string empty((count - 1) * frame.step + 1, ' ');
  std::vector<std::string> rows(frame.height, empty);
  const double range = std::max(highest - frame.lowest, 1e-9);
  const auto top = static_cast<double>(frame.height - 1);
  for (const Curve& curve : curves) {
    for (std::size_t i = 0; i < count; ++i) {
      const double up = (curve.values[i] - frame.lowest) / range;
      const auto down = std::lround(top * (1 - std::clamp(up, 0.0, 1.0)));
      char& at = rows[static_cast<std::size_t>(down)][i * frame.step];
      if (at == ' ') at = curve.mark;
    }
  }
  return rows;
}

std::string ticks_line(const std::vector<std::string>& ticks,
                       std::size_t step) {
  std::string line;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const std::size_t at = kMargin + i * step;
    if (ticks[i].empty() || line.size() > at) continue;
    line.resize(at, ' ');
    line += ticks[i];
  }
  return line;
}

}  // namespace

void draw_curves(std::ostream& out, const std::vector<Curve>& curves,
                 const Frame& frame) {
  require_alike(curves);
  const double highest = highest_of(curves);
  const auto rows = grid_of(curves, highest, frame);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string edge = "     |";
    if (i == 0) edge = fmt::format("{:.2f} |", highest);
    if (i + 1 == rows.size()) edge = fmt::format("{:.2f} |", frame.lowest);
    std::string row = edge + rows[i];
    row.resize(row.find_last_not_of(' ') + 1);
    out << row << '\n';
  }
  if (!frame.ticks.empty()) {
    out << ticks_line(frame.ticks, frame.step) << '\n';
  }
  out << '\n';
  for (const Curve& curve : curves) {
    out << fmt::format("  {}  {}\n", curve.mark, curve.name);
  }
}

}  // namespace nn
