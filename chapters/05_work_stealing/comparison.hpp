#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble.hpp"
#include "04_work_balancing/executor.hpp"
#include "04_work_balancing/shards.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"

namespace nn {

/// An executor that takes part in a comparison.
struct Contestant {
  std::string name;
  std::unique_ptr<Executor> executor;
  /// Whether a task may hand out the others. A static executor must be given
  /// them from outside, or its first worker keeps them all.
  bool shares_what_a_task_submits = true;
};

/// How the four executors are made.
struct ContestantOptions {
  std::size_t threads = 2;
  std::size_t threshold = 1;  ///< of the balancing pool
  DequeKind deque = DequeKind::growing;
  std::uint64_t seed = 1;
};

/// Serial, static, balancing and stealing, in this order. The threads of the
/// others sleep while one works.
std::vector<Contestant> make_contestants(const ContestantOptions& options);

/// One executor's laps over one list of shards.
struct Entry {
  std::string executor;
  std::vector<double> seconds;   ///< one a lap
  std::vector<double> speedups;  ///< serial's time of that lap by its own
  /// Of the last lap: who trained what and when, what each worker did, and a
  /// fingerprint of the models and of the average of their weights, which
  /// this executor formed too.
  std::vector<TaskSpan> spans;
  std::vector<WorkerCounters> counters;
  std::uint64_t digest = 0;
};

/// In which order the models are handed out, and by whom.
struct HeatOptions {
  std::string name;  ///< what tables call it
  ShardOrder order = ShardOrder::shuffled;
  /// By a task, and then a worker begins with its newest task; or from
  /// outside, and then it begins with the oldest.
  bool by_a_task = false;
};

/// All executors but serial, given the models in one way.
struct Heat {
  HeatOptions options;
  std::vector<Entry> entries;
};

/// What came of a comparison.
struct Comparison {
  /// How it is given the models is all the same to it.
  Entry serial;
  /// What bare threads reach, see time_bare_threads(): no more than times.
  Entry bare;
  std::vector<Heat> heats;
};

/// What is compared.
struct ComparisonOptions {
  EnsembleOptions ensemble;
  std::vector<HeatOptions> heats;
  std::size_t laps = 3;
};

/// Called before each measurement with the name of who is next.
using LapHook = std::function<void(const std::string& name)>;

/// Lets each executor train the same models, lap after lap. In a lap they
/// take turns, so that what else the machine does hits all of them alike, and
/// each is compared with the serial time of its own lap.
/// @param contestants as make_contestants() gives them, serial first
/// @throws std::runtime_error if the last lap of one gave other models, or
/// another average, than serial's
Comparison compare(std::span<const Contestant> contestants,
                   const Engine& engine, std::span<const Dataset> shards,
                   const ComparisonOptions& options, const LapHook& hook = {});

/// How many measurements a comparison takes: how often the hook is called.
std::size_t measurement_count(std::size_t contestants,
                              const ComparisonOptions& options);

/// The middle one of the values, or the mean of the middle two.
/// @throws std::invalid_argument if there are none
double median(std::vector<double> values);

}  // namespace nn
