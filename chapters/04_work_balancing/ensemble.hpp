#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "03_training/training.hpp"
#include "04_work_balancing/executor.hpp"
#include "04_work_balancing/timeline.hpp"
#include "common/dataset.hpp"

namespace nn {

/// From which weights the models start.
enum class Starts {
  different,  ///< each from its own random ones
  same,       ///< all from those of model 0
};

/// How the models of an ensemble are trained.
struct EnsembleOptions {
  /// Units of each hidden layer.
  std::vector<std::size_t> hidden = {128};
  /// How each model takes its steps: batch, rate and so on.
  TrainingOptions training;
  /// Passes of each model over its own shard.
  std::size_t epochs = 20;
  /// Model k draws from stream k of this seed.
  std::uint64_t seed = 1;
  /// Models from one start still differ: each sees its own shard.
  Starts starts = Starts::different;
};

/// Called after each epoch with the model, its epochs so far and their last
/// loss; by the thread that trains the model, so by several at a time.
using EpochHook =
    std::function<void(std::size_t model, std::size_t epoch, double loss)>;

/// Trains model k on one shard. What comes out depends on the arguments only:
/// not on the thread, nor on what other models do meanwhile.
/// @throws std::runtime_error naming the model if its loss stops being a
/// number
/// @throws Interrupted between two batches, if the user asked to stop
Network train_model(const Engine& engine, const Dataset& shard, std::size_t k,
                    const EnsembleOptions& options, const EpochHook& hook = {});

/// What came of training an ensemble, and how it went.
struct EnsembleRun {
  /// Model k is the one of shard k, whoever trained it.
  std::vector<Network> networks;
  /// Who trained model k, and when.
  std::vector<TaskSpan> spans;
  /// What each worker did meanwhile.
  std::vector<WorkerCounters> counters;
  /// From the first task's submission to the last one's end.
  double seconds = 0;
};

/// Trains one model a shard, each as one task.
///
/// May be called from outside or by one of the executor's tasks; who then
/// begins with what is the executor's affair.
/// @param order in which the models are submitted: each index once
/// @throws what train_model() threw for the lowest k, once all have ended
EnsembleRun train_ensemble(Executor& executor, const Engine& engine,
                           std::span<const Dataset> shards,
                           std::span<const std::size_t> order,
                           const EnsembleOptions& options,
                           const EpochHook& hook = {});

/// As train_ensemble(), but one task hands out all the others. So all begin
/// in the queue of the worker that runs it, and what the others get comes to
/// them by balancing, or by theft.
EnsembleRun train_from_inside(Executor& executor, const Engine& engine,
                              std::span<const Dataset> shards,
                              std::span<const std::size_t> order,
                              const EnsembleOptions& options,
                              const EpochHook& hook = {});

/// Trains the same models on so many bare threads, without any executor. The
/// shards are dealt out beforehand, largest first, each to the thread with
/// the fewest images so far: what a pool, which is not told the sizes, can
/// hope to reach. That is the ceiling of its speedup on this machine now.
/// Source: Graham, "Bounds on Multiprocessing Timing Anomalies" (1969).
/// @returns seconds
double time_bare_threads(const Engine& engine, std::span<const Dataset> shards,
                         const EnsembleOptions& options, std::size_t threads);

/// One fingerprint of all the networks, their order included.
std::uint64_t digest(std::span<const Network> networks);

}  // namespace nn
