#include <fmt/format.h>

#include "01_matrix/operations.hpp"
#include "coursework/probes/probe.hpp"

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  using namespace nn::probe;
  nn::Vec<float> sums;
  nn::row_sums(random_matrix(3, 4, rng), sums);
  report.close("the row sums of a 3 x 4 matrix", values_of(sums));

  nn::row_sums(random_matrix(3, 4, rng), sums);
  report.close("a second call, with the same vector for the result",
               values_of(sums));

  const std::size_t rows = 4 + rng.below(6);
  const std::size_t columns = 1 + rng.below(3);
  nn::row_sums(random_matrix(rows, columns, rng), sums);
  report.close(
      fmt::format("a third call, with a {} x {} matrix", rows, columns),
      values_of(sums));
  if (!thorough) return;

  nn::row_sums(random_matrix(1, 5, rng), sums);
  report.close("a single row", values_of(sums));
  nn::row_sums(nn::Matrix(4, 0), sums);
  report.exact("a matrix of 4 rows and no columns", values_of(sums));
  nn::Vec<double> in_double;
  nn::row_sums<double>({{1, 2}, {3, 4}}, in_double);
  report.close("the same in double", values_of(in_double));
}
