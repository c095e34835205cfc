#pragma once

#include <string>

#include "03_training/recipe.hpp"
#include "common/options.hpp"

namespace nn {

/// Everything that a user can say to `./chapter03`.
struct Settings {
  CommonOptions common;              ///< what all chapters take
  std::string recipe = "default";    ///< one of `recipes()`
  std::string start = "he";          ///< or "uniform"
  std::string engine = "armadillo";  ///< one of `engine_names()`
  double momentum = 0;               ///< as in TrainingOptions
  double decay = 1;                  ///< as in TrainingOptions
  bool validate = false;             ///< measure on held-out training images
  std::string mistake;               ///< one of `mistake_names()`, or empty
  std::string save;                  ///< file to write the model to, or empty
  std::string load;                  ///< file to begin from, or empty
  std::string predict;               ///< a person's own picture, or empty
  bool train = true;                 ///< false: only evaluate what was loaded
};

/// Reads the command line. What the user does not give comes from the recipe.
/// @throws InputError with the valid range, as `CommandLine::parse`
Settings read_settings(CommandLine& line);

/// @returns what of the settings concerns gradient descent
TrainingOptions training_options(const Settings& settings);

}  // namespace nn
