#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "01_matrix/engine.hpp"
#include "01_matrix/operations.hpp"
#include "02_propagation/activation.hpp"
#include "02_propagation/network.hpp"

namespace nn {

// [PASS]
/// The results of one batch's way forward and back through the network. Kept
/// from batch to batch, so that its matrices are allocated once.
template <typename Real>
struct BasicPass {
  /// A[l] (units of layer l x B): the activations of hidden layer l, relu(Z).
  std::vector<Mat<Real>> A;
  /// Z (classes x B): the scores of the last layer, also called logits.
  Mat<Real> Z;
  /// P (classes x B): the probabilities, softmax(Z).
  Mat<Real> P;
  /// B numbers, memory that softmax works in.
  std::vector<Real> s;
  /// delta[l] (units of layer l x B): how the loss changes with Z of layer l.
  std::vector<Mat<Real>> delta;

  /// The input of layer l: the batch X, or the output of the layer below.
  const Mat<Real>& input_of(std::size_t l, const Mat<Real>& X) const {
    return l == 0 ? X : A[l - 1];
  }
};

/// What a batch leaves behind in training: in `float`.
using Pass = BasicPass<float>;
// [/PASS]

/// Sends a batch through the network: A = relu(W * A + b), layer by layer,
/// and softmax at the end.
/// @param X (inputs x B) the batch, one image a column
/// @param pass receives every A, Z and P
/// @throws std::invalid_argument if X does not have `network.inputs()` rows
// [FORWARD]
template <typename Real>
void forward(const BasicEngine<Real>& engine, const BasicNetwork<Real>& network,
             const Mat<Real>& X, BasicPass<Real>& pass) {
  const std::size_t L = network.layers.size();
  pass.A.resize(L - 1);
  for (std::size_t l = 0; l < L; ++l) {
    const auto& [W, b] = network.layers[l];
    Mat<Real>& Z = l + 1 < L ? pass.A[l] : pass.Z;
    engine.multiply(W, pass.input_of(l, X), Z);  // Z = W * A
    add_column(b, Z);                            // Z = Z + b
    if (l + 1 < L) relu(Z);                      // A = max(Z, 0)
  }
  softmax(pass.Z, pass.P, pass.s);
}
// [/FORWARD]

/// delta of the last layer. Softmax and cross-entropy together have the
/// simplest derivative there is: (P - Y) / B.
/// @param P (classes x B), as `forward` computed it
/// @param labels B labels
/// @param delta (classes x B)
/// @throws std::invalid_argument if there is not one label a column
// [OUTPUT_ERROR]
template <typename Real>
void output_error(const Mat<Real>& P, std::span<const std::uint8_t> labels,
                  Mat<Real>& delta) {
  if (labels.size() != P.n_cols) {
    throw std::invalid_argument(
        fmt::format("backward: {} with {} labels", shape_of(P), labels.size()));
  }
  one_hot(labels, P.n_rows, delta);  // Y
  subtract(P, delta, delta);         // P - Y
  scale(Real{1} / static_cast<Real>(labels.size()), delta);
}
// [/OUTPUT_ERROR]

/// Sends the error back through the network, and so finds how the mean
/// cross-entropy of the batch changes with every weight and bias.
/// @param engine computes the products
/// @param X (inputs x B) the batch that `forward` was given
/// @param labels its B labels
/// @param pass as `forward` left it: A, Z and P. Receives every delta: delta[l]
///        is dJ/dZ of layer l, where J is the mean loss of the batch
/// @param gradient receives dJ/dW and dJ/db of every layer, in a Layer each.
///        What it and the deltas held before does not matter: they may be of
///        another batch, or have no layers yet
/// @throws std::invalid_argument if there is not one label a column
/// Source: Rumelhart, Hinton, Williams, "Learning representations by
/// back-propagating errors" (1986); Nielsen, Neural Networks and Deep
/// Learning (2015), chapter 2, equations BP1 to BP4.
// [BACKWARD]
template <typename Real>
void backward(const BasicEngine<Real>& engine,
              const BasicNetwork<Real>& network, const Mat<Real>& X,
              std::span<const std::uint8_t> labels, BasicPass<Real>& pass,
              BasicNetwork<Real>& gradient) {
  // BEGIN SOLUTION backward
  const std::size_t L = network.layers.size();
  pass.delta.resize(L);
  gradient.layers.resize(L);
  output_error(pass.P, labels, pass.delta[L - 1]);
  for (std::size_t l = L; l-- > 0;) {
    const Mat<Real>& A = pass.input_of(l, X);
    const Mat<Real>& delta = pass.delta[l];
    auto& [dW, db] = gradient.layers[l];
    engine.multiply_right_transposed(delta, A, dW);  // dW = delta * A'
    row_sums(delta, db);                             // db = delta's row sums
    if (l == 0) break;
    Mat<Real>& below = pass.delta[l - 1];
    engine.multiply_left_transposed(network.layers[l].W, delta, below);
    multiply_by_relu_slope(A, below);  // below = (W' * delta) .* relu'(Z)
  }
  // END SOLUTION
}
// [/BACKWARD]

}  // namespace nn
