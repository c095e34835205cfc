/// @file
/// The schedules of this chapter's executors on the virtual clock. Their queues
/// are the executors' own.
#pragma once

#include <cstddef>
#include <deque>
#include <span>

#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/pool/balanced_queues.hpp"
#include "04_work_balancing/schedule/virtual_clock.hpp"

namespace nn {

/// The models to be trained, and how they are submitted.
struct VirtualWork {
  std::span<const Shard> shards;  ///< model k takes as long as shard k is large
  std::size_t threads = 1;        ///< how many workers, 1 at least
  ShardOrder order = ShardOrder::shuffled;  ///< in which they are submitted
  /// True if a task of worker 0 submits them, false if they come from outside.
  bool by_a_task = false;
};

/// The models as tasks, in the order in which they are submitted.
std::deque<VirtualTask> virtual_tasks(const VirtualWork& work);

/// As StaticExecutor deals them out, from outside in any case.
Schedule static_schedule(const VirtualWork& work);

/// As WorkBalancingPool balances them. `options.thread_count` is ignored.
Schedule balanced_schedule(const VirtualWork& work,
                           const BalancingOptions& options);

/// As bare threads run them that were told all sizes beforehand: see
/// time_bare_threads().
Schedule bare_schedule(const VirtualWork& work);

/// The seconds that one worker takes for all models.
double serial_seconds(std::span<const Shard> shards);

/// The seconds below which no schedule comes: the workers' equal share of the
/// work, or the largest shard, which one worker trains on.
double least_seconds(const VirtualWork& work);

}  // namespace nn
