#pragma once

#include <cstddef>

#include "04_work_balancing/program/experiment.hpp"
#include "06_averaging/rounds.hpp"
#include "common/program/options.hpp"

namespace nn {

/// What the program of chapter 6 works on.
struct AveragingChapter {
  Experiment experiment;  ///< the models and what they are trained on
  /// Rounds with outer momentum. Others are taken without it.
  RoundOptions rounds = {.outer_momentum = 0.6};
  std::size_t round_batch = 8;  ///< images a step, in rounds
  double round_rate = 0.2;      ///< learning rate, in rounds
  std::size_t pieces = 2;       ///< of a shard that is sorted by digit
  bool chart = false;  ///< draw the barrier over widths and rates instead
};

/// Reads the command line.
/// @throws InputError if something in it is not valid
void read_settings(CommandLine& line, AveragingChapter& chapter);

}  // namespace nn
