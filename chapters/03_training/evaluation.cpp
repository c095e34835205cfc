#include "03_training/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "01_matrix/operations.hpp"

namespace nn {

namespace {

void require_label_a_column(const Matrix& P, std::size_t labels) {
  if (P.n_cols == labels && labels > 0) return;
  throw std::invalid_argument(
      fmt::format("evaluation: {} with {} labels", shape_of(P), labels));
}

}  // namespace

// [PREDICT]
Matrix predict(const Engine& engine, const Network& network,
               const Matrix& images) {
  constexpr arma::uword kChunk = 1000;
  Matrix P(network.classes(), images.n_cols);
  Matrix X;
  Pass pass;
  for (arma::uword first = 0; first < images.n_cols; first += kChunk) {
    const arma::uword last = std::min(first + kChunk, images.n_cols) - 1;
    X = images.cols(first, last);
    forward(engine, network, X, pass);
    P.cols(first, last) = pass.P;
  }
  return P;
}
// [/PREDICT]

// [ACCURACY]
double accuracy(const Matrix& P, std::span<const std::uint8_t> labels) {
  require_label_a_column(P, labels.size());
  const std::vector<std::uint8_t> guesses = column_argmax(P);
  std::size_t right = 0;
  for (std::size_t j = 0; j < labels.size(); ++j) {
    right += guesses[j] == labels[j] ? 1u : 0u;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}
// [/ACCURACY]

// [CONFUSION]
arma::umat confusion_matrix(const Matrix& P,
                            std::span<const std::uint8_t> labels) {
  require_label_a_column(P, labels.size());
  // BEGIN SOLUTION confusion_matrix
  const std::vector<std::uint8_t> guesses = column_argmax(P);
  arma::umat C(P.n_rows, P.n_rows);
  for (std::size_t j = 0; j < labels.size(); ++j) ++C(labels[j], guesses[j]);
  return C;
  // END SOLUTION
}
// [/CONFUSION]

// [MISREADS]
std::vector<Misread> worst_misreads(const Matrix& P,
                                    std::span<const std::uint8_t> labels,
                                    std::size_t count) {
  require_label_a_column(P, labels.size());
  const std::vector<std::uint8_t> guesses = column_argmax(P);
  std::vector<Misread> misreads;
  for (std::size_t j = 0; j < labels.size(); ++j) {
    if (guesses[j] == labels[j]) continue;
    misreads.push_back({j, labels[j], guesses[j], P(guesses[j], j)});
  }
  std::stable_sort(misreads.begin(), misreads.end(),
                   [](const Misread& a, const Misread& b) {
                     return a.confidence > b.confidence;
                   });
  misreads.resize(std::min(count, misreads.size()));
  return misreads;
}
// [/MISREADS]

}  // namespace nn
