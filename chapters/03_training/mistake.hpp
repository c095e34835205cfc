#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "03_training/recipe.hpp"
#include "common/dataset.hpp"

namespace nn {

/// The names that `--break` knows: "normalising", "rate", "init",
/// "shuffling", "labels". Each is a mistake that nearly everybody makes once.
std::vector<std::string> mistake_names();

/// @param name one of `mistake_names()`
/// @returns what is done wrong, in a sentence
/// @throws InputError on another name
std::string mistake_description(std::string_view name);

/// Makes the mistake that concerns the training images: pixels left at
/// 0..255, images sorted by what they show, or labels that went to the wrong
/// images. Other mistakes leave the data alone.
void break_data(std::string_view name, Dataset& train, Rng& rng);

/// Makes the mistake that concerns training: a rate far too large, or no
/// shuffling. Other mistakes leave the options alone.
void break_options(std::string_view name, TrainingOptions& options);

/// Makes the mistake that concerns the start: every weight the same. Other
/// mistakes leave the network alone.
void break_network(std::string_view name, Network& network);

}  // namespace nn
