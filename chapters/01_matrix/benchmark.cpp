// How fast each product is, and the one promise of this chapter: at
// 784 x 128 x 1000 the ordered loops beat the obvious ones at least 5 times.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <vector>

#include "01_matrix/peak.hpp"
#include "01_matrix/products.hpp"
#include "common/blas.hpp"
#include "common/clock.hpp"
#include "common/random_matrix.hpp"
#include "common/rng.hpp"

namespace {

using namespace nn;

struct Operands {
  Operands(arma::uword m, arma::uword p, arma::uword n) {
    Rng rng(1);
    A = random_matrix(m, p, rng);
    B = random_matrix(p, n, rng);
  }
  Matrix A, B, C;
};

using Product = void (*)(const Matrix&, const Matrix&, Matrix&);

void with_armadillo(const Matrix& A, const Matrix& B, Matrix& C) {
  C = A * B;
}

void product(benchmark::State& state, Product multiply_them) {
  const auto n = static_cast<arma::uword>(state.range(0));
  Operands o(784, 128, n);
  for (auto _ : state) {
    multiply_them(o.A, o.B, o.C);
    benchmark::DoNotOptimize(o.C.memptr());
  }
  const double operations = 2.0 * 784 * 128 * static_cast<double>(n);
  state.counters["FLOP/s"] = benchmark::Counter(
      operations, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(product, obvious, multiply_obvious<float>)->Arg(1000);
BENCHMARK_CAPTURE(product, ordered, multiply<float>)->Arg(32)->Arg(1000);
BENCHMARK_CAPTURE(product, armadillo, with_armadillo)->Arg(32)->Arg(1000);

// The inner loop of the ordered product, over two arrays of so many bytes
// together: what a cache of that size, or memory, can deliver. It reads two
// numbers and writes one for each multiplication and addition. Five cache lines
// are left between the two: where they are a multiple of 4,096 bytes apart, a
// processor takes the read of one for that of what it just wrote in the other.
void stream(benchmark::State& state) {
  const auto count =
      static_cast<std::size_t>(state.range(0)) / 2 / sizeof(float);
  constexpr std::size_t kGap = 80;
  Vec<float> both(2 * count + kGap, arma::fill::ones);
  const float* const a = both.memptr();
  float* const c = both.memptr() + count + kGap;
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) c[i] += a[i] * 0.5f;
    benchmark::DoNotOptimize(c);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(3 * sizeof(float) * count));
}
BENCHMARK(stream)->Arg(16 << 10)->Arg(256 << 10)->Arg(8 << 20)->Arg(256 << 20);

double seconds(Product multiply_them, Operands& o) {
  return seconds_of([&] { multiply_them(o.A, o.B, o.C); });
}

// Pairs run one after the other, so that a slow moment of the machine hits
// both; the median of their ratios forgets the odd one out.
void ordered_against_obvious(benchmark::State& state) {
  Operands o(784, 128, 1000);
  std::vector<double> ratios;
  for (auto _ : state) {
    const double obvious = seconds(multiply_obvious<float>, o);
    const double ordered = seconds(multiply<float>, o);
    ratios.push_back(obvious / ordered);
  }
  std::ranges::nth_element(
      ratios, ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2));
  state.counters["times_faster"] = ratios[ratios.size() / 2];
  state.counters["target"] = 5;
}
BENCHMARK(ordered_against_obvious)->Iterations(15);

}  // namespace

int main(int argc, char** argv) {
  nn::use_one_blas_thread();
  std::cerr << "BLAS: " << nn::blas_description()
            << "\nPeak of one core: " << nn::measure_peak_gflops()
            << " GFLOP/s\n";
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
