/// @file
/// What the stepper of the lesson shows, as the explorer finds it.
#pragma once

#include <string>
#include <vector>

#include "stepper/program.hpp"
#include "stepper/source.hpp"

namespace nn::model {

/// The file that the site reads.
inline constexpr const char* kStepperFile = "docs/interactive/deque.json";

/// All programs that the reader may step through.
std::vector<SteppedProgram> stepped_programs();

/// Every state of the program, with one weakening or none.
StateGraph states_of(const SteppedProgram& program, const DequeSource& source,
                     const Weakening& weakening = {});

/// The file's content, from the sources below the working folder.
std::string stepper_json();

}  // namespace nn::model
