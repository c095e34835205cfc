#pragma once

#include <armadillo>
#include <stdexcept>
#include <string>

namespace nn {

/// A matrix of `Real`, stored column after column. Training uses `float`;
/// the gradient check of chapter 2 needs the digits of `double`.
template <typename Real>
using Mat = arma::Mat<Real>;

/// A column vector of `Real`.
template <typename Real>
using Vec = arma::Col<Real>;

/// The matrix of this book. One image is one column, so a batch of B images
/// is `X (784 x B)`.
using Matrix = Mat<float>;

/// What fits between two matrices in an error message: "(784 x 32)".
/// @param A any matrix
/// @returns its shape in words
template <typename Real>
std::string shape_of(const Mat<Real>& A) {
  std::string shape = "(";
  shape += std::to_string(A.n_rows) + " x " + std::to_string(A.n_cols) + ")";
  return shape;
}

/// Refuses two matrices that an operation cannot combine.
/// @param operation as a formula: "A * B"
/// @throws std::invalid_argument always, naming both shapes
template <typename Real>
[[noreturn]] void refuse_shapes(const char* operation, const Mat<Real>& A,
                                const Mat<Real>& B) {
  throw std::invalid_argument(std::string(operation) + ": shapes " +
                              shape_of(A) + " and " + shape_of(B) +
                              " do not fit");
}

}  // namespace nn
