// How fast the products of this chapter are, beside OpenBLAS, the peak and
// themselves. In each row two things take turns; `is` is the median of the
// ratios, and beside it stands what it must reach:
//
//   against_openblas   OpenBLAS's time to ours, each on one core
//   of_peak            our share of what a core can do in its registers
//   two_cores          our time on one core to that on two; `ceiling` is what
//                      two pinned threads reach together that share nothing
//
// On a shared machine look at the ceiling first: it may be near 1.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "01_matrix/peak.hpp"
#include "07_speedup/program/ceiling.hpp"
#include "08_parallel_matrix/cores/parallel_product.hpp"
#include "08_parallel_matrix/cores/pinning.hpp"
#include "common/blas.hpp"
#include "common/clock.hpp"
#include "common/random_matrix.hpp"
#include "common/rng.hpp"

namespace {

using namespace nn;

// How a product reads its factors.
enum class Read { as_they_are, left_transposed, right_transposed };

struct Shape {
  std::size_t m, p, n;
  Read read = Read::as_they_are;

  double operations() const {
    return 2.0 * static_cast<double>(m) * static_cast<double>(p) *
           static_cast<double>(n);
  }
  std::string name() const {
    const char* const how = read == Read::left_transposed    ? "'"
                            : read == Read::right_transposed ? "''"
                                                             : "";
    return std::to_string(m) + "x" + std::to_string(p) + "x" +
           std::to_string(n) + how;
  }
};

// Two factors, what becomes of them, and as many repeats as take about 5 ms.
class Work {
 public:
  explicit Work(const Shape& shape) : shape_(shape) {
    Rng rng(1);
    const bool left = shape.read == Read::left_transposed;
    const bool right = shape.read == Read::right_transposed;
    A_ = left ? random_matrix(shape.p, shape.m, rng)
              : random_matrix(shape.m, shape.p, rng);
    B_ = right ? random_matrix(shape.n, shape.p, rng)
               : random_matrix(shape.p, shape.n, rng);
    a_ = left ? view(A_).transposed() : view(A_);
    b_ = right ? view(B_).transposed() : view(B_);
    C_.set_size(shape.m, shape.n);
    repeats_ = static_cast<int>(std::max(1.0, 8e8 / shape.operations()));
  }

  double own() {
    return time([&] {
      multiply_views(a_, b_, target(), Into::overwrite, machine_blocks(),
                     workspace_of_thread());
    });
  }
  double on(WorkStealingPool& pool) {
    return time([&] { multiply_on(pool, a_, b_, target()); });
  }
  double recursive(WorkStealingPool& pool) {
    return time(
        [&] { multiply_recursive(pool, a_, b_, target(), Into::overwrite); });
  }
  double openblas() {
    return time([&] {
      if (shape_.read == Read::left_transposed) {
        C_ = A_.t() * B_;
      } else if (shape_.read == Read::right_transposed) {
        C_ = A_ * B_.t();
      } else {
        C_ = A_ * B_;
      }
    });
  }
  const Shape& shape() const { return shape_; }

 private:
  // Seconds of one.
  template <typename F>
  double time(F&& f) const {
    const double seconds = seconds_of([&] {
      for (int i = 0; i < repeats_; ++i) f();
    });
    return seconds / repeats_;
  }
  Target target() { return {C_.memptr(), C_.n_rows}; }

  Shape shape_;
  Matrix A_, B_, C_;
  View a_{}, b_{};
  int repeats_ = 1;
};

double median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

constexpr int kPairs = 21;

void report(benchmark::State& state, const std::vector<double>& ratios,
            double must, double aim) {
  state.counters["is"] = median(ratios);
  state.counters["must"] = must;
  state.counters["aim"] = aim;
}

void against_openblas(benchmark::State& state, const Shape& shape, double must,
                      double aim) {
  Work work(shape);
  std::vector<double> ratios;
  std::vector<double> times;
  for (auto _ : state) {
    const double library = work.openblas();
    times.push_back(work.own());
    ratios.push_back(library / times.back());
  }
  report(state, ratios, must, aim);
  state.counters["gflops"] = shape.operations() / median(times) / 1e9;
}

void of_peak(benchmark::State& state, const Shape& shape) {
  Work work(shape);
  std::vector<double> ratios;
  for (auto _ : state) {
    const double peak = measure_peak_gflops(0.005);
    ratios.push_back(shape.operations() / work.own() / 1e9 / peak);
  }
  report(state, ratios, 0.85, 0.92);
}

// What two pinned threads reach together, over one: each has its own factors.
double ceiling_now(const Shape& shape) {
  std::vector<Work> works(2, Work(shape));
  const auto prepare = [&](std::size_t i) {
    works[i] = Work(shape);
    works[i].own();
  };
  const auto run = [&](std::size_t i) { works[i].own(); };
  const double one = time_pinned_threads(1, prepare, run);
  const double two = time_pinned_threads(2, prepare, run);
  return 2 * one / two;
}

void two_cores(benchmark::State& state, const Shape& shape, bool divided) {
  WorkStealingPool pool(2);
  pin_workers(pool);
  Work work(shape);
  std::vector<double> ratios, ceilings;
  for (auto _ : state) {
    ceilings.push_back(ceiling_now(shape));
    pool.submit([&] {
          const double one = work.own();
          const double two = divided ? work.recursive(pool) : work.on(pool);
          ratios.push_back(one / two);
        })
        .get();
  }
  report(state, ratios, 1.7, 1.9);
  state.counters["ceiling"] = median(ceilings);
}

void add_rows() {
  const auto add = [](const std::string& name, auto function, auto... rest) {
    benchmark::RegisterBenchmark(name.c_str(), function, rest...)
        ->Iterations(kPairs)
        ->Unit(benchmark::kMillisecond);
  };
  for (const std::size_t n : {512u, 1000u, 1024u, 2048u}) {
    const Shape square{n, n, n};
    add("against_openblas/" + square.name(), against_openblas, square, 0.9,
        1.0);
  }
  for (const std::size_t n : {32u, 64u, 128u}) {
    const Shape forward{128, 784, n};
    const Shape backward{128, n, 784, Read::right_transposed};
    add("of_peak/" + forward.name(), of_peak, forward);
    add("against_openblas/" + forward.name(), against_openblas, forward, 1.0,
        1.0);
    add("against_openblas/" + backward.name(), against_openblas, backward, 1.0,
        1.0);
  }
  for (const Shape& shape :
       {Shape{128, 784, 64}, Shape{128, 784, 128}, Shape{1024, 1024, 1024}}) {
    add("two_cores/" + shape.name(), two_cores, shape, false);
    add("two_cores/divided/" + shape.name(), two_cores, shape, true);
  }
}

}  // namespace

int main(int argc, char** argv) {
  nn::use_one_blas_thread();
  std::cerr << "BLAS: " << nn::blas_description()
            << "\nPeak of one core: " << nn::measure_peak_gflops()
            << " GFLOP/s\n";
  benchmark::Initialize(&argc, argv);
  add_rows();
  benchmark::RunSpecifiedBenchmarks();
}
