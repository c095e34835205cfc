#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "03_training/training.hpp"
#include "common/dataset.hpp"

namespace nn {

/// The names that `--break` knows: "normalising", "rate", "init",
/// "shuffling", "labels". Each is a fault that nearly everybody builds in
/// once.
std::vector<std::string> fault_names();

/// @param name one of `fault_names()`
/// @returns the fault in a few words
/// @throws InputError if there is none of that name
std::string fault_description(std::string_view name);

/// Builds in a fault of the training images: pixels left at 0..255, images
/// sorted by digit, or labels that went to the wrong images. Other faults
/// leave the data alone.
void break_data(std::string_view name, Dataset& train, Rng& rng);

/// Builds in a fault of training: a rate far too large, or no shuffling.
/// Other faults leave the options alone.
void break_options(std::string_view name, TrainingOptions& options);

/// Builds in a fault of the first weights: all of them the same. Other faults
/// leave the network alone.
void break_network(std::string_view name, Network& network);

}  // namespace nn
