#include "coursework/probes/probe.hpp"

namespace nn::probe {

Matrix random_matrix(std::size_t rows, std::size_t columns, Rng& rng) {
  Matrix A(rows, columns);
  for (float& x : A) x = static_cast<float>(rng.uniform(-1, 1));
  return A;
}

std::vector<std::uint8_t> random_labels(std::size_t count, std::size_t classes,
                                        Rng& rng) {
  std::vector<std::uint8_t> labels(count);
  for (auto& label : labels) {
    label = static_cast<std::uint8_t>(rng.below(classes));
  }
  return labels;
}

}  // namespace nn::probe
