#include "01_matrix/operations.hpp"
#include "coursework/probes/probe.hpp"

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  using namespace nn::probe;
  std::vector<float> maxima;
  nn::column_maxima(random_matrix(4, 3, rng), maxima);
  report.exact("the column maxima of a 4 x 3 matrix", values_of(maxima));

  nn::Matrix A = random_matrix(1 + rng.below(9), 1 + rng.below(9), rng);
  A -= 2;
  nn::column_maxima(A, maxima);
  report.exact("a matrix in which every element is negative",
               values_of(maxima));
  if (!thorough) return;

  nn::column_maxima(random_matrix(1, 5, rng), maxima);
  report.exact("a single row", values_of(maxima));
  nn::column_maxima(nn::Matrix(3, 0), maxima);
  report.exact("how many maxima a matrix without columns has",
               static_cast<double>(maxima.size()));
}
