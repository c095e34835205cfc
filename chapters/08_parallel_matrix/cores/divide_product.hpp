/// @file
/// A product that is divided until it is small.
#pragma once

#include <algorithm>
#include <cstddef>

#include "08_parallel_matrix/product.hpp"
#include "08_parallel_matrix/tile.hpp"

namespace nn {

/// Half of a length; in whole units, where there is more than one.
inline std::size_t half_of(std::size_t length, std::size_t unit) {
  return length > unit ? (length / 2 + unit - 1) / unit * unit : length / 2;
}

/// C = A * B or C = C + A * B: the longest of the three sides is cut in half,
/// until a product has no more than `leaf` multiply-adds. A cut through the
/// rows or columns of C leaves two products that may run at the same time. One
/// through k leaves two sums for the same numbers of C: the second follows the
/// first, and adds.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n)
/// @param leaf at least 1
/// @param fork is called with two functions to call, perhaps at the same time
/// @param multiply computes a leaf; has the parameters A, B, C and into
/// Source: Frigo, Leiserson, Prokop, Ramachandran, "Cache-oblivious
/// algorithms" (FOCS 1999), 2.
// [DIVIDE]
template <typename Fork, typename Multiply>
void divide_product(const View& A, const View& B, const Target& C, Into into,
                    std::size_t leaf, const Fork& fork,
                    const Multiply& multiply) {
  const std::size_t m = A.rows, n = B.columns, p = A.columns;
  // BEGIN SOLUTION divide_product
  if (m * n * p <= leaf) return multiply(A, B, C, into);
  const auto divide = [&](const View& a, const View& b, const Target& c,
                          Into how) {
    divide_product(a, b, c, how, leaf, fork, multiply);
  };
  if (p >= std::max(m, n)) {
    const std::size_t k = p / 2;
    divide(A.part(0, 0, m, k), B.part(0, 0, k, n), C, into);
    divide(A.part(0, k, m, p - k), B.part(k, 0, p - k, n), C, Into::add);
  } else if (m >= n) {
    const std::size_t i = half_of(m, kTileRows);
    const Target below{C.at(i, 0), C.column_step};
    fork([&] { divide(A.part(0, 0, i, p), B, C, into); },
         [&] { divide(A.part(i, 0, m - i, p), B, below, into); });
  } else {
    const std::size_t j = half_of(n, kTileColumns);
    const Target right{C.at(0, j), C.column_step};
    fork([&] { divide(A, B.part(0, 0, p, j), C, into); },
         [&] { divide(A, B.part(0, j, p, n - j), right, into); });
  }
  // END SOLUTION
}
// [/DIVIDE]

}  // namespace nn
