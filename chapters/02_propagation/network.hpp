#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix.hpp"
#include "common/rng.hpp"

namespace nn {

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

using Network = BasicNetwork<float>;

/// The widths of a network, inputs first: {784, 128, 10}.
using Widths = std::vector<std::size_t>;

/// @returns the widths of `network`
template <typename Real>
Widths widths_of(const BasicNetwork<Real>& network);

/// @param widths at least two, none of them 0
/// @returns a network of zeros
/// @throws std::invalid_argument on other widths
template <typename Real = float>
BasicNetwork<Real> zero_network(const Widths& widths);

/// Weights from the normal distribution with variance 2 / inputs, which keeps
/// the size of the activations from layer to layer; biases 0.
/// Source: He, Zhang, Ren, Sun, "Delving Deep into Rectifiers" (2015), 2.2.
template <typename Real = float>
BasicNetwork<Real> he_network(const Widths& widths, Rng& rng);

/// Weights and biases uniform in [-0.5, 0.5), as in the notebook with which
/// this project began. Fine for small networks, too large for wide ones.
template <typename Real = float>
BasicNetwork<Real> uniform_network(const Widths& widths, Rng& rng);

/// into = into + s * from, layer by layer.
/// @throws std::invalid_argument unless both have the same widths
template <typename Real>
void add_scaled(Real s, const BasicNetwork<Real>& from,
                BasicNetwork<Real>& into);

/// network = s * network.
template <typename Real>
void scale(Real s, BasicNetwork<Real>& network);

/// How many weights and biases there are.
template <typename Real>
std::size_t parameter_count(const BasicNetwork<Real>& network);

/// Whether no weight or bias is infinite or NaN.
template <typename Real>
bool all_finite(const BasicNetwork<Real>& network);

/// A fingerprint of every bit of every weight: two networks with the same
/// digest are, for all practical purposes, the same.
/// Source: FNV-1a (Fowler, Noll, Vo), 64 bits, over the bytes in memory.
std::uint64_t digest(const Network& network);

}  // namespace nn
