#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "02_propagation/propagation.hpp"

namespace nn {

/// The result of a gradient check.
struct GradientCheck {
  std::size_t parameters = 0;  ///< how many derivatives were compared
  double largest_error = 0;    ///< the largest relative error among them
};

/// Called with how many derivatives have been compared.
using DerivativeHook = std::function<void(std::size_t)>;

/// Compares every derivative that `backward` computes with the slope that one
/// sees by nudging that weight: (loss(w + h) - loss(w - h)) / 2h, in `double`.
///
/// The error of a derivative g against its slope s is |g - s| relative to
/// max(|g|, |s|), or to a hundredth of the largest derivative where both are
/// smaller than that: below, rounding is all that a slope shows.
/// @param network is nudged and put back
/// @param X (inputs x B), a small batch: each weight costs two passes
/// @param labels B labels
/// @param on_derivative called after each with the number of those checked
/// Source: central differences as in LeVeque, Finite Difference Methods, 1.1.
GradientCheck check_gradient(const BasicEngine<double>& engine,
                             BasicNetwork<double>& network,
                             const Mat<double>& X,
                             std::span<const std::uint8_t> labels,
                             const DerivativeHook& on_derivative = {});

}  // namespace nn
