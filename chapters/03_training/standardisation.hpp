#pragma once

#include "common/matrix.hpp"

namespace nn {

/// Moves and stretches pixels so that their mean is 0 and their deviation 1.
/// The two numbers are those of the training images: a network must read
/// every other image on the same scale. As it stands here, it changes nothing.
/// Source: LeCun, Bottou, Orr, Mueller, "Efficient BackProp" (1998), 4.3.
struct Standardisation {
  float mean = 0;       ///< is subtracted from every pixel
  float deviation = 1;  ///< then divides it; above 0

  /// X = (X - mean) / deviation.
  /// @param X (pixels x N)
  void apply(Matrix& X) const;

  /// X = X * deviation + mean: pixels as they were.
  /// @param X (pixels x N)
  void undo(Matrix& X) const;

  bool operator==(const Standardisation&) const = default;
};

/// Measures the mean and the standard deviation of all pixels together.
/// @param images (pixels x N), not empty
/// @returns them; a deviation of 0 if all pixels are equal
Standardisation standardisation_of(const Matrix& images);

/// Dark ink on bright paper, or the other way round, as MNIST has it? Paper
/// covers more than half of any image of a digit.
/// @param images (pixels x N) in [0, 1], not empty
/// @returns true if the mean pixel of up to 1,000 images is above one half
bool ink_is_dark(const Matrix& images);

/// X = 1 - X: dark ink on bright paper becomes bright ink on dark paper, and
/// the other way round.
/// @param X (pixels x N) in [0, 1]
void invert(Matrix& X);

}  // namespace nn
