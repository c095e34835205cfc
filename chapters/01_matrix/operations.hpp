#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "common/matrix.hpp"

/// @file
/// The operations that a network needs besides products: sums, broadcasts,
/// element-wise arithmetic, and the two translations between labels and
/// columns. Results go into the last argument, as in products.hpp.
///
/// One number for each column is a `std::vector`, as labels are. It keeps its
/// memory for a smaller batch, where Armadillo gives back that of 16 numbers
/// or fewer.

namespace nn {

/// The sum of each column: NumPy's `A.sum(axis=0)`.
/// @param A (m x n)
/// @param sums n numbers
// [SUMS]
template <typename Real>
void column_sums(const Mat<Real>& A, std::vector<Real>& sums) {
  sums.assign(A.n_cols, 0);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) sums[j] += A(i, j);
  }
}

/// The sum of each row: NumPy's `A.sum(axis=1)`. It is 0 where a row
/// has no elements.
/// @param A (m x n)
/// @param sums (m), not A; what it held before does not matter
template <typename Real>
void row_sums(const Mat<Real>& A, Vec<Real>& sums) {
  // BEGIN SOLUTION row_sums
  sums.zeros(A.n_rows);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) sums(i) += A(i, j);
  }
  // END SOLUTION
}
// [/SUMS]

/// The largest element of each column: NumPy's `A.max(axis=0)`.
/// @param A (m x n) with m > 0; none of its elements is NaN
/// @param maxima n numbers; what it held before does not matter
/// @throws std::invalid_argument if A has columns and no row
// [MAXIMA]
template <typename Real>
void column_maxima(const Mat<Real>& A, std::vector<Real>& maxima) {
  if (A.n_rows == 0 && A.n_cols > 0) {
    throw std::invalid_argument("column_maxima: the columns of " + shape_of(A) +
                                " are empty");
  }
  // BEGIN SOLUTION column_maxima
  maxima.resize(A.n_cols);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    maxima[j] = *std::max_element(A.begin_col(j), A.end_col(j));
  }
  // END SOLUTION
}
// [/MAXIMA]

/// Adds b to every column of A: NumPy's broadcast `A += b[:, None]`.
/// @param b (m)
/// @param A (m x n)
/// @throws std::invalid_argument if b's elements are not as many as A's rows
// [ADD_COLUMN]
template <typename Real>
void add_column(const Vec<Real>& b, Mat<Real>& A) {
  if (b.n_elem != A.n_rows) refuse_shapes<Real>("A + b", A, b);
  if (A.is_empty()) return;
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    Real* a = A.colptr(j);
    for (arma::uword i = 0; i < A.n_rows; ++i) a[i] += b[i];
  }
}
// [/ADD_COLUMN]

/// Subtracts s[j] from every element of column j: NumPy's `A -= s`.
/// @param s n numbers
/// @param A (m x n)
/// @throws std::invalid_argument if there is not one number a column
// [COLUMNS]
template <typename Real>
void subtract_from_columns(const std::vector<Real>& s, Mat<Real>& A) {
  if (s.size() != A.n_cols) refuse_shapes("A - s", A, Mat<Real>(1, s.size()));
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) A(i, j) -= s[j];
  }
}

/// Divides every element of column j by s[j]: NumPy's `A /= s`.
/// @param s n numbers
/// @param A (m x n)
/// @throws std::invalid_argument if there is not one number a column
template <typename Real>
void divide_columns(const std::vector<Real>& s, Mat<Real>& A) {
  if (s.size() != A.n_cols) refuse_shapes("A / s", A, Mat<Real>(1, s.size()));
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) A(i, j) /= s[j];
  }
}
// [/COLUMNS]

/// C = A + B, element by element. C may be A or B.
/// @param A (m x n)
/// @param B (m x n)
/// @param C (m x n)
/// @throws std::invalid_argument if the shapes differ
// [ELEMENTWISE]
// Element-wise work need not know rows from columns: a matrix is also one
// long row of n_elem numbers.
template <typename Real>
void add(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  require_same_shape("A + B", A, B);
  C.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) C[i] = A[i] + B[i];
}

