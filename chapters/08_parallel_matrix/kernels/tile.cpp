#include "08_parallel_matrix/tile.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "08_parallel_matrix/kernels/tile_kernel.hpp"

namespace nn {

namespace {

// [TABLE]
using Kernel = void (*)(const Tile&);

// One for each width: [0] is one column wide.
template <std::size_t V, RowsOfB kLie, std::size_t... I>
constexpr std::array<Kernel, kTileColumns> widths(std::index_sequence<I...>) {
  return {tile_kernel<kLanes, V, I + 1, kLie>...};
}

template <RowsOfB kLie>
constexpr auto kernels() {
  constexpr std::make_index_sequence<kTileColumns> kAll;
  return std::array{widths<1, kLie>(kAll), widths<2, kLie>(kAll)};
}

constexpr auto kTogether = kernels<RowsOfB::together>();
constexpr auto kApart = kernels<RowsOfB::apart>();
// [/TABLE]

}  // namespace

void multiply_tile(std::size_t vectors, std::size_t columns, const Tile& tile) {
  const auto& all = tile.b_column_step == 1 ? kTogether : kApart;
  all[vectors - 1][columns - 1](tile);
}

void multiply_ragged_tile(std::size_t vectors, std::size_t columns,
                          std::size_t rows, const Tile& tile) {
  float whole[kTileRows * kTileColumns] = {};
  Tile inner = tile;
  inner.c = whole;
  inner.c_step = vectors * kLanes;
  for (std::size_t j = 0; tile.add && j < columns; ++j) {
    std::copy_n(tile.c + j * tile.c_step, rows, whole + j * inner.c_step);
  }
  multiply_tile(vectors, columns, inner);
  for (std::size_t j = 0; j < columns; ++j) {
    std::copy_n(whole + j * inner.c_step, rows, tile.c + j * tile.c_step);
  }
}

}  // namespace nn
