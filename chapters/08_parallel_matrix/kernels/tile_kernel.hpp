/// @file
/// The tile of a product, for any number of lanes. Only files of this folder
/// include this: they are compiled so that multiply and add become one.
#pragma once

#include <cstddef>

#include "08_parallel_matrix/lanes.hpp"
#include "08_parallel_matrix/tile.hpp"

namespace nn {

/// How B lies in memory.
enum class RowsOfB {
  together,  ///< `b_column_step` is 1
  apart,     ///< `b_step` is 1
};

// [KERNEL]
/// C = A * B or C = C + A * B for V * L rows and N columns. What looks like
/// arrays are registers: every loop but the one over k is unrolled.
template <std::size_t L, std::size_t V, std::size_t N, RowsOfB kLie>
void tile_kernel(const Tile& t) {
  static constexpr float kZeros[V * L] = {};
  const float* start = t.add ? t.c : kZeros;  // what is summed up so far
  const std::size_t start_step = t.add ? t.c_step : 0;
  const std::size_t b_step = kLie == RowsOfB::together ? t.b_step : 1;
  const std::size_t b_column = kLie == RowsOfB::together ? 1 : t.b_column_step;
  Vector<L> sum[N][V];
#pragma GCC unroll 16
  for (std::size_t j = 0; j < N; ++j) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      load(start + j * start_step + v * L, sum[j][v]);
    }
  }
  // [/KERNEL]
  // [STEPS]
  const float* a = t.a;
  const float* b = t.b;
#pragma GCC unroll 2
  for (std::size_t k = 0; k < t.depth; ++k, a += t.a_step, b += b_step) {
    Vector<L> column[V];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) load(a + v * L, column[v]);
#pragma GCC unroll 16
    for (std::size_t j = 0; j < N; ++j) {
#pragma GCC unroll 4
      for (std::size_t v = 0; v < V; ++v) {
        multiply_add(column[v], b[j * b_column], sum[j][v]);
      }
    }
  }
#pragma GCC unroll 16
  for (std::size_t j = 0; j < N; ++j) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      store(sum[j][v], t.c + j * t.c_step + v * L);
    }
  }
}
// [/STEPS]

}  // namespace nn
