#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"

namespace nn {

/// What one batch leaves behind on its way through the network. Kept from
/// batch to batch, so that its matrices are allocated once.
template <typename Real>
struct BasicPass {
  /// A[l] (units of layer l x B): the output of layer l, for hidden layers
  /// after ReLU. The last one holds the raw scores of the classes.
  std::vector<Mat<Real>> A;
  /// P (classes x B): the probabilities, softmax of the last A.
  Mat<Real> P;
  /// delta[l] (units of layer l x B): how the loss changes with Z of layer l.
  std::vector<Mat<Real>> delta;
};

using Pass = BasicPass<float>;

/// Sends a batch through the network: A = relu(W * A + b), layer by layer,
/// and softmax at the end.
/// @param X (inputs x B) the batch, one image a column
/// @param pass receives every A, and P
/// @throws std::invalid_argument unless X has `network.inputs()` rows
template <typename Real>
void forward(const BasicEngine<Real>& engine, const BasicNetwork<Real>& network,
             const Mat<Real>& X, BasicPass<Real>& pass);

/// Sends the error back through the network, and so finds how the mean
/// cross-entropy of the batch changes with every weight and bias.
/// @param X (inputs x B) the batch that `forward` was given
/// @param labels its B labels
/// @param pass as `forward` left it; receives every delta
/// @param gradient receives dW and db of every layer
/// @throws std::invalid_argument unless there is one label a column
/// Source: Rumelhart, Hinton, Williams, "Learning representations by
/// back-propagating errors" (1986); Nielsen, Neural Networks and Deep
/// Learning (2015), chapter 2, equations BP1 to BP4.
template <typename Real>
void backward(const BasicEngine<Real>& engine,
              const BasicNetwork<Real>& network, const Mat<Real>& X,
              std::span<const std::uint8_t> labels, BasicPass<Real>& pass,
              BasicNetwork<Real>& gradient);

}  // namespace nn
