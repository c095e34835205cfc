#include "stepper/stepper.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <stdexcept>

#include "common/files/json.hpp"

namespace nn::model {
namespace {

// ---- Names -----------------------------------------------------------------

// Locations in the order in which the deque makes them: its two ends, the
// slots of its ring, the pointer to the ring, the slots of the next ring.
enum class Kind { kTop, kBottom, kSlot, kBuffer };
struct Location {
  Kind kind;
  int ring = 0, slot = 0;  // the ring is named by its capacity
};

Location location_of(const SteppedProgram& program, int number) {
  const int capacity = static_cast<int>(std::bit_ceil(program.capacity));
  if (number == 0) return {Kind::kTop};
  if (number == 1) return {Kind::kBottom};
  if (number < 2 + capacity) return {Kind::kSlot, capacity, number - 2};
  if (number == 2 + capacity) return {Kind::kBuffer};
  return {Kind::kSlot, 2 * capacity, number - 3 - capacity};
}

// What a step reads or writes there.
std::string value_name(const SteppedRun& run, const Location& location,
                       Bits value) {
  using Buffer = CircularBuffer<LetteredTask, Atomics>;
  if (location.kind == Kind::kSlot) return run.letter_of(value);
  if (location.kind != Kind::kBuffer)
    return std::to_string(static_cast<std::int64_t>(value));
  const auto* const buffer = reinterpret_cast<const Buffer*>(value);
  return "ring of " + std::to_string(buffer->ring().capacity());
}

// ---- Lines -----------------------------------------------------------------

// Slots are read and written in the ring's own header. This finds the line of
// the deque from where: what push() reads, and writes next, grow() copies.
class Lines {
 public:
  Lines(const DequeSource& source, const SteppedProgram& program)
      : source_(source), program_(program) {}

  int of(const Step& step, Where where, const std::string& function) {
    const bool slot = location_of(program_, step.location).kind == Kind::kSlot;
    const bool copies =
        slot && function == "push" && (step.what == "load" || copying_);
    if (step.thread == 1) copying_ = copies && step.what == "load";
    if (!slot) return where.line;
    if (copies) return source_.line_with("GROW", "->grown(");
    if (function == "push") return source_.line_with("PUSH", "ring_.put(");
    if (function == "take") return source_.line_with("TAKE", "ring_.get(");
    return source_.line_with("STEAL", "ring().get(");
  }

