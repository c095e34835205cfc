#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "01_matrix/operations.hpp"
#include "common/rng.hpp"

namespace nn {

// [LAYER]
/// One fully connected layer: Z = W * A + b.
template <typename Real>
struct Layer {
  Mat<Real> W;  ///< weights (outputs x inputs)
  Vec<Real> b;  ///< biases (outputs)
};

/// Layers in order, from the pixels to the scores of the classes. A gradient
/// has the same shape as its network, and so the same type: what adds, scales
/// and averages networks does it for gradients too.
template <typename Real>
struct BasicNetwork {
  /// The layers, the one that reads the images first. At least one.
  std::vector<Layer<Real>> layers;

  /// How many numbers an image has.
  std::size_t inputs() const { return layers.front().W.n_cols; }
  /// How many scores an image gets.
  std::size_t classes() const { return layers.back().W.n_rows; }
};

/// The network of training: in `float`.
using Network = BasicNetwork<float>;
// [/LAYER]

/// The widths of a network, inputs first: {784, 128, 10}.
using Widths = std::vector<std::size_t>;

/// @returns the widths of a network with these hidden layers
inline Widths widths_from(std::size_t inputs, const Widths& hidden,
                          std::size_t outputs) {
  Widths widths = {inputs};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  widths.push_back(outputs);
  return widths;
}

/// @returns the widths of `network`
template <typename Real>
Widths widths_of(const BasicNetwork<Real>& network) {
  Widths widths = {network.inputs()};
  for (const Layer<Real>& layer : network.layers) {
    widths.push_back(layer.W.n_rows);
  }
  return widths;
}

/// @param widths at least two, none of them 0
/// @returns a network of zeros
/// @throws std::invalid_argument if there are fewer than two, or one is 0
// [ZERO]
template <typename Real = float>
BasicNetwork<Real> zero_network(const Widths& widths) {
  if (widths.size() < 2) {
    throw std::invalid_argument("a network needs inputs and outputs");
  }
  BasicNetwork<Real> network;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    if (widths[l - 1] == 0 || widths[l] == 0) {
      throw std::invalid_argument("a layer needs at least one unit");
    }
    network.layers.push_back(
        {Mat<Real>(widths[l], widths[l - 1]), Vec<Real>(widths[l])});
  }
  return network;
}
// [/ZERO]

/// Weights from the normal distribution with variance 2 / inputs, which keeps
/// the size of the activations from layer to layer; biases 0.
/// @param widths at least two, none of them 0: inputs first, as `zero_network`
///        takes them. The inputs of a layer are the columns of its W.
/// @param rng draws the weights and nothing else, one `normal()` each, in the
///        order in which they lie in memory: layer by layer, and in each W
///        column by column. So a seed gives the same network everywhere.
/// @throws std::invalid_argument as `zero_network` does
/// Source: He, Zhang, Ren, Sun, "Delving Deep into Rectifiers" (2015), 2.2.
// [HE]
template <typename Real = float>
BasicNetwork<Real> he_network(const Widths& widths, Rng& rng) {
  // BEGIN SOLUTION he_network
  BasicNetwork<Real> network = zero_network<Real>(widths);
  for (Layer<Real>& layer : network.layers) {
    const double deviation =
        std::sqrt(2.0 / static_cast<double>(layer.W.n_cols));
    for (Real& w : layer.W) w = static_cast<Real>(deviation * rng.normal());
  }
  return network;
  // END SOLUTION
}
// [/HE]

/// Weights and biases uniform in [-0.5, 0.5), as in the notebook with which
/// this project began. Fine for small networks, too large for wide ones.
// [UNIFORM]
template <typename Real = float>
BasicNetwork<Real> uniform_network(const Widths& widths, Rng& rng) {
  BasicNetwork<Real> network = zero_network<Real>(widths);
  for (Layer<Real>& layer : network.layers) {
    for (Real& w : layer.W) w = static_cast<Real>(rng.uniform(-0.5, 0.5));
    for (Real& b : layer.b) b = static_cast<Real>(rng.uniform(-0.5, 0.5));
  }
  return network;
}
// [/UNIFORM]

/// into = into + s * from, layer by layer.
/// @throws std::invalid_argument if their widths differ
// [ARITHMETIC]
template <typename Real>
void add_scaled(Real s, const BasicNetwork<Real>& from,
                BasicNetwork<Real>& into) {
  if (from.layers.size() != into.layers.size()) {
    throw std::invalid_argument(
        fmt::format("networks of different depth: {} and {}",
                    from.layers.size(), into.layers.size()));
  }
  for (std::size_t l = 0; l < into.layers.size(); ++l) {
    add_scaled(s, from.layers[l].W, into.layers[l].W);
    add_scaled<Real>(s, from.layers[l].b, into.layers[l].b);
  }
}

/// network = s * network.
template <typename Real>
void scale(Real s, BasicNetwork<Real>& network) {
  for (Layer<Real>& layer : network.layers) {
    scale(s, layer.W);
    scale<Real>(s, layer.b);
  }
}
// [/ARITHMETIC]

/// How many weights and biases there are.
template <typename Real>
std::size_t parameter_count(const BasicNetwork<Real>& network) {
  std::size_t count = 0;
  for (const Layer<Real>& layer : network.layers) {
    count += layer.W.n_elem + layer.b.n_elem;
  }
  return count;
}

/// A fingerprint of every bit of every weight: two networks with the same
/// digest are, for all practical purposes, the same.
/// Source: FNV-1a (Fowler, Noll, Vo), 64 bits, over the bytes in memory.
std::uint64_t digest(const Network& network);

/// A digest as programs print it: "3f09a2b4c5d6e7f8".
std::string digest_text(std::uint64_t digest);

}  // namespace nn
