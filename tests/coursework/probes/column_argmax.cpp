#include <fmt/format.h>

#include "01_matrix/operations.hpp"
#include "coursework/probes/probe.hpp"

using namespace nn::probe;

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t rows = 3 + rng.below(7);
  nn::Matrix A = random_matrix(rows, 8, rng);
  report.exact(
      fmt::format("the row of the largest element, {} x 8 matrix", rows),
      values_of(nn::column_argmax(A)));

  A -= 2;
  report.exact("a matrix in which every element is negative",
               values_of(nn::column_argmax(A)));

  const nn::Matrix ties = {{1, 5, 2}, {3, 5, 2}, {3, 4, 2}};
  report.exact("columns in which the largest element stands twice or more",
               values_of(nn::column_argmax(ties)));
  if (!thorough) return;

  nn::Matrix large(256, 2, arma::fill::zeros);
  large(255, 0) = 1;
  large(128, 1) = 1;
  report.exact("256 rows, the largest in row 255 and in row 128",
               values_of(nn::column_argmax(large)));
  report.exact("a single row",
               values_of(nn::column_argmax(random_matrix(1, 3, rng))));
  report.exact("how many labels a matrix without columns has",
               static_cast<double>(nn::column_argmax(nn::Matrix(3, 0)).size()));
  const nn::Mat<double> D = nn::Vec<double>{1, 1 + 1e-12};
  report.exact("numbers that only a double tells apart",
               values_of(nn::column_argmax(D)));
}
