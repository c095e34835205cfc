#pragma once

#include <cstddef>
#include <string>

#include "08_parallel_matrix/program/race.hpp"
#include "common/program/options.hpp"

namespace nn {

/// What the user may set.
struct MatrixSettings {
  CommonOptions common;        ///< data, seed, threads, training, files
  std::size_t largest = 2048;  ///< rows and columns of the largest square
  bool sweep = false;          ///< measure tiles and blocks of many sizes
  std::string engine;          ///< empty: measure; else train with it
  bool race = false;           ///< train as fast as can be instead
  bool best = false;           ///< train as well as one layer can instead
  RaceSettings contest;        ///< of these two
};

/// States the options, and reads the command line into the settings.
/// @throws InputError if something is not valid
/// @throws HelpRequested if the user asks for help
void read_settings(CommandLine& line, MatrixSettings& settings);

}  // namespace nn
