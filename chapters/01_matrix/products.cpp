#include "01_matrix/products.hpp"

namespace nn {

// [OBVIOUS]
template <typename Real>
void multiply_obvious(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
  C.set_size(A.n_rows, B.n_cols);
  for (arma::uword i = 0; i < A.n_rows; ++i) {
    for (arma::uword j = 0; j < B.n_cols; ++j) {
      Real sum = 0;
      for (arma::uword k = 0; k < A.n_cols; ++k) {
        sum += A(i, k) * B(k, j);  // A(i, k + 1) is a whole column away
      }
      C(i, j) = sum;
    }
  }
}
// [/OBVIOUS]

// [ORDERED]
template <typename Real>
void multiply(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C) {
  if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
  C.zeros(A.n_rows, B.n_cols);
  if (C.is_empty()) return;
  for (arma::uword j = 0; j < B.n_cols; ++j) {
    Real* c = C.colptr(j);
    for (arma::uword k = 0; k < A.n_cols; ++k) {
      const Real* a = A.colptr(k);
      const Real b = B(k, j);
      for (arma::uword i = 0; i < A.n_rows; ++i) c[i] += a[i] * b;
    }
  }
}
// [/ORDERED]

// [LEFT_TRANSPOSED]
template <typename Real>
void multiply_left_transposed(const Mat<Real>& A, const Mat<Real>& B,
                              Mat<Real>& C) {
  if (A.n_rows != B.n_rows) refuse_shapes("A' * B", A, B);
  C.zeros(A.n_cols, B.n_cols);
  if (A.is_empty()) return;  // every sum is over nothing
  for (arma::uword j = 0; j < B.n_cols; ++j) {
    const Real* b = B.colptr(j);
    for (arma::uword i = 0; i < A.n_cols; ++i) {
      const Real* a = A.colptr(i);
      Real sum = 0;
      for (arma::uword k = 0; k < A.n_rows; ++k) sum += a[k] * b[k];
      C(i, j) = sum;
    }
  }
}
// [/LEFT_TRANSPOSED]

// [RIGHT_TRANSPOSED]
template <typename Real>
void multiply_right_transposed(const Mat<Real>& A, const Mat<Real>& B,
                               Mat<Real>& C) {
  if (A.n_cols != B.n_cols) refuse_shapes("A * B'", A, B);
  C.zeros(A.n_rows, B.n_rows);
  if (C.is_empty()) return;
  for (arma::uword j = 0; j < B.n_rows; ++j) {
    Real* c = C.colptr(j);
    for (arma::uword k = 0; k < A.n_cols; ++k) {
      const Real* a = A.colptr(k);
      const Real b = B(j, k);
      for (arma::uword i = 0; i < A.n_rows; ++i) c[i] += a[i] * b;
    }
  }
}
// [/RIGHT_TRANSPOSED]

// The two kinds of number for which the book needs these loops.
using F = Mat<float>;
using D = Mat<double>;
template void multiply_obvious(const F&, const F&, F&);
template void multiply_obvious(const D&, const D&, D&);
template void multiply(const F&, const F&, F&);
template void multiply(const D&, const D&, D&);
template void multiply_left_transposed(const F&, const F&, F&);
template void multiply_left_transposed(const D&, const D&, D&);
template void multiply_right_transposed(const F&, const F&, F&);
template void multiply_right_transposed(const D&, const D&, D&);

}  // namespace nn
