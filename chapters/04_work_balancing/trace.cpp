#include "04_work_balancing/trace.hpp"

#include <cmath>
#include <cstdint>

namespace nn {

namespace {

// Our names hold no control characters; these two are all that is left.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

// Times are whole microseconds.
std::string microseconds(double seconds) {
  return std::to_string(std::llround(seconds * 1e6));
}

// Names a process ("process_name") or a thread ("thread_name").
std::string name_event(const std::string& kind, std::size_t process,
                       std::size_t thread, const std::string& name) {
  return "{\"ph\":\"M\",\"name\":" + quoted(kind) +
         ",\"pid\":" + std::to_string(process) +
         ",\"tid\":" + std::to_string(thread) +
         ",\"args\":{\"name\":" + quoted(name) + "}}";
}

std::string task_event(std::size_t process, const TaskSpan& span) {
  return "{\"ph\":\"X\",\"cat\":\"training\",\"name\":" +
         quoted("model " + std::to_string(span.task)) +
         ",\"pid\":" + std::to_string(process) +
         ",\"tid\":" + std::to_string(span.worker) +
         ",\"ts\":" + microseconds(span.start) +
         ",\"dur\":" + microseconds(span.end - span.start) + "}";
}

void add_group(const TraceGroup& group, std::size_t process,
               std::vector<std::string>& events) {
  events.push_back(name_event("process_name", process, 0, group.name));
  for (std::size_t worker = 0; worker < group.workers; ++worker) {
    events.push_back(name_event("thread_name", process, worker,
                                "worker " + std::to_string(worker)));
  }
  for (const TaskSpan& span : group.spans) {
    events.push_back(task_event(process, span));
  }
}

}  // namespace

std::string trace_json(const std::vector<TraceGroup>& groups) {
  std::vector<std::string> events;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    add_group(groups[i], i + 1, events);
  }
  std::string text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
  for (std::size_t i = 0; i < events.size(); ++i) {
    text += events[i] + (i + 1 < events.size() ? ",\n" : "\n");
  }
  return text + "]}\n";
}

}  // namespace nn
