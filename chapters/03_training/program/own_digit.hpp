#pragma once

#include "03_training/program/settings.hpp"

namespace nn {

/// Reads the picture of `--predict` as the network of `--load` sees it, draws
/// it, and prints the probability of each digit.
/// @throws InputError if one of the two files cannot be used
void predict_picture(const Settings& settings);

}  // namespace nn
