#pragma once

#include <cstdint>
#include <span>

#include "common/matrix.hpp"

namespace nn {

/// A = max(A, 0), in place: the hidden layers' activation.
/// @param A (units x B)
template <typename Real>
void relu(Mat<Real>& A);

/// delta = delta .* relu'(Z), in place. We need not keep Z for it: the slope
/// of ReLU is 1 where A = relu(Z) is above 0, and 0 elsewhere.
/// @param A (units x B), after relu
/// @param delta (units x B)
/// @throws std::invalid_argument unless the shapes are equal
template <typename Real>
void multiply_by_relu_slope(const Mat<Real>& A, Mat<Real>& delta);

/// Turns each column of scores into probabilities that sum to 1:
/// P = e^Z / sum(e^Z). Subtracting a column's largest score first changes
/// nothing in the result and keeps e^Z from overflowing.
/// @param Z (classes x B), any finite scores
/// @param P (classes x B), not Z
/// Source: Goodfellow, Bengio, Courville, Deep Learning (2016), 4.1.
template <typename Real>
void softmax(const Mat<Real>& Z, Mat<Real>& P);

/// The mean over a batch of -ln(probability of the right class), straight
/// from the scores: ln(sum(e^Z)) - Z(label). Taking the logarithm of softmax
/// instead would give infinity once a probability rounds to 0.
/// @param Z (classes x B) with B > 0
/// @param labels B labels below `classes`
/// @throws std::invalid_argument unless there is one label a column
template <typename Real>
double cross_entropy(const Mat<Real>& Z, std::span<const std::uint8_t> labels);

}  // namespace nn
