/// @file
/// What the theorems say, tried on instances: no measurement, so the same on
/// every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "07_speedup/simulator.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// A theorem, tried on random instances.
struct Trial {
  std::string bound;           ///< its name in the table
  std::string applies_to;      ///< which schedule was tried
  std::size_t instances = 0;   ///< how many
  std::size_t violations = 0;  ///< how many of them broke it
  /// The nearest that one came to it: time / bound for an upper bound,
  /// bound / time for a lower one. 1 if it was reached.
  double closest = 0;
};

/// Tries every bound on so many random instances.
std::vector<Trial> try_bounds(std::size_t instances, std::uint64_t seed);

/// Prints what was tried, a row a bound.
void print_trials(std::ostream& out, const Terminal& terminal,
                  const std::vector<Trial>& trials);

/// Draws the nine jobs that four processors finish later than three.
void show_anomaly(std::ostream& out, const Terminal& terminal);

/// Prints what sixty equal shards gain from more and more workers.
void show_staircase(std::ostream& out, const Terminal& terminal);

/// Prints what it costs that a thief takes one task and not half, and that
/// tasks are no unit: simulated, on 64 and on 1,024 workers.
void show_thefts(std::ostream& out, const Terminal& terminal,
                 std::uint64_t seed);

}  // namespace nn
