/// @file
/// Where the time of a whole run goes: load, cut, train, aggregate, evaluate.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "04_work_balancing/program/experiment.hpp"

namespace nn {

/// The parts of a run, in their order.
inline constexpr const char* kStages[] = {"load", "cut", "train", "aggregate",
                                          "evaluate"};
/// How many there are.
inline constexpr std::size_t kStageCount = std::size(kStages);

/// The seconds of each part.
using StageTimes = std::array<double, kStageCount>;

/// The seconds of all parts together.
double total(const StageTimes& times);

/// The whole run on one number of workers.
struct StagesRun {
  std::size_t workers = 1;         ///< of its executor
  std::vector<StageTimes> rounds;  ///< one a round
};

/// Lines for the CSV, of the kind "stage", with the part as the way.
std::string stages_csv(const std::vector<StagesRun>& runs);

/// The median of each part over the rounds.
StageTimes medians(const StagesRun& run);

/// Runs all parts on each number of workers, once a round: the images are read
/// or drawn, cut into shards, a model is trained on each, their weights are
/// averaged, and the average is tried on the test images. On one worker the
/// executor is serial, on more it is the stealing pool. Cutting is never
/// shared. Of files, those of the training images are read by one thread and
/// those of the test images by another; built-in digits are drawn by as many
/// threads as there are workers.
/// @param epochs of each model
/// @throws InputError if there is something wrong with the files
std::vector<StagesRun> measure_stages(const Experiment& experiment,
                                      std::size_t epochs,
                                      const std::vector<std::size_t>& workers,
                                      std::size_t rounds,
                                      const std::function<void()>& hook);

/// What the parts' times say about making them parallel.
struct WhatIf {
  /// How many times faster the serial run is if this part alone takes no time:
  /// no better can come of making it parallel.
  double at_most = 1;
  double share = 0;  ///< of the serial run
};

/// The same for each part of a serial run.
std::array<WhatIf, kStageCount> what_if(const StageTimes& serial);

/// Seconds of a run with every part as in `times` but those that `parallel`
/// names, which are taken from `shared`.
double mixed_total(const StageTimes& times, const StageTimes& shared,
                   const std::vector<std::size_t>& parallel);

}  // namespace nn
