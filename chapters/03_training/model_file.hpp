#pragma once

#include <cstddef>
#include <string>

#include "02_propagation/network.hpp"

namespace nn {

/// A network and the size of the images that it was trained on.
struct Model {
  Network network;           ///< reads images of that size
  std::size_t rows = 28;     ///< height of an image in pixels
  std::size_t columns = 28;  ///< width of an image in pixels
};

/// Writes a model as a safetensors file, which PyTorch and NumPy users open
/// as it is: W1 (outputs x inputs), b1 (outputs), W2, ... in float32, and the
/// size of the images in the metadata. Written beside and renamed.
/// @throws std::runtime_error when the file cannot be written
void save_model(const std::string& path, const Model& model);

/// Reads what `save_model` wrote.
/// @throws InputError with the reason when the file is missing, malformed, or
///         holds no network of W1, b1, W2, ... whose shapes fit together
Model load_model(const std::string& path);

}  // namespace nn
