#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/ensemble/ensemble.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/program/report.hpp"
#include "04_work_balancing/program/settings.hpp"
#include "common/data/load.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// Everything that the programs of chapters 4 and 5 work on.
struct Experiment {
  EnsembleSettings settings;              ///< as the command line gave them
  Terminal terminal = standard_output();  ///< where bars and tables go
  /// All models share it: it keeps nothing between calls.
  std::unique_ptr<Engine> engine = make_engine("armadillo");
  Data data;                  ///< training and test images
  std::vector<Shard> shards;  ///< of the training images, one a model

  /// The number of workers, as executors take it.
  std::size_t threads() const { return settings.common.threads; }
  /// How the settings say that the models are trained.
  EnsemblePlan plan(StartWeights start_weights, EpochHook hook = {}) const {
    return {.engine = *engine,
            .data = data.train,
            .shards = shards,
            .options = ensemble_options(settings, start_weights),
            .hook = std::move(hook)};
  }
};

/// Reads the images, cuts them into shards as the settings say, and prints
/// what will be trained.
/// @throws InputError if there is something wrong with the files, or if there
/// are fewer images than models
void prepare(Experiment& experiment);

/// Cuts as many images into shards as there would be, without reading any, and
/// prints what the virtual clock is.
/// @throws InputError if there are fewer images than models
void prepare_virtual_clock(Experiment& experiment);

/// Prints a title with an empty line above and below it.
void print_title(const Experiment& experiment, const std::string& title);

/// Trains the models, submitted by one task, and shows each worker's progress
/// meanwhile.
/// @param title stands before the bar
EnsembleRun train_and_show(const Experiment& experiment, Executor& executor,
                           const std::string& title,
                           StartWeights start = StartWeights::different);

/// Trains what the models from different starts are compared with: as many
/// from one start, and at the same time one network on all images. Then
/// combines the models in every way.
/// @param different the models from different starts
AllCombinations combine_and_show(const Experiment& experiment,
                                 Executor& executor,
                                 const EnsembleRun& different);

/// Prints how good each way to combine the models is and, unless the user
/// wants results only, draws their votes on one image.
void show_combinations(const Experiment& experiment,
                       const AllCombinations& results);

}  // namespace nn
