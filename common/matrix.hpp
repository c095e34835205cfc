#pragma once

#include <fmt/format.h>

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

/// @returns the shape of A for a message: "(784 x 32)"
template <typename Real>
std::string shape_of(const Mat<Real>& A) {
  return fmt::format("({} x {})", A.n_rows, A.n_cols);
}

/// Refuses two matrices that an operation cannot combine.
/// @param operation as a formula: "A * B"
/// @throws std::invalid_argument always: the message names both shapes
template <typename Real>
[[noreturn]] void refuse_shapes(const char* operation, const Mat<Real>& A,
                                const Mat<Real>& B) {
  throw std::invalid_argument(fmt::format("{}: shapes {} and {} do not fit",
                                          operation, shape_of(A), shape_of(B)));
}

/// Refuses two matrices unless their shapes are equal.
/// @param operation as a formula: "A + B"
/// @throws std::invalid_argument if they differ; the message names both
template <typename Real>
void require_same_shape(const char* operation, const Mat<Real>& A,
                        const Mat<Real>& B) {
  if (A.n_rows == B.n_rows && A.n_cols == B.n_cols) return;
  refuse_shapes(operation, A, B);
}

}  // namespace nn
