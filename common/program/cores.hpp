/// @file
/// Which cores there are, and a thread on one of them.
#pragma once

#include <cstddef>
#include <vector>

namespace nn {

/// The numbers of the cores that this process may use, ascending. Empty where
/// the system does not say.
std::vector<std::size_t> allowed_cores();

/// Pins the calling thread to the i-th of these cores, counted round and round,
/// so that the system cannot move it. Where it cannot be done, nothing happens.
void pin_this_thread(std::size_t i);

}  // namespace nn
