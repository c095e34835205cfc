/// @file
/// The executors of chapters 4 and 5 on a simulated machine with as many cores
/// as you like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "07_speedup/list_scheduling.hpp"

namespace nn {

/// How an executor shares the tasks out.
enum class Policy {
  static_blocks,  ///< dealt out in blocks, and never again
  balancing,      ///< one queue a worker; two are evened out now and then
  stealing,       ///< one deque a worker; a worker without tasks steals
};

/// Who submits the tasks.
enum class Submission {
  outside,    ///< a thread that is no worker, one by one
  by_a_task,  ///< a task, one by one: all begin in one worker's queue
  by_halves,  ///< a task that forks one half of its range and goes on with the
              ///< other, as do the tasks that it forks
};

// [COSTS]
/// How many ticks it takes, besides the tasks themselves, to
struct MoveCosts {
  Ticks submit = 0;  ///< queue a task
  Ticks run = 0;     ///< take a task from one's own queue, and end it
  Ticks look = 0;    ///< look into another's queue in vain
  Ticks move = 0;    ///< take a task from another's; one worker at a time
  Ticks carry = 0;   ///< move one task more with the first
  Ticks wake = 0;    ///< wake a sleeping thread
};
// [/COSTS]

/// The work, and how it is handed in.
struct SimulatedWork {
  std::span<const Ticks> tasks;  ///< how long each takes, as they are submitted
  /// Static blocks are given their tasks from outside in any case.
  Submission submission = Submission::outside;
};

/// The machine and the executor.
struct SimulatorOptions {
  Policy policy = Policy::stealing;  ///< which executor
  std::size_t workers = 1;           ///< each on a core of its own
  MoveCosts costs = {};              ///< what moves take
  std::size_t threshold = 1;         ///< of balancing; see BalancingOptions
  double coin = 1;                   ///< of balancing; see BalancingOptions
  /// A thief takes half of the deque, rounded up, where ours takes one task.
  bool steals_half = false;
  std::uint64_t seed = 1;  ///< worker k draws from stream k, as in the pools
};

/// What came out.
struct SimulatedRun {
  Ticks time = 0;           ///< until the submitter knows that all is done
  std::uint64_t looks = 0;  ///< into others' queues, for a task or in vain
  std::uint64_t moves = 0;  ///< how often something was moved
  std::uint64_t moved = 0;  ///< how many tasks were
};

/// Runs the tasks on the simulated machine. It has no caches, no memory that
/// could be too slow, no clock that changes, and nothing else to do: each task
/// takes as long as it is said to, wherever it runs. What a worker finds and
/// moves changes at the moment when it begins to look; the worker alone, and
/// whoever wants to move from the same queue, pays the time.
///
/// A pure function of its arguments: the same on every machine.
/// @throws std::invalid_argument if there are no workers, more than 2^32 - 1
/// tasks, or a task that takes less than no time
SimulatedRun simulate(const SimulatedWork& work,
                      const SimulatorOptions& options);

}  // namespace nn
