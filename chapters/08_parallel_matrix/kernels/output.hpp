/// @file
/// From scores to what each of them is to change by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "08_parallel_matrix/lanes.hpp"

namespace nn {

/// `count` rounded up to a multiple of `step`.
inline std::size_t rounded_up(std::size_t count, std::size_t step) {
  return (count + step - 1) / step * step;
}

/// e^x in every lane, for x from -87 to 0; below, e^-87. The error is at most
/// 2 units in the last place.
/// Source: Moshier, Cephes Mathematical Library, expf.c.
Vector<> exponential(Vector<> x);

/// Softmax and cross-entropy of a batch, in place.
/// @param scores (classes x stride), class by class: an image's scores stand
/// below each other, and lanes are images. Becomes step * (P - Y)
/// @param labels B labels below `classes`, B > 0
/// @param stride at least B, a multiple of kLanes; what is in the columns
///        beyond B does not matter
/// @returns the mean cross-entropy: infinite or NaN if a score is
double error_of(float* scores, std::span<const std::uint8_t> labels,
                std::size_t classes, std::size_t stride, float step);

}  // namespace nn
