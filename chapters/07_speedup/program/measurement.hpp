/// @file
/// Measures every executor in every way to hand in the work, for some numbers
/// of workers.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "05_work_stealing/program/comparison.hpp"
#include "07_speedup/simulator.hpp"

namespace nn {

/// One way to hand in the work.
struct Way {
  std::string name;                         ///< its name in tables
  ShardOrder order = ShardOrder::shuffled;  ///< of the shards
  bool skewed = false;                      ///< the uneven shards
  bool by_a_task = false;  ///< a task submits them, not a thread outside
  bool empty = false;      ///< no shards at all, but tasks that do nothing
};

/// Even shards, skewed ones in each order, and empty tasks.
const std::vector<Way>& all_ways();

/// The executors' names in tables, in the order of Point::executors; the last
/// is the ceiling, bare pinned threads.
inline constexpr const char* kExecutors[] = {"static", "balancing", "stealing",
                                             "bare threads"};
/// Which of them is the ceiling.
inline constexpr std::size_t kCeiling = 3;
/// How the simulator calls the others.
inline constexpr Policy kPolicies[] = {Policy::static_blocks, Policy::balancing,
                                       Policy::stealing};

/// One executor's times, in seconds, one a round.
struct Series {
  std::vector<double> seconds;  ///< of the work itself
  /// Of empty tasks only: the time to submit them.
  std::vector<double> submitting;
  /// Of empty tasks only: the time for twice as many, from which the simulator
  /// learns what a task costs.
  std::vector<double> twice;
};

/// What was measured of one way with one number of workers.
struct Point {
  std::size_t way = 0;              ///< its place in all_ways()
  std::size_t workers = 1;          ///< of each executor but serial
  std::vector<double> serial = {};  ///< seconds, one a round, beside the others
  std::vector<Series> executors = {};  ///< as kExecutors
  /// How long each task took serially, in nanoseconds and in the order of
  /// submission: one list a round. Empty for empty tasks.
  std::vector<std::vector<Ticks>> tasks = {};
  /// How many images each of these tasks trains on.
  std::vector<std::size_t> images = {};
};

/// What is measured, and how often.
struct MeasurementOptions {
  std::vector<std::size_t> workers;  ///< each number once
  std::size_t rounds = 5;            ///< how often each is measured
  std::size_t empty_tasks = 20'000;  ///< how many in a run
  std::size_t threshold = 1;         ///< of the balancing pool
  std::uint64_t seed = 1;            ///< of the pools' coins and victims
};

/// The models to be trained, on even shards and on skewed ones.
struct Plans {
  EnsemblePlan even;    ///< in the order of its own shards
  EnsemblePlan skewed;  ///< the same images, cut unevenly
};

/// Called before each point with its place among all: "3 of 60".
using PointHook = std::function<void(std::size_t done, std::size_t total)>;

/// Measures each point once a round, so that what else the machine does meets
/// all of them. Within a point serial, the ceiling and the executors follow
/// each other, in another order each round: they are compared with the serial
/// time beside them.
/// @throws Interrupted if the user asked to stop
std::vector<Point> measure(const Plans& plans,
                           const MeasurementOptions& options,
                           const PointHook& hook);

/// serial / executor, one a round.
std::vector<double> speedups(const Point& point, std::size_t executor);

/// The first line of the CSV.
inline constexpr const char* kCsvHeader =
    "kind,way,executor,workers,round,seconds,speedup\n";

/// The measurements as CSV, after that line: one a line, of the kind
/// "measured", and for each executor at each point a line of the kind "median".
std::string measured_csv(std::span<const Point> points);

}  // namespace nn
