#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "06_averaging/program/units.hpp"

namespace nn {

/// What made the average of all networks worse than one of them.
enum class Culprit {
  none,   ///< it is not worse, as far as so many test images can tell
  idea,   ///< the order of the units: in one order the same code averages well
  unsure  ///< a common order does not bring back half of what was lost
};

/// Judges by the first row, one network, and the last, all of them. A
/// difference counts only if it is above two standard errors, at the most that
/// these can be for two shares of so many images.
/// @param rows at least one
/// @param test_images on which the accuracies were measured, at least one
Culprit culprit_of(const std::vector<AverageRow>& rows,
                   std::size_t test_images);

/// The verdict on averaging once, and its two reasons: two lines.
/// @param rows, test_images as for culprit_of()
std::string verdict(const std::vector<AverageRow>& rows,
                    std::size_t test_images);

}  // namespace nn
