#include "08_parallel_matrix/ladder/sweep.hpp"

#include <algorithm>

#include "08_parallel_matrix/packing.hpp"
#include "common/clock.hpp"

namespace nn {

double measure_tile_gflops(const TileShape& shape, double seconds) {
  // Two panels so deep fit into every first cache, whatever the shape.
  constexpr std::size_t kDepth = 96;
  constexpr std::size_t kRepeats = 1000;
  const std::size_t rows = shape.vectors * kLanes;
  Buffer a, b, c;
  float* const A = a.take(rows * kDepth);
  float* const B = b.take(shape.columns * kDepth);
  float* const C = c.take(rows * shape.columns);
  std::fill_n(A, rows * kDepth, 0.5f);
  std::fill_n(B, shape.columns * kDepth, 0.5f);
  std::fill_n(C, rows * shape.columns, 0.0f);
  const Tile tile{.depth = kDepth,
                  .a = A,
                  .a_step = rows,
                  .b = B,
                  .b_step = shape.columns,
                  .b_column_step = 1,
                  .c = C,
                  .c_step = rows,
                  // So that no call begins before the last one has its sums.
                  .add = true};
  double best = 0;
  const Stopwatch watch;
  do {
    const double time = seconds_of([&] {
      for (std::size_t i = 0; i < kRepeats; ++i) shape.multiply(tile);
    });
    const auto sums = static_cast<double>(rows * shape.columns);
    best = std::max(best, 2 * sums * kDepth * kRepeats / time / 1e9);
  } while (watch.seconds() < seconds);
  return best;
}

}  // namespace nn