 private:
  const DequeSource& source_;
  const SteppedProgram& program_;
  bool copying_ = false;  // the owner's last step read what it will copy
};

}  // namespace

// ---- States ----------------------------------------------------------------

StateGraph states_of(const SteppedProgram& program, const DequeSource& source,
                     const Weakening& weakening) {
  const SteppedRun* run = nullptr;
  Lines lines(source, program);
  const auto change = [&](Where where, Request& request) {
    weakening.apply(where, request);
  };
  const auto line = [&](const Step& step, Where where) {
    return lines.of(step, where, run->function_of(step.thread));
  };
  const auto value = [&](int location, Bits bits) {
    return value_name(*run, location_of(program, location), bits);
  };
  StateGraph graph(1 + program.thieves, {change, line, value});
  walk(
      [&] {
        SteppedRun one(program, graph);
        run = &one;
        one.run();
      },
      graph);
  if (!graph.fault().empty()) throw std::logic_error(graph.fault());
  return graph;
}

namespace {

// Names of mutations.txt. As in the lesson: O1 to O4, then T1 to T3; and the
// two swaps become stores.
std::vector<std::string> take_and_steal() {
  return {"take lowers bottom with a release store",
          "take reads top with an acquire load",
          "take's exchange is only acquire and release",
          "take puts bottom back with a relaxed store",
          "steal reads top with an acquire load",
          "steal reads bottom with an acquire load",
          "steal's exchange is only acquire and release",
          "the last task is taken without a compare-and-swap",
          "steal takes without a compare-and-swap"};
}

}  // namespace

std::vector<SteppedProgram> stepped_programs() {
  const std::vector<std::string> takes = take_and_steal();
  const std::vector<std::string> push = {
      "push publishes with a relaxed store",
      "steal reads bottom with an acquire load"};
  const std::vector<std::string> grow = {
      "push reads top with a relaxed load", "steal's exchange is relaxed",
      "the new ring is published with a relaxed store",
      "the ring is read with a relaxed load"};
  return {
      // name, title, capacity, before, owner, thieves, attempts, weakenings
      {"last", "One task: take against steal", 2, "p", "t", 1, 1, takes},
      {"two", "Two tasks: take against two steals", 4, "pp", "t", 1, 2, takes},
      {"thieves", "Two tasks: take against two thieves", 4, "pp", "t", 2, 1,
       takes},
      {"push", "No task yet: push against steal", 2, "", "p", 1, 1, push},
      {"full", "A full ring: push against steal", 1, "p", "p", 1, 1, grow},
  };
}

// ---- JSON ------------------------------------------------------------------

namespace {

// Consumes its argument, as all of Jansson's functions called "new" do.
void append(json_t* array, json_t* value) {
  json_array_append_new(array, value);
}
void set(json_t* object, const char* key, json_t* value) {
  json_object_set_new(object, key, value);
}
json_t* text(const std::string& value) {
  return json_string(value.c_str());
}

template <typename List, typename Make>
json_t* array_of(const List& list, Make make) {
  json_t* const array = json_array();
  for (const auto& item : list) append(array, make(item));
  return array;
}

json_t* json_of(const Step& step) {
  json_t* const result =
      json_pack("{s:i, s:i, s:s, s:i}", "thread", step.thread, "line",
                step.line, "what", step.what.c_str(), "at", step.location);
  if (!step.read.empty()) set(result, "read", text(step.read));
  if (step.newer > 0) set(result, "newer", json_integer(step.newer));
  if (!step.wrote.empty()) {
    set(result, "wrote", text(step.wrote));
    set(result, "place", json_integer(step.place));
  }
  if (!step.result.empty()) set(result, "result", text(step.result));
  if (step.unseen) set(result, "unseen", json_true());
  if (!step.knows.empty())
    set(result, "knows", array_of(step.knows, [](const auto& pair) {
          return json_pack("[i, i]", pair.first, pair.second);
        }));
  return result;
}

json_t* json_of(const End& end) {
  if (!end.failure.empty())
    return json_pack("{s:b, s:s}", "good", 0, "failure", end.failure.c_str());
  const auto threads = [](const std::vector<int>& numbers) {
    return array_of(numbers, [](int thread) { return json_integer(thread); });
  };
  json_t* const tasks = array_of(end.tasks, [&](const TaskEnd& task) {
    return json_pack("{s:o, s:o, s:b}", "takers", threads(task.takers),
                     "unseeing", threads(task.unseeing), "left",
                     int{task.left});
  });
  return json_pack("{s:b, s:o}", "good", int{end.good()}, "tasks", tasks);
}

// A state is a flat list: step, state, step, state, ...
json_t* json_of(const std::vector<StateTable::Way>& state) {
  json_t* const result = json_array();
  for (const auto& [step, to] : state) {
    append(result, json_integer(step));
    append(result, json_integer(to));
  }
  return result;
}

json_t* json_of(const SteppedProgram& program, int number,
                const std::vector<std::string>& first_values) {
  const Location location = location_of(program, number);
  const bool later = number >= static_cast<int>(first_values.size());
  const std::string first = later ? "none" : at(first_values, number);
  static constexpr std::array kNames{"top", "bottom", "slot", "buffer"};
  const char* const name = kNames[static_cast<std::size_t>(location.kind)];
  json_t* const result =
      json_pack("{s:s, s:s}", "name", name, "value", first.c_str());
  if (location.kind == Kind::kSlot) {
    set(result, "ring", json_integer(location.ring));
    set(result, "slot", json_integer(location.slot));
  }
  return result;
}

json_t* locations_of(const SteppedProgram& program, const StateTable& table,
                     const std::vector<std::string>& first_values) {
  int last = static_cast<int>(first_values.size()) - 1;
  for (const Step& step : table.steps) last = std::max(last, step.location);
  json_t* const result = json_array();
  for (int l = 0; l <= last; ++l)
    append(result, json_of(program, l, first_values));
  return result;
}

json_t* json_of(const SteppedProgram& program, const DequeSource& source) {
  StateTable table;
  const StateGraph whole = states_of(program, source);
  json_t* const variants = json_array();
  append(variants,
         json_pack("{s:s, s:i, s:i}", "name", "", "start", whole.enter(table),
                   "states", static_cast<int>(whole.size())));
  for (const std::string& name : program.weakenings) {
    const Weakening weakening = source.weakening(name);
    const StateGraph weak = states_of(program, source, weakening);
    append(
        variants,
        json_pack("{s:s, s:i, s:s, s:i, s:i}", "name", name.c_str(), "line",
                  weakening.line, "text", weakening.text.c_str(), "start",
                  weak.enter(table), "states", static_cast<int>(weak.size())));
  }
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "name",
      program.name.c_str(), "title", program.title.c_str(), "before",
      program.before.c_str(), "owner", program.owner.c_str(), "thieves",
      program.thieves, "attempts", program.attempts, "locations",
      locations_of(program, table, whole.first_values()), "variants", variants,
      "steps", array_of(table.steps, [](const Step& s) { return json_of(s); }),
      "ends", array_of(table.ends, [](const End& end) { return json_of(end); }),
      "states",
      array_of(table.states, [](const auto& state) { return json_of(state); }));
}

json_t* function_json(const DequeSource& source, const std::string& name,
                      const std::vector<std::string>& regions) {
  json_t* const lines = json_array();
  for (const std::string& region : regions)
    for (const auto& [number, code] : source.region(region))
      append(lines, json_pack("[i, s]", number, code.c_str()));
  return json_pack("{s:s, s:o}", "name", name.c_str(), "lines", lines);
}

// The names that the lesson gives to some lines.
json_t* marks_json(const DequeSource& source) {
  struct Mark {
    const char *name, *region, *text;
  };
  static constexpr std::array<Mark, 7> kMarks{
      {{"O1", "TAKE", "bottom_.store("},
       {"O2", "TAKE", "top_.load("},
       {"O3", "TAKE", "top_.compare_exchange"},
       {"O4", "RESTORE", "bottom_.store("},
       {"T1", "STEAL", "top_.load("},
       {"T2", "STEAL", "bottom_.load("},
       {"T3", "STEAL", "top_.compare_exchange"}}};
  return array_of(kMarks, [&](const Mark& mark) {
    return json_pack("[i, s]", source.line_with(mark.region, mark.text),
                     mark.name);
  });
}

}  // namespace

std::string stepper_json() {
  const DequeSource source;
  json_t* const functions = json_array();
  append(functions, function_json(source, "push", {"PUSH", "GROW"}));
  append(functions, function_json(source, "take", {"TAKE", "RESTORE"}));
  append(functions, function_json(source, "steal", {"STEAL"}));
  const Json whole(json_pack(
      "{s:s, s:o, s:o, s:o}", "source", DequeSource::path(), "functions",
      functions, "marks", marks_json(source), "programs",
      array_of(stepped_programs(), [&](const SteppedProgram& program) {
        return json_of(program, source);
      })));
  return json_text(whole) + '\n';
}

}  // namespace nn::model
