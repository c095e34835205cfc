/// @file
/// What other tiles and blocks would do.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "common/rng.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// Measures tiles of many shapes and prints their share of the peak.
/// @param peak of one core, in GFLOP/s
/// @param csv gains a row for each
void sweep_tiles(std::ostream& out, const Terminal& terminal, double peak,
                 std::string& csv);

/// Measures a product of 1024 x 1024 x 1024 with blocks of many sizes.
/// @param csv gains a row for each
void sweep_blocks(std::ostream& out, const Terminal& terminal, double peak,
                  Rng& rng, std::string& csv);

}  // namespace nn
