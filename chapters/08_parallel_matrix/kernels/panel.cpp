#include "08_parallel_matrix/kernels/panel.hpp"

#include <algorithm>
#include <cstring>

namespace nn {

namespace {

using V = Vector<>;

// [LANES]
// One number of each unit of a panel, in registers. The loops over them are
// unrolled, or the compiler would keep them in memory.
struct Lanes {
  V v[kRowVectors];
};

[[gnu::always_inline]] inline void read(const Row& row, Lanes& lanes) {
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kRowVectors; ++i) {
    load(row.units.data() + i * kLanes, lanes.v[i]);
  }
}

[[gnu::always_inline]] inline void write(const Lanes& lanes, Row& row) {
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kRowVectors; ++i) {
    store(lanes.v[i], row.units.data() + i * kLanes);
  }
}

// sum = sum + a * b, unit by unit.
[[gnu::always_inline]] inline void add_product(const Lanes& a, float b,
                                               Lanes& sum) {
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kRowVectors; ++i) {
    multiply_add(a.v[i], b, sum.v[i]);
  }
}

// [/LANES]

// [TILE]
// The weights of a panel to the pixels of one tile, in registers.
struct TileWeights {
  Lanes w[kTilePixels];
};

// W = W + D * pixels', for one image.
[[gnu::always_inline]] inline void update(const Row& change, const TileUse& use,
                                          TileWeights& tile) {
  Lanes d;
  read(change, d);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kTilePixels; ++i) {
    add_product(d, use.pixels[i], tile.w[i]);
  }
}

// A = A + W * pixels, for one image.
[[gnu::always_inline]] inline void forward(const TileWeights& tile,
                                           const TileUse& use,
                                           Row& activation) {
  Lanes z;
  read(activation, z);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kTilePixels; ++i) {
    add_product(tile.w[i], use.pixels[i], z);
  }
  write(z, activation);
}
// [/TILE]

}  // namespace

// [UPDATE_AND_FORWARD]
void update_and_forward(Panel& panel, const TileLists& last,
                        const TileLists& next, std::size_t tiles,
                        std::size_t batch) {
  std::fill_n(panel.A.begin(), batch, panel.b1);
  Row* const A = panel.A.data();
  const Row* const D = panel.D.data();
  for (std::size_t t = 0; t < tiles; ++t) {
    const auto updates = last.uses(t), forwards = next.uses(t);
    if (updates.empty() && forwards.empty()) continue;
    Row* const W = &panel.W1[t * kTilePixels];
    TileWeights tile;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kTilePixels; ++i) read(W[i], tile.w[i]);
    for (const TileUse& use : updates) update(D[use.image], use, tile);
    if (!updates.empty()) {
#pragma GCC unroll 4
      for (std::size_t i = 0; i < kTilePixels; ++i) write(tile.w[i], W[i]);
    }
    for (const TileUse& use : forwards) forward(tile, use, A[use.image]);
  }
}
// [/UPDATE_AND_FORWARD]

namespace {

// [TOTAL]
// The sum of N lanes: the halves added, and their halves, and so on.
template <std::size_t N>
[[gnu::always_inline]] inline float sum_of(const Vector<N>& v) {
  if constexpr (N == 2) {
    return v[0] + v[1];
  } else {
    Vector<N / 2> halves[2];
    static_assert(sizeof halves == sizeof v);
    std::memcpy(halves, &v, sizeof v);
    return sum_of<N / 2>(halves[0] + halves[1]);
  }
}

// The sum over all units.
[[gnu::always_inline]] inline float total(const Lanes& lanes) {
  V sum = lanes.v[0];
  for (std::size_t i = 1; i < kRowVectors; ++i) sum += lanes.v[i];
  return sum_of<kLanes>(sum);
}
// [/TOTAL]

}  // namespace

// [ACTIVATE]
void activate(Panel& panel, std::size_t classes, std::size_t batch,
              std::size_t stride, float* scores) {
  for (std::size_t j = 0; j < batch; ++j) {
    Lanes a;
    read(panel.A[j], a);
    for (V& v : a.v) v = v < 0.0f ? V{} : v;  // NaN stays NaN
    write(a, panel.A[j]);
    for (std::size_t c = 0; c < classes; ++c) {
      Lanes w;
      read(panel.W2[c], w);
      for (std::size_t i = 0; i < kRowVectors; ++i) w.v[i] *= a.v[i];
      scores[c * stride + j] = total(w);
    }
  }
}
// [/ACTIVATE]

namespace {

// [PULL_BACK]
// D = (W2' * G) where A > 0, else 0; and what b1 is to change by.
[[gnu::always_inline]] inline void pull_back(const Panel& panel,
                                             std::size_t classes,
                                             std::size_t stride, const float* G,
                                             const Row& activation, Row& change,
                                             Lanes& b1) {
  Lanes d = {};
  for (std::size_t c = 0; c < classes; ++c) {
    Lanes w;
    read(panel.W2[c], w);
    add_product(w, G[c * stride], d);
  }
  Lanes a;
  read(activation, a);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kRowVectors; ++i) {
    d.v[i] = a.v[i] > 0.0f ? d.v[i] : V{};
    b1.v[i] += d.v[i];
  }
  write(d, change);
}
// [/PULL_BACK]

}  // namespace

// [LEARN]
void learn(Panel& panel, std::size_t classes, std::size_t batch,
           std::size_t stride, const float* G) {
  Lanes b1;
  read(panel.b1, b1);
  for (std::size_t j = 0; j < batch; ++j) {
    pull_back(panel, classes, stride, G + j, panel.A[j], panel.D[j], b1);
  }
  write(b1, panel.b1);
  for (std::size_t c = 0; c < classes; c += 2) {  // two: more sums at a time
    Lanes w[2];
    read(panel.W2[c], w[0]);
    read(panel.W2[c + 1], w[1]);
    for (std::size_t j = 0; j < batch; ++j) {
      Lanes a;
      read(panel.A[j], a);
      add_product(a, G[c * stride + j], w[0]);
      add_product(a, G[(c + 1) * stride + j], w[1]);
    }
    write(w[0], panel.W2[c]);
    write(w[1], panel.W2[c + 1]);
  }
}
// [/LEARN]

}  // namespace nn
