#include <array>

#include "08_parallel_matrix/kernels/tile_kernel.hpp"
#include "08_parallel_matrix/ladder/sweep.hpp"

namespace nn {

namespace {

template <std::size_t V, std::size_t N>
constexpr TileShape shape() {
  return {V, N, tile_kernel<kLanes, V, N, RowsOfB::together>};
}

template <std::size_t V>
constexpr std::array<TileShape, 9> widths() {
  return {shape<V, 1>(),  shape<V, 2>(),  shape<V, 4>(),
          shape<V, 6>(),  shape<V, 8>(),  shape<V, 10>(),
          shape<V, 12>(), shape<V, 14>(), shape<V, 16>()};
}

constexpr std::array kShapes = {widths<1>(), widths<2>(), widths<3>(),
                                widths<4>()};

}  // namespace

std::span<const TileShape> tile_shapes() {
  return {kShapes.front().data(), kShapes.size() * kShapes.front().size()};
}

}  // namespace nn
