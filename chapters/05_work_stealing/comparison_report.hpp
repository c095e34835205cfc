#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "04_work_balancing/trace.hpp"
#include "05_work_stealing/comparison.hpp"
#include "common/terminal.hpp"

namespace nn {

/// Draws who trained what and when, a picture an executor, all on one scale,
/// so that the shorter is the better; and a table of what each worker did.
void print_heat(std::ostream& out, const Terminal& terminal, const Heat& heat,
                std::size_t workers);

/// How many times faster than serial each executor is, and bare threads
/// beside it, by the fastest lap of each. One row a heat.
void print_speedups(std::ostream& out, const Terminal& terminal,
                    const std::vector<Comparison>& comparisons);

/// The fingerprints of the models, one column a comparison.
/// @param titles of the comparisons
void print_digests(std::ostream& out, const Terminal& terminal,
                   const std::vector<Comparison>& comparisons,
                   const std::vector<std::string>& titles);

/// "stealing gains 0.5% over balancing (1.95 and 1.94; ceiling 1.96)"
/// @param entry number of an executor in the heat: 0 static, 1 balancing,
///        2 stealing
/// @param other likewise
std::string gain_sentence(const Comparison& comparison, const Heat& heat,
                          std::size_t entry, std::size_t other);

/// Who ran what and when in the last lap of every heat.
std::vector<TraceGroup> trace_groups(const std::vector<Comparison>& comparisons,
                                     std::size_t workers);

/// Every measurement: `shards,executor,lap,seconds,speedup`.
/// @param titles of the comparisons: where serial and bare threads stand
std::string comparison_csv(const std::vector<Comparison>& comparisons,
                           const std::vector<std::string>& titles);

}  // namespace nn
