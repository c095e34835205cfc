#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "05_work_stealing/program/comparison.hpp"
#include "common/files/trace.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// Draws which worker trained each model, and when: a picture an executor, all
/// on one scale, so that the shorter is the better. Then prints a table of what
/// each worker did.
void print_heat(std::ostream& out, const Terminal& terminal, const Heat& heat,
                std::size_t workers);

/// Prints how many times faster than serial each executor is, and bare threads
/// beside it, by the fastest lap of each. One row a heat.
void print_speedups(std::ostream& out, const Terminal& terminal,
                    const std::vector<Comparison>& comparisons);

/// Prints the fingerprints of the models, one column a comparison.
void print_digests(std::ostream& out, const Terminal& terminal,
                   const std::vector<Comparison>& comparisons);

/// "stealing gains 52.6% over static (1.99 and 1.31; bare threads 2.00)", or
/// loses to it; or "stealing equals balancing within 5% (...)" if the
/// difference is no larger than between two laps of one executor, or of bare
/// threads.
/// @param entry the number of an executor in the heat: 0 static, 1 balancing,
///        2 stealing
/// @param other the executor that it is compared with
std::string gain_sentence(const Comparison& comparison, const Heat& heat,
                          std::size_t entry, std::size_t other);

/// Which worker trained each model, and when, in the last lap of every heat.
std::vector<TraceGroup> trace_groups(const std::vector<Comparison>& comparisons,
                                     std::size_t workers);

/// Every measurement: `shards,executor,lap,seconds,speedup`. The speedup is
/// the serial time of the same lap divided by the time.
std::string comparison_csv(const std::vector<Comparison>& comparisons);

}  // namespace nn
