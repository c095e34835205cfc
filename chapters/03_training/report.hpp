#pragma once

#include <ostream>

#include "03_training/evaluation.hpp"
#include "common/terminal.hpp"

namespace nn {

/// Prints which digits are taken for which: one row for each digit shown, one
/// column for each answer.
/// @param P (10 x N) probabilities
/// @param labels N labels
void print_confusion(std::ostream& out, const Terminal& terminal,
                     const Matrix& P, std::span<const std::uint8_t> labels);

/// Draws the mistakes of which the network is surest.
/// @param P (10 x N) probabilities of the N images of `test`
/// @param count how many at most
void draw_mistakes(std::ostream& out, const Terminal& terminal,
                   const Dataset& test, const Matrix& P, std::size_t count);

/// Prints the probability of each digit as a bar.
/// @param P (10 x 1)
void print_probabilities(std::ostream& out, const Matrix& P);

}  // namespace nn
