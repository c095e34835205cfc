#pragma once

#include <atomic>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble/ensemble.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "04_work_balancing/program/settings.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// Shows the model that each worker trains, redrawn in place:
///
///     work balancing    ████░░░  37 of 60 models
///     worker 0          ██░░░░░  model 41 of 59  epoch  7 of 20
///     worker 1          █████░░  model 12 of 59  epoch 14 of 20
///
/// The model with the number beyond the last is the one network that is
/// trained on all images. The lines disappear with this object. Nothing is
/// written except on a terminal.
class LiveModels {
 public:
  /// @param executor trains the models; must outlive this object
  /// @param title what stands before the first bar
  /// @param settings with the number of models, their epochs, and --quiet
  LiveModels(std::ostream& out, const Terminal& terminal,
             const Executor& executor, const std::string& title,
             const EnsembleSettings& settings);

  /// To be handed to train_ensemble(). Must not outlive this object.
  EpochHook hook();

 private:
  void show(std::size_t model, std::size_t epoch, double loss);
  void show_total();
  std::string bar(std::size_t done, std::size_t total) const;

  Terminal terminal_;
  const Executor& executor_;
  std::string title_;
  std::size_t models_;
  std::size_t epochs_;
  std::size_t alone_epochs_;  // of the one network on all images
  std::atomic<std::size_t> models_done_{0};
  LiveLines lines_;
};

}  // namespace nn
