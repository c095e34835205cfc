#include "03_training/standardisation.hpp"

#include <algorithm>
#include <cmath>

namespace nn {

// [STANDARDISE]
void Standardisation::apply(Matrix& X) const {
  for (float& x : X) x = (x - mean) / deviation;
}

void Standardisation::undo(Matrix& X) const {
  for (float& x : X) x = x * deviation + mean;
}

Standardisation standardisation_of(const Matrix& images) {
  const auto count = static_cast<double>(images.n_elem);
  double sum = 0;
  for (const float x : images) sum += x;
  const double mean = sum / count;
  double squares = 0;
  for (const float x : images) squares += (x - mean) * (x - mean);
  return {static_cast<float>(mean),
          static_cast<float>(std::sqrt(squares / count))};
}
// [/STANDARDISE]

// [INK]
bool ink_is_dark(const Matrix& images) {
  const arma::uword some = std::min<arma::uword>(1000, images.n_cols);
  return standardisation_of(images.head_cols(some)).mean > 0.5f;
}

void invert(Matrix& X) {
  for (float& x : X) x = 1 - x;
}
// [/INK]

}  // namespace nn
