#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "07_speedup/program/measurement.hpp"
#include "07_speedup/program/prediction.hpp"
#include "07_speedup/program/stages.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// A speedup in three digits or so: 12.3, 1.23, 0.0123.
std::string speed(double value);

/// Prints each executor's speedup with its interval, and the ceiling's, a
/// table a way.
void print_speedups(std::ostream& out, const Terminal& terminal,
                    const std::vector<Point>& points);

/// Draws the measured speedups of one way over the number of workers.
void chart_measured(std::ostream& out, const Terminal& terminal,
                    const std::vector<Cell>& cells, std::size_t way);

/// Prints what each executor's moves cost, in nanoseconds, on each number of
/// workers.
void print_costs(std::ostream& out, const Terminal& terminal,
                 const Costs& costs);

/// Prints what was measured, what the simulator says, and the difference.
/// Points with more workers than cores are left out.
void print_validation(std::ostream& out, const Terminal& terminal,
                      const std::vector<Cell>& cells);

/// Prints simulated speedups, a row a number of workers.
void print_curve(std::ostream& out, const Terminal& terminal,
                 const Curve& curve);
/// Draws them.
void chart_curve(std::ostream& out, const Terminal& terminal,
                 const Curve& curve);

/// What the simulator does not have: to be printed wherever its figures stand.
std::string simulated_note();

/// Prints the seconds of each part on each number of workers, its share of the
/// serial run, and what making it parallel could gain at most.
void print_stages(std::ostream& out, const Terminal& terminal,
                  const std::vector<StagesRun>& runs);

/// Prints the serial share by Amdahl's law, as fitted from one and two workers
/// and as the parts' times have it, and by Gustafson's; and what each predicts
/// beside what was measured. Nothing if there were not one and two workers.
void print_laws(std::ostream& out, const Terminal& terminal,
                const std::vector<StagesRun>& runs);

}  // namespace nn
