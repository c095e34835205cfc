#pragma once

#include <cstddef>
#include <string>

#include "04_work_balancing/ensemble.hpp"
#include "04_work_balancing/shards.hpp"
#include "common/dataset.hpp"
#include "common/options.hpp"

namespace nn {

/// What the user may set in chapters 4 and 5.
struct EnsembleSettings {
  EnsembleSettings() { common.epochs = 20; }

  CommonOptions common;  ///< what most programs let the user set
  int models = 60;       ///< how many, each with a shard of its own
  double skew = 0;  ///< of the shards' sizes: exponent of Zipf's law; 0: even
  /// Epochs of the one network that is trained on all images.
  int alone_epochs = 10;
  /// Two workers even out if their queues differ by more than this.
  int threshold = 1;
  /// File for the trace. Empty: none.
  std::string trace;
};

/// States the options on the command line. Then call its `parse`.
void take_ensemble_options(CommandLine& line, EnsembleSettings& settings);

/// One of the two would overwrite the other.
/// @throws InputError if --csv and --trace name the same file
void refuse_shared_file(const EnsembleSettings& settings);

/// The settings as train_ensemble() wants them.
EnsembleOptions ensemble_options(const EnsembleSettings& settings,
                                 Starts starts);

/// As cut_into_shards() wants them.
ShardOptions shard_options(const EnsembleSettings& settings);

/// As load_data() wants them.
DataOptions data_options(const EnsembleSettings& settings);

/// "784-128-10"
std::string shape_text(const Dataset& data, const EnsembleSettings& settings);

/// "60 shards of 1,000 images", or from how many to how many.
std::string shards_text(std::span<const Dataset> shards);

/// "3f09a2b4c5d6e7f8"
std::string digest_text(std::uint64_t digest);

}  // namespace nn
