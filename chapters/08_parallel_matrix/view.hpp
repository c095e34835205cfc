/// @file
/// A matrix as a product reads it: somebody else's floats, and two distances.
#pragma once

#include <cstddef>

#include "common/matrix.hpp"

namespace nn {

// [VIEW]
/// Part of a matrix, or its transpose, or both: nothing is copied for it.
struct View {
  const float* data;        ///< element (0, 0)
  std::size_t rows;         ///< how many
  std::size_t columns;      ///< how many
  std::size_t row_step;     ///< from element (i, j) to (i + 1, j), in floats
  std::size_t column_step;  ///< from element (i, j) to (i, j + 1), in floats

  /// The address of element (i, j).
  const float* at(std::size_t i, std::size_t j) const {
    return data + i * row_step + j * column_step;
  }
  /// The part of `height` x `width` whose first element is (i, j).
  View part(std::size_t i, std::size_t j, std::size_t height,
            std::size_t width) const {
    return {at(i, j), height, width, row_step, column_step};
  }
  /// The same floats, with rows for columns.
  View transposed() const {
    return {data, columns, rows, column_step, row_step};
  }
};

// [/VIEW]

/// All of A.
inline View view(const Matrix& A) {
  return {A.memptr(), A.n_rows, A.n_cols, 1, A.n_rows};
}

// [TARGET]
/// Part of a matrix that is written, column after column.
struct Target {
  float* data;              ///< element (0, 0)
  std::size_t column_step;  ///< from one column to the next, in floats

  /// The address of element (i, j).
  float* at(std::size_t i, std::size_t j) const {
    return data + i + j * column_step;
  }
};
// [/TARGET]

}  // namespace nn
