#include "08_parallel_matrix/lanes.hpp"
#include "08_parallel_matrix/tile.hpp"

namespace nn {

namespace {

// Any number of rows and columns. Not with k innermost: of one sum after the
// other GCC would make products of a whole register, and add these one by one.
// That rounds twice, and the bits would be others.
void multiply_edge(std::size_t rows, std::size_t columns, const Tile& t) {
  for (std::size_t j = 0; j < columns; ++j) {
    float* const c = t.c + j * t.c_step;
    for (std::size_t i = 0; i < rows; ++i) c[i] = t.add ? c[i] : 0;
    for (std::size_t k = 0; k < t.depth; ++k) {
      const float* const a = t.a + k * t.a_step;
      const float b = t.b[k * t.b_step + j * t.b_column_step];
      for (std::size_t i = 0; i < rows; ++i) multiply_add(a[i], b, c[i]);
    }
  }
}

}  // namespace

// [PLAIN_TILE]
using Sums = float[kPlainColumns][kPlainRows];

// Adds one step of k: a column of A times a row of B.
inline void add_step(const float* a, const float* b, std::size_t b_column_step,
                     Sums& sum) {
#pragma GCC unroll 4
  for (std::size_t j = 0; j < kPlainColumns; ++j) {
    const float factor = b[j * b_column_step];
    for (std::size_t i = 0; i < kPlainRows; ++i) {
      multiply_add(a[i], factor, sum[j][i]);
    }
  }
}

void multiply_plain_tile(std::size_t rows, std::size_t columns, const Tile& t) {
  constexpr std::size_t m = kPlainRows, n = kPlainColumns;
  if (rows != m || columns != n) return multiply_edge(rows, columns, t);
  // BEGIN SOLUTION register_tile
  Sums sum;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < m; ++i) {
      sum[j][i] = t.add ? t.c[i + j * t.c_step] : 0;
    }
  }
  for (std::size_t k = 0; k < t.depth; ++k) {
    add_step(t.a + k * t.a_step, t.b + k * t.b_step, t.b_column_step, sum);
  }
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < m; ++i) t.c[i + j * t.c_step] = sum[j][i];
  }
  // END SOLUTION
}
// [/PLAIN_TILE]

}  // namespace nn
