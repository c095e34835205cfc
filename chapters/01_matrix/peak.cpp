#include "01_matrix/peak.hpp"

#include <algorithm>

#include "common/clock.hpp"

namespace nn {

namespace {

// A register full of floats: 8 for AVX2, and a fair guess elsewhere.
using Lanes = float __attribute__((vector_size(32)));
constexpr int kLanes = 8;

// A fused multiply-add takes about 4 cycles and two can start in each, so at
// least 8 must be under way at once. 12 chains fit the 16 registers that
// every x86-64 with AVX2 has.
constexpr int kChains = 12;

// The Makefile allows fused multiply-adds in this file.
// [PEAK]
float run_chains(long rounds) {
  const Lanes factor = Lanes{} + 0.999999f;
  const Lanes term = Lanes{} + 1e-6f;
  Lanes x[kChains];  // all different, or equal chains would be merged
  for (int i = 0; i < kChains; ++i) x[i] = Lanes{} + static_cast<float>(i);
  for (long r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) x[i] = x[i] * factor + term;
  }
  for (int i = 1; i < kChains; ++i) x[0] += x[i];
  return x[0][0];
}
// [/PEAK]

}  // namespace

double measure_peak_gflops(double seconds) {
  constexpr long kRounds = 1'000'000;
  constexpr double kOperations = 2.0 * kLanes * kChains * kRounds;
  volatile float keep = 0;  // or the compiler would drop the whole loop
  double best = 0;
  const Stopwatch watch;
  while (watch.seconds() < seconds) {
    const double time = seconds_of([&] { keep = run_chains(kRounds); });
    best = std::max(best, kOperations / time / 1e9);
  }
  static_cast<void>(keep);
  return best;
}

}  // namespace nn
