#pragma once

#include <string>
#include <vector>

#include "04_work_balancing/timeline.hpp"

namespace nn {

/// What one executor did, for a trace.
struct TraceGroup {
  /// What the viewer calls it: "work balancing".
  std::string name;
  /// One event each, in any order.
  std::vector<TaskSpan> spans;
  /// How many workers there were.
  std::size_t workers = 0;
};

/// The groups as Chrome trace events, one process a group and one thread a
/// worker. Open the file in Perfetto (https://ui.perfetto.dev) or in
/// chrome://tracing.
/// Source: "Trace Event Format", Google (2016), complete events ("X") and
/// metadata events ("M").
std::string trace_json(const std::vector<TraceGroup>& groups);

}  // namespace nn
