#pragma once

#include <cstddef>
#include <cstdint>

#include "common/dataset.hpp"

namespace nn {

/// The built-in digits, for where MNIST is not at hand: images of 28 x 28 in
/// random order, about as many of each digit, as hard for the network of
/// this book as the real ones. Column k is `draw_digit(seed, k)`, its bytes
/// divided by 255, so a smaller `count` gives the first of a larger one.
/// @param count how many; 0 is allowed
/// @param seed another seed, other digits: one to train on, one to test on
/// @param threads how many draw at once; 0 is one a core. The digits are the
/// same for any number.
Dataset synthetic_digits(std::size_t count, std::uint64_t seed,
                         std::size_t threads = 0);

}  // namespace nn
