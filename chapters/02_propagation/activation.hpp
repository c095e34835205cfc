#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "01_matrix/operations.hpp"

namespace nn {

/// A = max(A, 0), in place: the hidden layers' activation.
/// @param A (units x B)
// [RELU]
template <typename Real>
void relu(Mat<Real>& A) {
  maximum(A, Real{0}, A);
}

/// delta = delta .* relu'(Z), in place. We need not keep Z for it: the slope
/// of ReLU is 1 where A = relu(Z) is above 0, and 0 where A is 0.
/// @param A (units x B), after relu
/// @param delta (units x B)
/// @throws std::invalid_argument if the shapes differ
template <typename Real>
void multiply_by_relu_slope(const Mat<Real>& A, Mat<Real>& delta) {
  require_same_shape("delta .* relu'", delta, A);
  // BEGIN SOLUTION multiply_by_relu_slope
  const Real* a = A.memptr();
  Real* d = delta.memptr();
  for (arma::uword i = 0; i < A.n_elem; ++i) d[i] = a[i] > 0 ? d[i] : Real{0};
  // END SOLUTION
}
// [/RELU]

/// Turns each column of scores into probabilities that sum to 1:
/// P = e^Z / sum(e^Z). Subtracting a column's largest score first changes
/// nothing in the result and keeps e^Z from overflowing.
/// @param Z (classes x B) with classes > 0, any finite scores; B may be 0
/// @param P (classes x B), not Z; what it held before does not matter
/// @param s memory to work in, of any length before and after
/// Source: Goodfellow, Bengio, Courville, Deep Learning (2016), 4.1.
// [SOFTMAX]
template <typename Real>
void softmax(const Mat<Real>& Z, Mat<Real>& P, std::vector<Real>& s) {
  // BEGIN SOLUTION softmax
  P = Z;
  column_maxima(P, s);
  subtract_from_columns(s, P);
  exponential(P, P);
  column_sums(P, s);
  divide_columns(s, P);
  // END SOLUTION
}
// [/SOFTMAX]

/// The mean over a batch of -ln(probability of the right class), straight
/// from the scores: ln(sum(e^Z)) - Z(label). Taking the logarithm of softmax
/// instead would give infinity once a probability rounds to 0.
/// @param Z (classes x B) with B > 0: finite scores, however large, or, after
///          training has gone wrong, others
/// @param labels B labels below `classes`
/// @returns the mean; infinite or NaN if a score is NaN, by which training
///          notices that it has gone wrong
/// @throws std::invalid_argument if there is not one label a column, or none
// [CROSS_ENTROPY]
template <typename Real>
double cross_entropy(const Mat<Real>& Z, std::span<const std::uint8_t> labels) {
  if (labels.size() != Z.n_cols || labels.empty()) {
    throw std::invalid_argument(fmt::format("cross_entropy: {} with {} labels",
                                            shape_of(Z), labels.size()));
  }
  // BEGIN SOLUTION cross_entropy
  double loss = 0;
  for (arma::uword j = 0; j < Z.n_cols; ++j) {
    const Real largest = *std::max_element(Z.begin_col(j), Z.end_col(j));
    Real sum = 0;
    for (arma::uword i = 0; i < Z.n_rows; ++i) {
      sum += std::exp(Z(i, j) - largest);
    }
    loss += std::log(sum) + largest - Z(labels[j], j);
  }
  return loss / static_cast<double>(Z.n_cols);
  // END SOLUTION
}
// [/CROSS_ENTROPY]

}  // namespace nn
