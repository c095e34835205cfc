#include "common/files/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>

#include "common/error.hpp"
#include "common/files/input_file.hpp"
#include "common/files/json.hpp"
#include "common/terminal/text.hpp"

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

// ---- Reading ---------------------------------------------------------------

namespace {

[[noreturn]] void refuse_trace(const std::string& file,
                               const std::string& why) {
  throw InputError(fmt::format(
      "{}: not a trace: {}; ./chapter05 --trace FILE writes one", file, why));
}

std::string text_of(InputFile& file) {
  std::string text;
  std::array<std::uint8_t, 65536> bytes;
  while (const std::size_t count = file.read(bytes)) {
    text.append(bytes.begin(),
                bytes.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return text;
}

Json parsed(const std::string& name, const std::string& text) {
  json_error_t error;
  Json root(json_loadb(text.data(), text.size(), 0, &error));
  if (root == nullptr) {
    refuse_trace(name,
                 fmt::format("line {}: {}", error.line, printable(error.text)));
  }
  return root;
}

// A whole number from 0 on, small enough to count with.
std::size_t number(const std::string& file, const json_t* event,
                   const char* key) {
  constexpr json_int_t kMost = json_int_t{1} << 52;
  const json_t* const value = json_object_get(event, key);
  if (!json_is_integer(value) || json_integer_value(value) < 0 ||
      json_integer_value(value) > kMost) {
    refuse_trace(file, fmt::format("a task's \"{}\" is no whole number", key));
  }
  return static_cast<std::size_t>(json_integer_value(value));
}

bool is(const json_t* event, const char* key, const char* text) {
  const char* const value = json_string_value(json_object_get(event, key));
  return value != nullptr && std::string(text) == value;
}

TaskSpan span_of(const std::string& file, const json_t* event) {
  TaskSpan span;
  const char* const name = json_string_value(json_object_get(event, "name"));
  const std::string words = name == nullptr ? "" : name;
  if (words.starts_with("model ")) {
    span.task = std::strtoull(words.c_str() + 6, nullptr, 10);
  }
  span.worker = number(file, event, "tid");
  const std::size_t start = number(file, event, "ts");
  span.start = 1e-6 * static_cast<double>(start);
  span.end = 1e-6 * static_cast<double>(start + number(file, event, "dur"));
  return span;
}

void read_event(const std::string& file, const json_t* event,
                std::map<std::size_t, TraceGroup>& groups) {
  if (is(event, "ph", "X")) {
    TraceGroup& group = groups[number(file, event, "pid")];
    group.spans.push_back(span_of(file, event));
    group.workers = std::max(group.workers, group.spans.back().worker + 1);
  } else if (is(event, "name", "process_name")) {
    const json_t* const args = json_object_get(event, "args");
    const char* const name = json_string_value(json_object_get(args, "name"));
    groups[number(file, event, "pid")].name = name == nullptr ? "" : name;
  }
}

}  // namespace

std::vector<TraceGroup> read_trace(const std::filesystem::path& file) {
  InputFile input(file);
  const std::string name = printable(input.name());
  const Json root = parsed(name, text_of(input));
  const json_t* const events = json_object_get(root.get(), "traceEvents");
  if (!json_is_array(events))
    refuse_trace(name, "there is no list \"traceEvents\"");
  std::map<std::size_t, TraceGroup> groups;
  for (std::size_t i = 0; i < json_array_size(events); ++i) {
    read_event(name, json_array_get(events, i), groups);
  }
  std::vector<TraceGroup> result;
  for (auto& [_, group] : groups) {
    if (!group.spans.empty()) result.push_back(std::move(group));
  }
  if (result.empty()) refuse_trace(name, "there is no task in it");
  return result;
}

}  // namespace nn
