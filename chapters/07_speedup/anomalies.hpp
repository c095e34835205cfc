/// @file
/// Small instances that show what list scheduling can do wrong.
#pragma once

#include <vector>

#include "07_speedup/list_scheduling.hpp"

namespace nn {

// [GRAHAM]
/// Nine jobs that three processors finish earlier than four. The ninth waits
/// for the first, and the fifth to eighth wait for the fourth.
/// Source: Graham, "Bounds on multiprocessing timing anomalies" (1969).
inline std::vector<Job> grahams_jobs() {
  return {{3}, {2}, {2}, {2}, {4, {3}}, {4, {3}}, {4, {3}}, {4, {3}}, {9, {0}}};
}
// [/GRAHAM]

}  // namespace nn
