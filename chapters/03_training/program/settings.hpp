#pragma once

#include <string>

#include "03_training/recipe.hpp"
#include "common/program/options.hpp"

namespace nn {

/// The options of `./chapter03`.
struct Settings {
  CommonOptions common;               ///< options that chapters share
  std::string recipe = "default";     ///< one of `recipes()`
  std::string initialisation = "he";  ///< or "uniform"
  std::string engine = "armadillo";   ///< one of `engine_names()`
  TrainingOptions training;           ///< how gradient descent goes
  bool standardise = false;           ///< the pixels, before training
  bool invert = false;                ///< the pixels, before that
  bool validate = false;              ///< measure on held-out training images
  std::string fault;                  ///< one of `fault_names()`, or empty
  std::string save;                   ///< file to write the model to, or empty
  std::string load;                   ///< file to begin from, or empty
  std::string predict;                ///< a person's own picture, or empty
  bool train = true;                  ///< false: only evaluate what was loaded
};

/// Reads the command line. Options that are not given are as the recipe says.
/// @throws InputError if a value is out of range, which it names, or if two
///         options contradict each other
Settings read_settings(CommandLine& line);

}  // namespace nn
