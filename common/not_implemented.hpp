#pragma once

#include <stdexcept>
#include <string>

namespace nn {

/// Stands, in a student's tree, where an exercise waits for its solution.
/// @throws std::logic_error always
[[noreturn]] inline void not_implemented(const std::string& exercise) {
  throw std::logic_error("not implemented: " + exercise);
}

}  // namespace nn
