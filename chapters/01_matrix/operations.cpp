#include "01_matrix/operations.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nn {

namespace {

template <typename Real>
void require_same_shape(const char* what, const Mat<Real>& A,
                        const Mat<Real>& B) {
  if (A.n_rows == B.n_rows && A.n_cols == B.n_cols) return;
  refuse_shapes(what, A, B);
}

}  // namespace

// [TRANSPOSE]
template <typename Real>
void transpose(const Mat<Real>& A, Mat<Real>& B) {
  B.set_size(A.n_cols, A.n_rows);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) B(j, i) = A(i, j);
  }
}
// [/TRANSPOSE]

// [SUMS]
template <typename Real>
void column_sums(const Mat<Real>& A, Mat<Real>& sums) {
  sums.zeros(1, A.n_cols);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) sums(0, j) += A(i, j);
  }
}

template <typename Real>
void row_sums(const Mat<Real>& A, Vec<Real>& sums) {
  sums.zeros(A.n_rows);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    for (arma::uword i = 0; i < A.n_rows; ++i) sums(i) += A(i, j);
  }
}
// [/SUMS]

// [MAXIMA]
template <typename Real>
void column_maxima(const Mat<Real>& A, Mat<Real>& maxima) {
  if (A.n_rows == 0 && A.n_cols > 0) {
    throw std::invalid_argument("column_maxima: the columns of " + shape_of(A) +
                                " are empty");
  }
  maxima.set_size(1, A.n_cols);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    maxima(0, j) = *std::max_element(A.begin_col(j), A.end_col(j));
  }
}
// [/MAXIMA]

// [BROADCAST]
template <typename Real>
void add_column(const Vec<Real>& b, Mat<Real>& A) {
  if (b.n_elem != A.n_rows) refuse_shapes<Real>("A + b", A, b);
  if (A.is_empty()) return;
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    Real* a = A.colptr(j);
    for (arma::uword i = 0; i < A.n_rows; ++i) a[i] += b[i];
  }
}
// [/BROADCAST]

// [ELEMENTWISE]
// Element-wise work need not know rows from columns: a matrix is also one
// long row of n_elem numbers.
template <typename Real>
void add(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  require_same_shape("A + B", A, B);
  C.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) C[i] = A[i] + B[i];
}

template <typename Real>
void subtract(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  require_same_shape("A - B", A, B);
  C.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) C[i] = A[i] - B[i];
}

template <typename Real>
void hadamard(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  require_same_shape("A .* B", A, B);
  C.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) C[i] = A[i] * B[i];
}

template <typename Real>
void divide(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  require_same_shape("A / B", A, B);
  C.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) C[i] = A[i] / B[i];
}
// [/ELEMENTWISE]

// [SCALING]
template <typename Real>
void scale(Real s, Mat<Real>& A) {
  for (arma::uword i = 0; i < A.n_elem; ++i) A[i] *= s;
}

template <typename Real>
void add_scaled(Real s, const Mat<Real>& A, Mat<Real>& B) {
  require_same_shape("B + s A", A, B);
  const Real* a = A.memptr();
  Real* b = B.memptr();
  for (arma::uword i = 0; i < A.n_elem; ++i) b[i] += s * a[i];
}
// [/SCALING]

// [FUNCTIONS]
template <typename Real>
void exponential(const Mat<Real>& A, Mat<Real>& B) {
  B.set_size(A.n_rows, A.n_cols);
  for (arma::uword i = 0; i < A.n_elem; ++i) B[i] = std::exp(A[i]);
}

template <typename Real>
void maximum(const Mat<Real>& A, Real floor, Mat<Real>& B) {
  B.set_size(A.n_rows, A.n_cols);
  const Real* a = A.memptr();
  Real* b = B.memptr();
  // Not std::max(a, floor): where a is NaN, this keeps it, and a training
  // run that has gone wrong is seen to have gone wrong.
  for (arma::uword i = 0; i < A.n_elem; ++i) b[i] = a[i] < floor ? floor : a[i];
}
// [/FUNCTIONS]

// [LABELS]
template <typename Real>
std::vector<std::uint8_t> column_argmax(const Mat<Real>& A) {
  if (A.n_rows == 0 || A.n_rows > 256) {
    throw std::invalid_argument("column_argmax: " + shape_of(A) +
                                " needs from 1 to 256 rows");
  }
  std::vector<std::uint8_t> labels(A.n_cols);
  for (arma::uword j = 0; j < A.n_cols; ++j) {
    const auto best = std::max_element(A.begin_col(j), A.end_col(j));
    labels[j] = static_cast<std::uint8_t>(best - A.begin_col(j));
  }
  return labels;
}

template <typename Real>
void one_hot(std::span<const std::uint8_t> labels, std::size_t classes,
             Mat<Real>& Y) {
  Y.zeros(classes, labels.size());
  for (std::size_t j = 0; j < labels.size(); ++j) {
    if (labels[j] >= classes) {
      throw std::invalid_argument("one_hot: label " +
                                  std::to_string(labels[j]) + " of " +
                                  std::to_string(classes) + " classes");
    }
    Y(labels[j], j) = 1;
  }
}
// [/LABELS]

// The two kinds of number for which the book needs these loops.
#define INSTANTIATE(Real)                                                 \
  template void transpose(const Mat<Real>&, Mat<Real>&);                  \
  template void column_sums(const Mat<Real>&, Mat<Real>&);                \
  template void row_sums(const Mat<Real>&, Vec<Real>&);                   \
  template void column_maxima(const Mat<Real>&, Mat<Real>&);              \
  template void add_column(const Vec<Real>&, Mat<Real>&);                 \
  template void add(const Mat<Real>&, const Mat<Real>&, Mat<Real>&);      \
  template void subtract(const Mat<Real>&, const Mat<Real>&, Mat<Real>&); \
  template void hadamard(const Mat<Real>&, const Mat<Real>&, Mat<Real>&); \
  template void divide(const Mat<Real>&, const Mat<Real>&, Mat<Real>&);   \
  template void scale(Real, Mat<Real>&);                                  \
  template void add_scaled(Real, const Mat<Real>&, Mat<Real>&);           \
  template void exponential(const Mat<Real>&, Mat<Real>&);                \
  template void maximum(const Mat<Real>&, Real, Mat<Real>&);              \
  template std::vector<std::uint8_t> column_argmax(const Mat<Real>&);     \
  template void one_hot(std::span<const std::uint8_t>, std::size_t, Mat<Real>&);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace nn
