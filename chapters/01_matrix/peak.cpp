#include "01_matrix/peak.hpp"

#include <algorithm>

#include "common/clock.hpp"

namespace nn {

namespace {

// How many floats a register holds. A fused multiply-add takes about 4 cycles
// and two to four can start in each, so 8 to 16 must be under way at once. As
// many chains as that fit the 32 registers of AVX-512 and ARM; 12 fit the 16
// that every other x86-64 has, which starts two a cycle.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
constexpr int kChains = 24;
#elif defined(__aarch64__)
constexpr int kLanes = 4;
constexpr int kChains = 24;
#elif defined(__AVX__)
constexpr int kLanes = 8;
constexpr int kChains = 12;
#else
constexpr int kLanes = 4;
constexpr int kChains = 12;
#endif

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

// The Makefile allows fused multiply-adds in this file.
// [PEAK]
float run_chains(long rounds) {
  const Lanes factor = Lanes{} + 0.999999f;
  const Lanes term = Lanes{} + 1e-6f;
  Lanes x[kChains];  // all different, or equal chains would be merged
  for (int i = 0; i < kChains; ++i) x[i] = Lanes{} + static_cast<float>(i);
  for (long r = 0; r < rounds; ++r) {
#pragma GCC unroll 24
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
