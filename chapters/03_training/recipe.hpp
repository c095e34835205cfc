#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "03_training/training.hpp"

namespace nn {

/// How the weights begin.
enum class Start { he, uniform };

/// All settings of one training run under one name.
struct Recipe {
  std::string_view name;    ///< what `--recipe` calls it
  std::string_view what;    ///< one line for --help
  std::vector<int> hidden;  ///< units of the hidden layers
  Start start = Start::he;  ///< how the weights begin
  int epochs = 10;          ///< passes over the training images
  int batch = 32;           ///< images a step, or as many as there are
  double rate = 0.1;        ///< of the first epoch
  double momentum = 0;      ///< as in TrainingOptions
  double decay = 1;         ///< as in TrainingOptions
};

/// The recipes of this chapter. They were tuned on the first 50,000 training
/// images against the other 10,000, never on the test images.
std::span<const Recipe> recipes();

/// @throws InputError when there is no recipe of that name
const Recipe& recipe_named(std::string_view name);

/// @returns a network for `inputs` pixels and ten classes, from `rng`
Network start_network(Start start, std::size_t inputs,
                      const std::vector<int>& hidden, Rng& rng);

}  // namespace nn
