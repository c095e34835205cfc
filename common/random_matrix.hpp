#pragma once

#include <cstddef>

#include "common/matrix.hpp"
#include "common/rng.hpp"

namespace nn {

/// A matrix (rows x columns) of standard normal numbers, drawn column by
/// column.
inline Matrix random_matrix(std::size_t rows, std::size_t columns, Rng& rng) {
  Matrix A(rows, columns);
  for (float& a : A) a = static_cast<float>(rng.normal());
  return A;
}

}  // namespace nn
