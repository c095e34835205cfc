#include "08_parallel_matrix/program/timing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/clock.hpp"
#include "common/random_matrix.hpp"

namespace nn {

std::string Size::name() const {
  return fmt::format("{} x {} x {}", m, p, n);
}

double Size::operations() const {
  return 2.0 * static_cast<double>(m) * static_cast<double>(p) *
         static_cast<double>(n);
}

Factors::Factors(const Size& size, Rng& rng)
    : A(random_matrix(size.m, size.p, rng)),
      B(random_matrix(size.p, size.n, rng)) {}

double measure_gflops(const Product& product, const Factors& factors,
                      double seconds) {
  const Size size{factors.A.n_rows, factors.A.n_cols, factors.B.n_cols};
  Matrix C;
  product(factors.A, factors.B, C);  // takes memory
  // Many small products at a time, or the clock would be measured.
  const auto repeats =
      static_cast<std::size_t>(std::max(1.0, 1e6 / size.operations()));
  double best = 0;
  std::size_t runs = 0;
  const Stopwatch watch;
  do {
    const double time = seconds_of([&] {
      for (std::size_t i = 0; i < repeats; ++i)
        product(factors.A, factors.B, C);
    });
    best = std::max(
        best, static_cast<double>(repeats) * size.operations() / time / 1e9);
  } while (++runs < 3 || watch.seconds() < seconds);
  return best;
}

}  // namespace nn
