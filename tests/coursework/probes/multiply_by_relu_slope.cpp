#include <fmt/format.h>

#include "02_propagation/activation.hpp"
#include "coursework/probes/probe.hpp"

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  using namespace nn::probe;
  const std::size_t units = 4 + rng.below(6);
  const nn::Matrix Z = random_matrix(units, 5, rng);
  const nn::Matrix A = arma::clamp(Z, 0.0f, 1.0f);
  nn::Matrix delta = random_matrix(units, 5, rng);
  nn::multiply_by_relu_slope(A, delta);
  report.exact(fmt::format("delta of {} units and 5 images", units),
               values_of(delta));

  const nn::Matrix small = {{0, 1e-30f}, {2, 0}};
  delta = {{3, 4}, {-5, -6}};
  nn::multiply_by_relu_slope(small, delta);
  report.exact("A of 0, 2, 1e-30 and 0: delta, which was 3, -5, 4 and -6",
               values_of(delta));
  if (!thorough) return;

  delta = random_matrix(2, 2, rng);
  nn::multiply_by_relu_slope(nn::Matrix(2, 2, arma::fill::zeros), delta);
  report.exact("every unit is off: delta", values_of(delta));
  delta.set_size(3, 0);
  nn::multiply_by_relu_slope(nn::Matrix(3, 0), delta);
  report.exact("no images: the shape of delta", size_of(delta));
  nn::Mat<double> in_double = {{1.5, -2.5}};
  nn::multiply_by_relu_slope<double>({1e-300, 0}, in_double);
  report.exact("in double, A of 1e-300 and 0: delta, which was 1.5 and -2.5",
               values_of(in_double));
}
