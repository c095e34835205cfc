#pragma once

#include <cstring>

#include "common/matrix.hpp"

namespace nn {

/// Returns true if both have one shape and the same bytes: NaN equals NaN, and
/// 0 does not equal -0.
inline bool same_bits(const Matrix& A, const Matrix& B) {
  if (A.n_rows != B.n_rows || A.n_cols != B.n_cols) return false;
  return A.is_empty() ||
         std::memcmp(A.memptr(), B.memptr(), A.n_elem * sizeof(float)) == 0;
}

}  // namespace nn
