/// @file
/// The ceiling beside each speedup: bare threads, each pinned to a core.
#pragma once

#include <cstddef>
#include <functional>

#include "04_work_balancing/ensemble/ensemble.hpp"

namespace nn {

/// How many cores this process may use, 1 at least: under Slurm, say, fewer
/// than the machine has.
std::size_t usable_cores();

/// What thread i does.
using ThreadWork = std::function<void(std::size_t)>;

/// Lets so many new threads work at once, thread i pinned to the i-th of the
/// cores that this process may use; with more threads than cores they share.
/// Where the system cannot pin, they are not pinned. Each first prepares; when
/// all have, the clock starts, and they work.
/// @returns seconds, until the last one has ended its work
/// @throws what prepare(i) or work(i) threw, once all threads have ended
double time_pinned_threads(std::size_t threads, const ThreadWork& prepare,
                           const ThreadWork& work);

/// Trains the plan's models on pinned threads that were told all sizes
/// beforehand: the shards are dealt out largest first. Memory for the models
/// is there when the clock starts, as it is for executors that have run before.
/// @returns seconds
double time_pinned_training(const EnsemblePlan& plan, std::size_t threads);

}  // namespace nn
