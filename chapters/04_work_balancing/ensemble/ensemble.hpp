#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "03_training/training.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/dataset.hpp"
#include "common/terminal/timeline.hpp"

namespace nn {

/// From which weights the models start.
enum class StartWeights {
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
  StartWeights start_weights = StartWeights::different;
};

/// Called after each epoch with the model, its epochs so far and their last
/// loss; by the thread that trains the model, so by several at a time.
using EpochHook =
    std::function<void(std::size_t model, std::size_t epoch, double loss)>;

/// Everything that training an ensemble needs. What it refers to must outlive
/// the training.
struct EnsemblePlan {
  const Engine& engine;           ///< computes every model's products
  const Dataset& data;            ///< the training images
  std::span<const Shard> shards;  ///< shard k is what model k sees of them
  EnsembleOptions options = {};   ///< how each model is trained
  /// The order in which the models are submitted.
  ShardOrder order = ShardOrder::shuffled;
  EpochHook hook = {};  ///< called after each epoch, unless it is empty
};

/// Trains model k on some of the plan's images. The result depends only on
/// the arguments: not on the thread, nor on the other models.
/// @param images indices of the images, such as `plan.shards[k]`
/// @throws std::runtime_error naming the model if its loss stops being a
/// number
/// @throws Interrupted between two batches, if the user asked to stop
Network train_model(const EnsemblePlan& plan, std::size_t k,
                    std::span<const std::size_t> images);

/// The result of training an ensemble, with its timings.
struct EnsembleRun {
  /// Model k was trained on shard k.
  std::vector<Network> networks;
  /// Which worker trained model k, and when.
  std::vector<TaskSpan> spans;
  /// The counters of each worker, for this run.
  std::vector<WorkerCounters> counters;
  /// From the first task's submission to the last one's end.
  double seconds = 0;
};

/// Trains one model a shard, each as one task.
///
/// May be called from outside or by one of the executor's tasks; the executor
/// decides which worker begins with which model.
/// @throws what train_model() threw, once all tasks have ended; after the
/// first failure no further model is begun
EnsembleRun train_ensemble(Executor& executor, const EnsemblePlan& plan);

/// As train_ensemble(), but one task submits all the others. So all begin in
/// the queue of the worker that runs it, and the other workers get theirs by
/// balancing, or by stealing.
EnsembleRun train_from_inside(Executor& executor, const EnsemblePlan& plan);

/// Trains the same models on this many bare threads, without any executor.
/// The shards are dealt out beforehand, see dealt_largest_first(): about the
/// best that a pool, which is not told the sizes, can hope for. The pool's
/// speedup is to be compared with it, on this machine and at this moment.
/// @returns seconds
double time_bare_threads(const EnsemblePlan& plan, std::size_t threads);

/// One fingerprint of all the networks, their order included.
std::uint64_t digest(std::span<const Network> networks);

}  // namespace nn
