#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "03_training/training.hpp"

namespace nn {

/// What can be measured of a training run, by somebody who does not know
/// which mistake was made.
struct Measurements {
  float smallest_input = 0;        ///< of all pixels
  float largest_input = 0;         ///< of all pixels
  double classes_per_batch = 0;    ///< different digits a batch shows (mean)
  double classes_if_shuffled = 0;  ///< as many as chance would give
  double twin_units = 0;           ///< share of hidden units equal to another
  double silent_units = 0;         ///< share of hidden units that are always 0
  std::vector<double> losses;      ///< of each epoch
  std::string diverged;            ///< what `Diverged` said, or empty
};

/// Measures the data as training sees them.
/// @param shuffled whether training draws a new order
void measure_data(const Dataset& train, std::size_t batch, bool shuffled,
                  Measurements& measurements);

/// Measures the first hidden layer, on up to 1,000 of the images.
void measure_network(const Engine& engine, const Network& network,
                     const Dataset& train, Measurements& measurements);

/// What is wrong, and what to do, in a sentence each. Empty when nothing is.
std::vector<std::string> diagnose(const Measurements& measurements);

}  // namespace nn
