#pragma once

#include <iosfwd>

#include "04_work_balancing/program/report.hpp"
#include "common/dataset.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// Draws the test image that most_disputed() chooses, the votes of the models
/// from different starts beside it, and below it what each way to combine the
/// models says.
///
///     Test image 4,823 shows a 5.
///
///           ▄████▀      votes of 60 models
///          ██▀
///         ▀███▄         3  21  ███████
///            ▀██        5  28  █████████
///         ▄▄██▀         8  11  ████
///
/// @param test the images on which `results` were found
void print_votes(std::ostream& out, const Terminal& terminal,
                 const Dataset& test, const AllCombinations& results);

}  // namespace nn
