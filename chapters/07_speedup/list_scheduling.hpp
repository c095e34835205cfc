/// @file
/// List scheduling: whenever a processor is free, it begins the first task of
/// a list that may begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nn {

/// Simulated time: nanoseconds, or any other unit. Whole numbers, so that no
/// rounding decides which of two events is first.
using Ticks = std::int64_t;

// [JOB]
/// A task that may have to wait for others.
struct Job {
  Ticks length = 0;                     ///< how long it takes
  std::vector<std::size_t> after = {};  ///< the jobs that must end before
};

/// Where and when a schedule runs a job.
struct Placed {
  std::size_t job = 0;        ///< its number in the list
  std::size_t processor = 0;  ///< from 0
  Ticks start = 0;            ///< when it begins
  Ticks end = 0;              ///< when it is done
};
// [/JOB]

/// The schedule of the jobs on that many processors, in the order in which they
/// begin. Of several free processors the one with the lowest number goes first.
/// @throws std::invalid_argument if there are no processors, or if jobs wait
/// for each other or for one that is not there
/// Source: Graham, "Bounds for certain multiprocessing anomalies" (1966).
std::vector<Placed> list_schedule(std::span<const Job> jobs,
                                  std::size_t processors);

/// When the last job is done.
Ticks makespan(std::span<const Placed> schedule);

/// The same for tasks that wait for nobody, in the order of the list.
/// @throws std::invalid_argument if there are no processors
Ticks list_makespan(std::span<const Ticks> tasks, std::size_t processors);

/// The tasks, longest first.
std::vector<Ticks> longest_first(std::span<const Ticks> tasks);

}  // namespace nn