/// C = A - B, element by element. C may be A or B.
/// @param A (m x n)
/// @param B (m x n)
/// @param C (m x n)
/// @throws std::invalid_argument if the shapes differ
template <typename Real>
void subtract(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  require_same_shape("A - B", A, B);
  C.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) C[i] = A[i] - B[i];
}
// [/ELEMENTWISE]

/// A = s A.
// [SCALING]
template <typename Real>
void scale(Real s, Mat<Real>& A) {
  for (arma::uword i = 0; i < A.n_elem; ++i) A[i] *= s;
}

/// B = B + s A: the step of gradient descent, with s = -rate.
/// @param A (m x n)
/// @param B (m x n)
/// @throws std::invalid_argument if the shapes differ
template <typename Real>
void add_scaled(Real s, const Mat<Real>& A, Mat<Real>& B) {
  require_same_shape("B + s A", A, B);
  const Real* a = A.memptr();
  Real* b = B.memptr();
  for (arma::uword i = 0; i < A.n_elem; ++i) b[i] += s * a[i];
}
// [/SCALING]

/// B = e^A, element by element. B may be A.
// [EXPONENTIAL]
template <typename Real>
void exponential(const Mat<Real>& A, Mat<Real>& B) {
  B.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) B[i] = std::exp(A[i]);
}
// [/EXPONENTIAL]

/// B = max(A, floor), element by element. B may be A. NaN stays NaN, so that a
/// training run that has gone wrong is seen to have gone wrong: std::max
/// returns its first argument where a comparison fails.
// [MAXIMUM]
template <typename Real>
void maximum(const Mat<Real>& A, Real floor, Mat<Real>& B) {
  B.set_size(A.n_rows, A.n_cols);
  const Real* a = A.memptr();
  Real* b = B.memptr();
  for (arma::uword i = 0; i < A.n_elem; ++i) b[i] = std::max(a[i], floor);
}
// [/MAXIMUM]

/// The row of the largest element of each column, the first one on a tie:
/// NumPy's `A.argmax(axis=0)`. A column of scores becomes a label. Rows count
/// from 0.
/// @param A (m x n) with 0 < m <= 256; none of its elements is NaN
/// @returns n labels, none if A has no columns
/// @throws std::invalid_argument if m is 0 or above 256
// [ARGMAX]
template <typename Real>
std::vector<std::uint8_t> column_argmax(const Mat<Real>& A) {
  if (A.n_rows == 0 || A.n_rows > 256) {
    throw std::invalid_argument("column_argmax: " + shape_of(A) +
                                " needs from 1 to 256 rows");
  }
  // BEGIN SOLUTION column_argmax
  std::vector<std::uint8_t> labels(A.n_cols);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    const auto best = std::max_element(A.begin_col(j), A.end_col(j));
    labels[j] = static_cast<std::uint8_t>(best - A.begin_col(j));
  }
  return labels;
  // END SOLUTION
}
// [/ARGMAX]

/// Y(labels[j], j) = 1 and 0 elsewhere. A label becomes a column of scores.
/// @param labels B labels below `classes`; B may be 0
/// @param classes the number of rows of Y
/// @param Y (classes x B); what it held before does not matter
/// @throws std::invalid_argument if a label is not below `classes`; Y may then
///         hold anything
// [ONE_HOT]
template <typename Real>
void one_hot(std::span<const std::uint8_t> labels, std::size_t classes,
             Mat<Real>& Y) {
  // BEGIN SOLUTION one_hot
  Y.zeros(classes, labels.size());
  for (std::size_t j = 0; j < labels.size(); ++j) {
    if (labels[j] >= classes) {
      throw std::invalid_argument(
          fmt::format("one_hot: label {} of {} classes", labels[j], classes));
    }
    Y(labels[j], j) = 1;
  }
  // END SOLUTION
}
// [/ONE_HOT]

}  // namespace nn
