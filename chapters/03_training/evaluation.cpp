#include "03_training/evaluation.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "01_matrix/operations.hpp"

namespace nn {

namespace {

void require_label_a_column(const Matrix& P, std::size_t labels) {
  if (P.n_cols == labels && labels > 0) return;
  throw std::invalid_argument("evaluation: " + shape_of(P) + " with " +
                              std::to_string(labels) + " labels");
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
  const std::vector<std::uint8_t> guesses = column_argmax(P);
  arma::umat C(P.n_rows, P.n_rows);
  for (std::size_t j = 0; j < labels.size(); ++j) ++C(labels[j], guesses[j]);
  return C;
}
// [/CONFUSION]

// [MISTAKES]
std::vector<Mistake> worst_mistakes(const Matrix& P,
                                    std::span<const std::uint8_t> labels,
                                    std::size_t count) {
  require_label_a_column(P, labels.size());
  const std::vector<std::uint8_t> guesses = column_argmax(P);
  std::vector<Mistake> mistakes;
  for (std::size_t j = 0; j < labels.size(); ++j) {
    if (guesses[j] == labels[j]) continue;
    mistakes.push_back({j, labels[j], guesses[j], P(guesses[j], j)});
  }
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const Mistake& a, const Mistake& b) {
                     return a.confidence > b.confidence;
                   });
  mistakes.resize(std::min(count, mistakes.size()));
  return mistakes;
}
// [/MISTAKES]

}  // namespace nn
