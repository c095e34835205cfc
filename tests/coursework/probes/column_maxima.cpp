#include <fmt/format.h>

#include "01_matrix/operations.hpp"
#include "coursework/probes/probe.hpp"

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  using namespace nn::probe;
  std::vector<float> maxima;
  nn::column_maxima(random_matrix(4, 3, rng), maxima);
  report.exact("the column maxima of a 4 x 3 matrix", values_of(maxima));

  const std::size_t rows = 2 + rng.below(7);
  const std::size_t columns = 4 + rng.below(6);
  nn::Matrix A = random_matrix(rows, columns, rng);
  A -= 2;
  nn::column_maxima(A, maxima);
  report.exact(fmt::format("a second call, with a {} x {} matrix in which "
                           "every element is negative",
                           rows, columns),
               values_of(maxima));
  if (!thorough) return;

  nn::column_maxima(random_matrix(1, 5, rng), maxima);
  report.exact("a single row", values_of(maxima));
  nn::column_maxima(nn::Matrix(3, 0), maxima);
  report.exact("how many maxima a matrix without columns has",
               static_cast<double>(maxima.size()));
  std::vector<double> in_double;
  nn::column_maxima<double>({{1e300, -1e300}, {2, -3e300}}, in_double);
  report.exact("numbers that only a double holds", values_of(in_double));
}
