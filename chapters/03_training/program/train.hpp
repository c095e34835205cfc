#pragma once

#include "03_training/program/run.hpp"

namespace nn {

/// Trains for as many epochs as the settings say, or until the user
/// interrupts or the loss is no number. Prints a line for each epoch, and
/// fills in the measurements, the steps and the rows of CSV.
void train(Run& run, Rng& rng);

}  // namespace nn
