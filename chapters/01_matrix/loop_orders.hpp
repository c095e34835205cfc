#pragma once

#include <array>

#include "common/matrix.hpp"

/// @file
/// The three loops of a product may stand in six orders. All of them compute
/// the same sums, and each sum in the same order, so that the results are equal
/// bit for bit. They differ in how they walk through memory. They are here to
/// be measured; the network uses those of products.hpp.

namespace nn {

/// The inner loop over k: C(i, j) += row i of A times column j of B. The sum
/// stays in a register meanwhile.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n)
// [OVER_K]
inline void loop_over_k(const Matrix& A, const Matrix& B, Matrix& C,
                        arma::uword i, arma::uword j) {
  float sum = C(i, j);
  for (arma::uword k = 0; k < A.n_cols; ++k) sum += A(i, k) * B(k, j);
  C(i, j) = sum;
}

/// C = C + A * B, row after row of C. The order of the definition.
inline void multiply_ijk(const Matrix& A, const Matrix& B, Matrix& C) {
  for (arma::uword i = 0; i < C.n_rows; ++i) {
    for (arma::uword j = 0; j < C.n_cols; ++j) loop_over_k(A, B, C, i, j);
  }
}

/// C = C + A * B, column after column of C.
inline void multiply_jik(const Matrix& A, const Matrix& B, Matrix& C) {
  for (arma::uword j = 0; j < C.n_cols; ++j) {
    for (arma::uword i = 0; i < C.n_rows; ++i) loop_over_k(A, B, C, i, j);
  }
}
// [/OVER_K]

/// The inner loop over i: column j of C += column k of A, times B(k, j).
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n)
// [OVER_I]
inline void loop_over_i(const Matrix& A, const Matrix& B, Matrix& C,
                        arma::uword j, arma::uword k) {
  const float b = B(k, j);
  for (arma::uword i = 0; i < C.n_rows; ++i) C(i, j) += A(i, k) * b;
}

/// C = C + A * B, column after column of C. The order of `multiply`.
inline void multiply_jki(const Matrix& A, const Matrix& B, Matrix& C) {
  for (arma::uword j = 0; j < C.n_cols; ++j) {
    for (arma::uword k = 0; k < A.n_cols; ++k) loop_over_i(A, B, C, j, k);
  }
}

/// C = C + A * B, column after column of A.
inline void multiply_kji(const Matrix& A, const Matrix& B, Matrix& C) {
  for (arma::uword k = 0; k < A.n_cols; ++k) {
    for (arma::uword j = 0; j < C.n_cols; ++j) loop_over_i(A, B, C, j, k);
  }
}
// [/OVER_I]

/// The inner loop over j: row i of C += row k of B, times A(i, k).
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n)
// [OVER_J]
inline void loop_over_j(const Matrix& A, const Matrix& B, Matrix& C,
                        arma::uword i, arma::uword k) {
  const float a = A(i, k);
  for (arma::uword j = 0; j < C.n_cols; ++j) C(i, j) += a * B(k, j);
}

/// C = C + A * B, row after row of C.
inline void multiply_ikj(const Matrix& A, const Matrix& B, Matrix& C) {
  for (arma::uword i = 0; i < C.n_rows; ++i) {
    for (arma::uword k = 0; k < A.n_cols; ++k) loop_over_j(A, B, C, i, k);
  }
}

/// C = C + A * B, row after row of B.
inline void multiply_kij(const Matrix& A, const Matrix& B, Matrix& C) {
  for (arma::uword k = 0; k < A.n_cols; ++k) {
    for (arma::uword i = 0; i < C.n_rows; ++i) loop_over_j(A, B, C, i, k);
  }
}
// [/OVER_J]

/// One of the six orders.
// [ORDERS]
struct LoopOrder {
  const char* name;   ///< the loops, from the outer to the inner one
  const char* steps;  ///< where a step of the inner loop goes
  /// C = C + A * B, for a C of the right shape.
  void (*loops)(const Matrix& A, const Matrix& B, Matrix& C);
};

/// All six, two for each inner loop.
inline constexpr std::array<LoopOrder, 6> kLoopOrders = {{
    {"ijk", "along A, down B", multiply_ijk},
    {"jik", "along A, down B", multiply_jik},
    {"jki", "down A, down C", multiply_jki},
    {"kji", "down A, down C", multiply_kji},
    {"ikj", "along B, along C", multiply_ikj},
    {"kij", "along B, along C", multiply_kij},
}};

/// C = A * B with the loops in the given order.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument if A's columns are not as many as B's rows
inline void multiply_in_order(const LoopOrder& order, const Matrix& A,
                              const Matrix& B, Matrix& C) {
  if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
  C.zeros(A.n_rows, B.n_cols);
  order.loops(A, B, C);
}
// [/ORDERS]

}  // namespace nn
