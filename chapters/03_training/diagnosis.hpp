#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "03_training/training.hpp"

namespace nn {

// [MEASUREMENTS]
/// Measurements of a training run, such as can be taken without knowing
/// which fault it has.
struct Measurements {
  float smallest_input = 0;        ///< of all pixels
  float largest_input = 0;         ///< of all pixels
  double input_mean = 0;           ///< of the pixels of up to 1,000 images
  double input_deviation = 1;      ///< of the same pixels
  double classes_per_batch = 0;    ///< different digits a batch shows (mean)
  double classes_if_shuffled = 0;  ///< as many as chance would give
  double twin_units = 0;           ///< share of hidden units equal to another
  double silent_units = 0;         ///< share of hidden units that are always 0
  std::vector<double> losses;      ///< of each epoch
  std::size_t steps = 0;           ///< in all these epochs
  std::string diverged;            ///< the message of `Diverged`, or empty
};
// [/MEASUREMENTS]

/// Measures the data as training sees them.
/// @param shuffled true if training draws a new order each epoch
void measure_data(const Dataset& train, std::size_t batch, bool shuffled,
                  Measurements& measurements);

/// Measures the first hidden layer, on up to 1,000 of the images.
void measure_network(const Engine& engine, const Network& network,
                     const Dataset& train, Measurements& measurements);

/// Looks for causes, faults that one measurement proves. Only where there is
/// none it looks for symptoms, which a cause would bring, too; and only if the
/// loss of an epoch was measured. A high loss is none in the first ten steps.
/// @returns a sentence for each fault that the measurements show, with its
///          remedy; none if they show no fault
std::vector<std::string> diagnose(const Measurements& measurements);

}  // namespace nn
