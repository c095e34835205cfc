#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble/ensemble.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"

namespace nn {

/// An executor that takes part in a comparison.
struct Contestant {
  std::string name;                    ///< its name in tables: "stealing"
  std::unique_ptr<Executor> executor;  ///< never null
  /// True if a task may submit the others. A static executor must be given
  /// them from outside, or its first worker keeps them all.
  bool shares_what_a_task_submits = true;
};

/// How the four executors are made.
struct ContestantOptions {
  /// Of each executor but serial; 0: as many as the machine runs at once.
  std::size_t threads = 2;
  std::size_t threshold = 1;             ///< of the balancing pool
  DequeKind deque = DequeKind::growing;  ///< of the stealing pool
  std::uint64_t seed = 1;  ///< of the two pools' coins and victims
};

/// Serial, static, balancing and stealing, in this order. The threads of the
/// others sleep while one works.
std::vector<Contestant> make_contestants(const ContestantOptions& options);

/// One executor's laps over one list of shards.
struct Entry {
  std::string executor;         ///< the contestant's name, or "bare threads"
  std::vector<double> seconds;  ///< one a lap
  /// Which worker trained each model in the last lap, and when.
  std::vector<TaskSpan> spans;
  /// The counters of each worker, in the last lap.
  std::vector<WorkerCounters> counters;
  /// Fingerprint of the last lap's models and of the average of their weights,
  /// which this executor formed too.
  std::uint64_t digest = 0;
};

/// One way to submit the models.
struct HeatOptions {
  std::string name;                         ///< its name in tables
  ShardOrder order = ShardOrder::shuffled;  ///< of the shards, by size
  /// True if a task submits them: then a worker begins with the newest. If
  /// they come from outside, it begins with the oldest.
  bool by_a_task = false;
};

/// All executors but serial, given the models in one way.
struct Heat {
  HeatOptions options;  ///< which way that is
  /// One an executor, in the order of the contestants.
  std::vector<Entry> entries;
};

/// The result of a comparison.
struct Comparison {
  std::string title;  ///< as in the options
  /// The order of the models makes no difference to it.
  Entry serial;
  /// The bare threads' times, see time_bare_threads(), and nothing else.
  Entry bare;
  std::vector<Heat> heats;  ///< in the order of the options
};

/// How the executors are compared.
struct ComparisonOptions {
  std::string title;               ///< what tables call the shards
  std::vector<HeatOptions> heats;  ///< the ways to submit the models
  std::size_t laps = 3;            ///< how often each is measured
};

/// Called before each measurement with the name of the executor.
using LapHook = std::function<void(const std::string& name)>;

/// Lets each executor train the same models, lap after lap. In a lap they
/// take turns, so that what else the machine does hits all of them alike, and
/// each is compared with the serial time of its own lap.
/// @param contestants as make_contestants() gives them, serial first
/// @param plan what each of them trains; the heats decide on its order
/// @throws std::runtime_error if the last lap of one gave other models, or
/// another average, than serial's
Comparison compare(std::span<const Contestant> contestants,
                   const EnsemblePlan& plan, const ComparisonOptions& options,
                   const LapHook& hook = {});

/// How many measurements a comparison takes: how often the hook is called.
std::size_t measurement_count(std::size_t contestants,
                              const ComparisonOptions& options);

/// Its fastest lap, in seconds. What else the machine does only ever adds
/// time, so of a few laps the fastest tells most about the executor itself.
/// @throws std::invalid_argument if there are none
double fastest(const Entry& entry);

}  // namespace nn
