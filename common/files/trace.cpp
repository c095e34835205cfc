#include "common/files/trace.hpp"

#include <fmt/format.h>

#include <cmath>

#include "common/files/json.hpp"

namespace nn {

namespace {

// Names a process ("process_name") or a thread ("thread_name").
json_t* name_event(const char* kind, std::size_t process, std::size_t thread,
                   const std::string& name) {
  return json_pack("{s:s, s:s, s:I, s:I, s:{s:s}}", "ph", "M", "name", kind,
                   "pid", json_int_t(process), "tid", json_int_t(thread),
                   "args", "name", name.c_str());
}

// Times are whole microseconds.
json_t* task_event(std::size_t process, const TaskSpan& span) {
  const std::string name = fmt::format("model {}", span.task);
  const json_int_t start = std::llround(span.start * 1e6);
  const json_int_t length = std::llround((span.end - span.start) * 1e6);
  return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:{s:I}}", "ph", "X",
                   "cat", "training", "name", name.c_str(), "pid",
                   json_int_t(process), "tid", json_int_t(span.worker), "ts",
                   start, "dur", length, "args", "images",
                   json_int_t(span.images));
}

void add_group(const TraceGroup& group, std::size_t process, json_t* events) {
  const auto add = [&](json_t* event) { json_array_append_new(events, event); };
  add(name_event("process_name", process, 0, group.name));
  for (std::size_t worker = 0; worker < group.workers; ++worker) {
    add(name_event("thread_name", process, worker,
                   fmt::format("worker {}", worker)));
  }
  for (const TaskSpan& span : group.spans) add(task_event(process, span));
}

}  // namespace

std::string trace_json(const std::vector<TraceGroup>& groups) {
  json_t* events = json_array();
  const Json trace(
      json_pack("{s:s, s:o}", "displayTimeUnit", "ms", "traceEvents", events));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    add_group(groups[i], i + 1, events);
  }
  return json_text(trace) + '\n';
}

std::string trace_csv(const std::vector<TraceGroup>& groups) {
  std::string text = "group,task,worker,start,end\n";
  for (const TraceGroup& group : groups) {
    for (const TaskSpan& span : group.spans) {
      text += fmt::format("\"{}\",{},{},{:.6f},{:.6f}\n", group.name, span.task,
                          span.worker, span.start, span.end);
    }
  }
  return text;
}

}  // namespace nn
