#pragma once

#include <cstddef>
#include <string>

#include "04_work_balancing/ensemble/ensemble.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "common/data/load.hpp"
#include "common/program/options.hpp"

namespace nn {

/// The options that chapters 4 and 5 share.
struct EnsembleSettings {
  EnsembleSettings() { common.epochs = 20; }

  CommonOptions common;     ///< the options of most programs
  std::size_t models = 60;  ///< how many, each with a shard of its own
  double skew = 0;  ///< of the shards' sizes: exponent of Zipf's law; 0: even
  /// Epochs of the one network that is trained on all images.
  std::size_t alone_epochs = 10;
  /// Two workers even out if their queues differ by more than this.
  std::size_t threshold = 1;
  /// File for the trace. Empty: none.
  std::string trace;
  /// Compute the schedules instead of training.
  bool virtual_clock = false;
};

/// Adds the options to the command line. Then call its `parse`.
void take_ensemble_options(CommandLine& line, EnsembleSettings& settings);

/// Refuses what a program that trains nothing would ignore: with
/// --virtual-clock. To be called after `parse`.
/// @throws InputError if such an option was given
void refuse_training_options(const CommandLine& line,
                             const EnsembleSettings& settings);

/// The settings as train_ensemble() wants them.
EnsembleOptions ensemble_options(const EnsembleSettings& settings,
                                 StartWeights start_weights);

/// As cut_into_shards() wants them.
ShardOptions shard_options(const EnsembleSettings& settings);

/// As load_data() wants them.
DataOptions data_options(const EnsembleSettings& settings);

}  // namespace nn
