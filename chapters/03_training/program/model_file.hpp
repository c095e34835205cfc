#pragma once

#include <string>

#include "02_propagation/network.hpp"
#include "03_training/standardisation.hpp"
#include "common/files/atomic_file.hpp"
#include "common/image_size.hpp"

namespace nn {

/// A network, and how it reads images.
struct Model {
  Network network;                       ///< takes images of that size
  ImageSize image_size;                  ///< height and width in pixels
  Standardisation standardisation = {};  ///< to be applied to every image
  bool dark_ink = false;  ///< true: reads dark ink on bright paper
};

/// Writes a model as a safetensors file, which PyTorch and NumPy users open
/// as it is: W1 (outputs x inputs), b1 (outputs), W2, ... in float32, and the
/// size of the images, their standardisation and dark ink in the metadata.
/// Written beside and renamed.
/// @throws std::runtime_error if the file cannot be written
void save_model(AtomicFile& file, const Model& model);

/// Reads what `save_model` wrote: at most 128 layers, and nothing else. A file
/// that does not mention a standardisation has one that changes nothing, and
/// one that does not mention its ink reads bright ink, as MNIST's is.
/// @returns a network whose scores are finite for pixels from 0 to 1
/// @throws InputError if the file is missing, malformed, or holds anything
///         but W1, b1, W2, ... whose shapes fit together; it gives the reason
Model load_model(const std::string& path);

}  // namespace nn
