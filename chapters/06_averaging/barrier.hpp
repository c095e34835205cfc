#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/dataset.hpp"

namespace nn {

/// (1 - t) a + t b, weight by weight. At 0 it is a and at 1 it is b, to the
/// bit.
/// @throws std::invalid_argument if their widths differ
Network between(const Network& a, const Network& b, double t);

/// The mean loss of a network, and its accuracy.
struct Quality {
  double loss = 0;      ///< mean cross-entropy
  double accuracy = 0;  ///< share of images that it gets right
};

/// Tries a network on some images, a thousand at a time.
/// @param data at least one image
/// @throws std::invalid_argument if its images have not the network's inputs
Quality quality_of(const Engine& engine, const Network& network,
                   const Dataset& data);

/// A network on the line from one to another.
struct LinePoint {
  double t = 0;     ///< from 0, the first, to 1, the second
  Quality quality;  ///< of the network there
};

/// The networks on the line from a to b, in `steps` equal steps, tried on some
/// images; each by a task of its own.
/// @param steps at least 1
/// @returns steps + 1 points, the first at 0
/// @throws std::invalid_argument if there is no step, or their widths differ
std::vector<LinePoint> line_between(Executor& executor, const Engine& engine,
                                    const Network& a, const Network& b,
                                    const Dataset& data, std::size_t steps);

/// By how much the loss on the line, ends included, rises above the mean of
/// that of its ends. The worse end is a point of the line, so that no barrier
/// is below half the difference of the ends: it is that where no point is above
/// both ends, however deep the line dips, and 0 where the ends are equal, too.
/// @param line at least two points
/// Source: Ainsworth, Hayase and Srinivasa, "Git Re-Basin" (2022), definition
/// 2.1. Others take the straight line between the ends instead of their mean.
double barrier(std::span<const LinePoint> line);

}  // namespace nn
