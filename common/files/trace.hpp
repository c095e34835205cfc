#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/terminal/timeline.hpp"

namespace nn {

/// The tasks that one executor ran, for a trace.
struct TraceGroup {
  /// The name that the viewer shows: "work balancing".
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

/// The same as CSV, after the line `group,task,worker,start,end`: a line a
/// task, its times in seconds.
std::string trace_csv(const std::vector<TraceGroup>& groups);

/// Reads what trace_json() wrote: the groups in the order of their numbers,
/// and the spans of each in the order of the file. Other events are ignored.
/// @throws InputError if the file cannot be read, or is no such trace; the
/// message is one line
std::vector<TraceGroup> read_trace(const std::filesystem::path& file);

}  // namespace nn
