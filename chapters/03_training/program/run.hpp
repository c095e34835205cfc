#pragma once

#include <memory>
#include <string>

#include "03_training/diagnosis.hpp"
#include "03_training/program/model_file.hpp"
#include "03_training/program/settings.hpp"
#include "common/data/load.hpp"

namespace nn {

/// One run of the program: its settings, its images and network, and its
/// measurements.
struct Run {
  Settings settings;               ///< changed by `build_in_fault`
  std::unique_ptr<Engine> engine;  ///< computes the products
  Data data;                       ///< the test images may be held-out ones
  Model model;                     ///< the network, and how it reads images
  Measurements measurements;       ///< for the diagnosis
  std::size_t steps = 0;           ///< how many steps training made
  std::string csv;                 ///< a row for each epoch
};

/// Loads the images and says which. With `--validate`, keeps the last sixth
/// of the training images aside to measure on.
/// @throws InputError if they cannot be read, or are too few to divide
void load_images(Run& run);

/// Loads the network, or draws a new one.
/// @throws InputError if it cannot be read, or is for images of another size
void prepare_network(Run& run, Rng& rng);

/// Makes all images dark or bright ink, as the network of `--load` reads them
/// or as `--invert` asks for, and says so if it changes them.
void match_ink(Run& run);

/// Brings all images to the scale on which the network reads them: the one
/// that `--standardise` measures on the training images, or that of `--load`.
/// @throws InputError if all pixels are equal
void standardise_images(Run& run);

/// Builds in the fault that `--break` asks for, and says so. Does nothing
/// without `--break`.
void build_in_fault(Run& run, Rng& rng);

/// Prints the network and how it will be trained.
void print_plan(const Run& run);

/// @returns "validation" or "test": the images that `run` measures on
std::string measured_on(const Run& run);

}  // namespace nn
