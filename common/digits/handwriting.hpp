#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nn {

/// Height and width of a drawn digit in pixels, as in MNIST.
inline constexpr std::size_t kDigitSize = 28;

/// One handwritten digit.
struct Digit {
  std::uint8_t label = 0;  ///< what it shows, 0 to 9
  /// From 0 (paper) to 255 (ink), row after row.
  std::array<std::uint8_t, kDigitSize * kDigitSize> pixels{};
};

/// Draws digit k of the endless sheet that belongs to a seed.
///
/// A style is chosen for a random label and written by an unsteady hand: its
/// points jittered, the sheet bent, stretched and slanted, the pen thick or
/// thin. Then it is normalised as MNIST was: fitted into 20 x 20 pixels, its
/// proportions kept, and placed with its centre of mass in the middle of
/// 28 x 28.
///
/// A pure function of (seed, k). It uses only the operations that IEEE 754
/// fixes to the last bit (+ - * / sqrt), so the bytes are the same with every
/// compiler and on every machine.
///
/// Source of the normalisation: LeCun, Cortes and Burges, "The MNIST database
/// of handwritten digits".
Digit draw_digit(std::uint64_t seed, std::uint64_t k);

}  // namespace nn
