#include "06_averaging/barrier.hpp"

#include <algorithm>
#include <stdexcept>

#include "02_propagation/propagation.hpp"
#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

// [BETWEEN]
Network between(const Network& a, const Network& b, double t) {
  if (widths_of(a) != widths_of(b)) {
    throw std::invalid_argument("there is no line between different widths");
  }
  if (t == 1) return b;
  Network result = a;
  scale(static_cast<float>(1 - t), result);
  add_scaled(static_cast<float>(t), b, result);
  return result;
}
// [/BETWEEN]

// [QUALITY]
Quality quality_of(const Engine& engine, const Network& network,
                   const Dataset& data) {
  constexpr std::size_t kChunk = 1000;
  const std::span<const std::uint8_t> labels = data.labels;
  Quality sum;
  Pass pass;
  for (std::size_t first = 0; first < labels.size(); first += kChunk) {
    const auto some =
        labels.subspan(first, std::min(kChunk, labels.size() - first));
    const auto count = static_cast<double>(some.size());
    const Matrix X = data.images.cols(first, first + some.size() - 1);
    forward(engine, network, X, pass);
    sum.loss += count * cross_entropy(pass.Z, some);
    sum.accuracy += count * accuracy(pass.P, some);
  }
  const auto count = static_cast<double>(labels.size());
  return {sum.loss / count, sum.accuracy / count};
}
// [/QUALITY]

// [LINE]
std::vector<LinePoint> line_between(Executor& executor, const Engine& engine,
                                    const Network& a, const Network& b,
                                    const Dataset& data, std::size_t steps) {
  if (steps == 0) throw std::invalid_argument("a line has one step at least");
  return run_each(executor, indices_below(steps + 1), [&](std::size_t k) {
    throw_if_interrupted();
    const double t = static_cast<double>(k) / static_cast<double>(steps);
    return LinePoint{t, quality_of(engine, between(a, b, t), data)};
  });
}

double barrier(std::span<const LinePoint> line) {
  // BEGIN SOLUTION barrier
  const double ends =
      (line.front().quality.loss + line.back().quality.loss) / 2;
  double highest = ends;
  for (const LinePoint& point : line) {
    highest = std::max(highest, point.quality.loss);
  }
  return highest - ends;
  // END SOLUTION
}
// [/LINE]

}  // namespace nn
