#pragma once

#include <ostream>

#include "03_training/evaluation.hpp"
#include "03_training/program/run.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// Prints the confusion matrix: one row for each digit shown, one column for
/// each answer.
/// @param P (10 x N) probabilities
/// @param labels N labels
void print_confusion(std::ostream& out, const Terminal& terminal,
                     const Matrix& P, std::span<const std::uint8_t> labels);

/// Draws the misread images of which the network is surest.
/// @param P (10 x N) probabilities of the N images of `test`
/// @param count how many at most
void draw_misreads(std::ostream& out, const Terminal& terminal,
                   const Dataset& test, const Matrix& P, std::size_t count);

/// Diagnoses the run and prints the faults that it finds.
/// @throws std::runtime_error if the loss is no number, unless that is what
///         `--break` was to show
void report_trouble(Run& run);

/// Measures the network and prints its accuracy, its digest and, unless
/// `--quiet`, the confusion matrix and some misread images. The test images
/// are given back their own pixels to be drawn.
void report(Run& run);

}  // namespace nn
