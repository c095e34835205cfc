#include <fmt/format.h>

#include "01_matrix/products.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

template <typename Real>
void report_product(std::string_view name, const nn::Mat<Real>& C,
                    Report& report) {
  report.exact(fmt::format("the shape of {}", name), size_of(C));
  report.close(fmt::format("{}, column by column", name), values_of(C));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t m = 2 + rng.below(6);
  const std::size_t n = 2 + rng.below(6);
  const std::size_t p = 2 + rng.below(6);
  nn::Matrix C;
  nn::multiply_right_transposed(random_matrix(m, p, rng),
                                random_matrix(n, p, rng), C);
  report_product(
      fmt::format("A * B' for A ({} x {}) and B ({} x {})", m, p, n, p), C,
      report);

  nn::multiply_right_transposed(random_matrix(m, p, rng),
                                random_matrix(n, p, rng), C);
  report_product("A * B' of a second call with the same C", C, report);

  nn::multiply_right_transposed(random_matrix(4, 4, rng),
                                random_matrix(4, 4, rng), C);
  report_product("A * B' for square A and B (4 x 4)", C, report);

  const nn::Mat<double> A = {{1, 2}, {3, 4}};
  const nn::Mat<double> B = {{5, 6}, {7, 8}};
  nn::Mat<double> D;
  nn::multiply_right_transposed(A, B, D);
  report_product("A * B' in double", D, report);
  if (!thorough) return;

  nn::multiply_right_transposed(nn::Matrix(3, 0), nn::Matrix(2, 0), C);
  report_product("A * B' for A (3 x 0) and B (2 x 0)", C, report);
  nn::multiply_right_transposed(random_matrix(3, 2, rng), nn::Matrix(0, 2), C);
  report_product("A * B' for A (3 x 2) and B (0 x 2)", C, report);
}
