#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "06_averaging/barrier.hpp"
#include "06_averaging/program/units.hpp"

namespace nn {

/// The lines between two networks: as they are, matched, and from one start.
struct Lines {
  std::vector<LinePoint> different;  ///< from different starts
  std::vector<LinePoint> matched;    ///< the same two, the second reordered
  std::vector<LinePoint> same;       ///< two others, from one start
};

/// Goes the lines between the first two networks, and between two that begin
/// at one start.
Lines lines_between(const AveragingChapter& chapter, Executor& executor,
                    const Ensembles& ensembles);

/// Draws the loss along the lines, and prints their ends, middles and
/// barriers, and below which no barrier can be.
void print_lines(const Experiment& experiment, const Lines& lines);

/// The lines, for --csv.
std::string lines_csv(const Lines& lines);

}  // namespace nn
