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
/// @throws std::invalid_argument unless A has as many columns as B has rows
template <typename Real>
void multiply_obvious(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C);

/// C = A * B with the loops in the order that suits column-major storage:
/// column j of C gathers the columns k of A, each scaled by B(k, j). The
/// inner loop walks down two columns, and the compiler vectorises it.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument unless A has as many columns as B has rows
/// Source: Golub and Van Loan, Matrix Computations, 1.1 (the "gaxpy" form).
template <typename Real>
void multiply(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C);

/// C = A' * B without forming A': C(i, j) is the dot product of column i of A
/// and column j of B, both of which lie in one piece.
/// @param A (p x m)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument unless A and B have as many rows
template <typename Real>
void multiply_left_transposed(const Mat<Real>& A, const Mat<Real>& B,
                              Mat<Real>& C);

/// C = A * B' without forming B': C is the sum over k of column k of A times
/// column k of B laid down as a row.
/// @param A (m x p)
/// @param B (n x p)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument unless A and B have as many columns
template <typename Real>
void multiply_right_transposed(const Mat<Real>& A, const Mat<Real>& B,
                               Mat<Real>& C);

}  // namespace nn
