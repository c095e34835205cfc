/// @file
/// What the simulator says of the measured points, and of machines that are
/// not here.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "07_speedup/program/calibration.hpp"
#include "07_speedup/program/measurement.hpp"
#include "07_speedup/statistics.hpp"

namespace nn {

/// One executor at one point: the speedup as measured and as simulated.
struct Cell {
  std::size_t way = 0;       ///< its place in all_ways()
  std::size_t executor = 0;  ///< its place in kExecutors
  std::size_t workers = 1;   ///< how many there were
  Estimate measured;         ///< the speedup over serial
  double ceiling = 0;        ///< that of bare threads beside it, the median
  double simulated = 0;      ///< 0 where there are fewer cores than workers
  /// By how much the simulation is off, as a share of what was measured.
  double error() const { return simulated / measured.median - 1; }
};

/// How many times longer each task takes while so many cores are busy: what
/// caches, memory and the clock cost, which the simulator does not have. From
/// the bare threads: their time by the time that the same division of the
/// work takes in the serial run's task times.
double slowdown(std::span<const Point> points, std::size_t workers);

/// Every executor at every point. The simulator gets the serial run's task
/// times, the slowdown, and the costs; it never sees an executor's own times
/// on shards.
/// @param cores more workers than that are not simulated
std::vector<Cell> validate(std::span<const Point> points, const Costs& costs,
                           std::size_t empty_tasks, std::size_t cores);

/// A way's task times for machines that are not here: for each task the median
/// of all serial times of shards of that size.
struct Recorded {
  std::string way;                              ///< its name in tables
  std::vector<Ticks> tasks;                     ///< as they are submitted
  Submission submission = Submission::outside;  ///< by what
};

/// The ways of the points with shards.
std::vector<Recorded> recorded(std::span<const Point> points);

/// Simulated speedups of one way on more and more workers.
struct Curve {
  std::string way;                   ///< as recorded
  std::vector<std::size_t> workers;  ///< on a core each
  /// One list an executor of kPolicies: the speedup for each of `workers`.
  std::vector<std::vector<double>> speedups;
  std::vector<double> bound;  ///< the most that any schedule could reach
};

/// @param moves one a policy
Curve simulate_past(const Recorded& work, std::span<const MoveCosts> moves,
                    const std::vector<std::size_t>& workers);

/// The points at which curves are drawn: 1 to 1,024 workers, and where so many
/// equal tasks climb a step: 29 and 30, 45, 59 and 60 for sixty.
std::vector<std::size_t> past_workers(std::size_t tasks);

/// Lines for the CSV, of the kind "simulated", and "bound" for the bound.
std::string simulated_csv(std::span<const Curve> curves);

}  // namespace nn
