#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "04_work_balancing/combination.hpp"
#include "04_work_balancing/ensemble.hpp"
#include "04_work_balancing/report.hpp"
#include "04_work_balancing/settings.hpp"
#include "common/dataset.hpp"
#include "common/terminal.hpp"

namespace nn {

/// What the programs of chapters 4 and 5 work on.
struct Lesson {
  EnsembleSettings settings;              ///< as the command line gave them
  Terminal terminal = standard_output();  ///< where bars and tables go
  /// All models share it: it keeps nothing between calls.
  std::unique_ptr<Engine> engine = make_engine("armadillo");
  Data data;                    ///< training and test images
  std::vector<Dataset> shards;  ///< of the training images, one a model
  /// The shards in the order in which they were cut.
  std::vector<std::size_t> order;

  /// The number of workers, as executors take it.
  std::size_t threads() const {
    return static_cast<std::size_t>(settings.common.threads);
  }
  /// In tasks, as WorkBalancingPool takes it.
  std::size_t threshold() const {
    return static_cast<std::size_t>(settings.threshold);
  }
};

/// Reads the data and cuts them as the settings say.
/// @throws InputError if there is something wrong with the files, or if there
/// are fewer images than models
void load_and_cut(Lesson& lesson);

/// Trains the models from different starts, handed out by one task, and shows
/// what each worker is at.
/// @param title stands before the bar
EnsembleRun train_and_show(const Lesson& lesson, Executor& executor,
                           const std::string& title);

/// Trains what the models from different starts are compared with: as many
/// from one start, and at the same time one network on all images. Then
/// combines the models in every way.
/// @param different the models from different starts
AllCombinations combine_and_show(const Lesson& lesson, Executor& executor,
                                 const EnsembleRun& different);

}  // namespace nn
