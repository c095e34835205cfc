#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "07_speedup/program/measurement.hpp"
#include "07_speedup/program/prediction.hpp"
#include "07_speedup/program/stages.hpp"

namespace nn {

/// What the four lines at the end are made of.
struct Findings {
  const std::vector<Cell>& cells;        ///< every executor at every point
  const std::vector<StagesRun>& stages;  ///< the serial run first
  const std::vector<Curve>& curves;      ///< one a way with shards
  std::size_t cores = 1;                 ///< that there are
  std::size_t tasks = 0;                 ///< how many models there are
};

/// The speedups with as many workers as were measured on cores of their own,
/// in a line.
std::string speedup_sentence(const Findings& findings);
/// What the simulator says of even shards on many workers, and what so many
/// tasks allow, in a line.
std::string even_sentence(const Findings& findings);
/// The same of skewed ones, and what the longest of them allows.
std::string skewed_sentence(const Findings& findings);
/// Whether it helps to make loading and aggregating parallel, in a line.
std::string bottleneck_sentence(const Findings& findings);

/// A line if bare threads gained far less than there were cores for: then
/// something else kept the machine busy, and the speedups are too small. Empty
/// otherwise.
std::string busy_warning(const Findings& findings);

}  // namespace nn
