#pragma once

#include "common/matrix.hpp"

/// @file
/// Matrix products, loop by loop. Every operation of this chapter writes its
/// result into its last argument, which takes the shape that it needs. Memory
/// is allocated only when that shape is larger than all before: a training
/// loop that reuses its matrices allocates nothing after the first batch.
///
/// `Real` is `float` or `double`: the network trains in `float`, and chapter 2
/// checks its gradients in `double` with these same loops.

namespace nn {

/// C = A * B with the loops in the order of the definition: for each row i
/// and column j, the sum over k. Correct, and slow on purpose: see `multiply`.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument if A's columns are not as many as B's rows
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

/// C = A * B with the loops in the order that suits column-major storage:
/// column j of C gathers the columns k of A, each scaled by B(k, j). The
/// inner loop walks down two columns, and the compiler vectorises it.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument if A's columns are not as many as B's rows
/// Source: Golub and Van Loan, Matrix Computations, 1.1 (the "gaxpy" form).
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

/// C = A' * B without forming A': C(i, j) is the dot product of column i of A
/// and column j of B, both of which lie in one piece.
/// @param A (p x m)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument if their numbers of rows differ
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

/// C = A * B' without forming B': C is the sum over k of column k of A times
/// column k of B laid down as a row. Where there is no k (p = 0), C is zeros.
/// @param A (m x p)
/// @param B (n x p)
/// @param C (m x n), neither A nor B; what it held before does not matter
/// @throws std::invalid_argument if their numbers of columns differ
// [RIGHT_TRANSPOSED]
template <typename Real>
void multiply_right_transposed(const Mat<Real>& A, const Mat<Real>& B,
                               Mat<Real>& C) {
  if (A.n_cols != B.n_cols) refuse_shapes("A * B'", A, B);
  // BEGIN SOLUTION multiply_right_transposed
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
  // END SOLUTION
}
// [/RIGHT_TRANSPOSED]

}  // namespace nn
