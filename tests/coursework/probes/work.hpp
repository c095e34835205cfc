/// @file
/// What is run on real threads, under a stopwatch or a sanitizer: it is made
/// ready first, and begins at a signal of the judge, who also has the clock.
#pragma once

#include <cstddef>
#include <functional>

#include "common/rng.hpp"
#include "coursework/probes/report.hpp"

namespace nn::probe {

/// Runs once and reports what came out. The report is short: the clock stops
/// only when the judge has it.
using Work = std::function<void(Report&)>;

}  // namespace nn::probe

/// What each file in threads/ and speed/ defines: makes ready what the answer
/// is to work on. `threads` is how many threads it may use.
nn::probe::Work make_ready(nn::Rng& rng, std::size_t threads);
