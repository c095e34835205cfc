/// @file
/// Two ways to train one hidden layer with the fused trainer: as fast as 98%
/// can be had, and as well as moved images let it.
#pragma once

#include <cstddef>

#include "08_parallel_matrix/program/laps.hpp"
#include "common/program/options.hpp"

namespace nn {

/// What the user may set of `--race` and `--best`.
struct RaceSettings {
  CommonOptions common;  ///< data, seed, threads, epochs, batch, rate, hidden
  /// 0: the images as they are. Else each epoch has copies that are moved by up
  /// to so many pixels.
  std::size_t reach = 0;
  double goal = 0.98;  ///< accuracy to reach
  /// Learn from all training images but the last sixth, and be tried on those
  /// instead of the test images: so recipes are chosen.
  bool hold_back = false;
};

/// The recipe of `--race`: the fastest found that reaches 98% with every seed
/// that was tried, on images that were held back.
RaceSettings race_recipe();

/// The recipe of `--best`.
RaceSettings best_recipe();

/// Reads, trains, evaluates, and prints the accuracy and where the time went.
/// @param laps began with the process
/// @returns the accuracy
/// @throws InputError if there is something wrong with the data
double run_race(const RaceSettings& settings, Laps& laps);

}  // namespace nn
