#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "03_training/training.hpp"

namespace nn {

/// How the first weights are drawn: see `he_network` and `uniform_network`.
enum class Initialisation { he, uniform };

/// All settings of one training run under one name.
struct Recipe {
  std::string_view name;         ///< as `--recipe` takes it
  std::string_view description;  ///< one line of --help
  Widths hidden;                 ///< units of the hidden layers
  Initialisation initialisation = Initialisation::he;  ///< of the weights
  std::size_t epochs = 10;        ///< passes over the training images
  TrainingOptions training = {};  ///< a batch may be larger than the data
};

/// The recipes of this chapter. They were tuned on the first 50,000 training
/// images against the other 10,000, never on the test images.
std::span<const Recipe> recipes();

/// @throws InputError if there is no recipe of that name
const Recipe& recipe_named(std::string_view name);

/// @returns a network for `inputs` pixels and ten classes, from `rng`
Network initial_network(Initialisation initialisation, std::size_t inputs,
                        const Widths& hidden, Rng& rng);

}  // namespace nn
