#include "stepper/state_graph.hpp"

#include <algorithm>
#include <stdexcept>

namespace nn::model {
namespace {

constexpr int kUnknown = -1;
constexpr int kBegun = -2;

template <typename Thing>
int number_in(std::map<Thing, int>& numbers, std::vector<Thing>& things,
              const Thing& thing) {
  const int next = static_cast<int>(things.size());
  const auto [entry, fresh] = numbers.try_emplace(thing, next);
  if (fresh) things.push_back(thing);
  return entry->second;
}

}  // namespace

bool End::good() const {
  return failure.empty() &&
         std::all_of(tasks.begin(), tasks.end(),
                     [](const TaskEnd& task) { return task.good(); });
}

// ---- The table -------------------------------------------------------------

int StateTable::number_of(const Step& step) {
  return number_in(step_numbers_, steps, step);
}
int StateTable::number_of(const End& end) {
  return number_in(end_numbers_, ends, end);
}
int StateTable::number_of(const std::vector<Way>& state) {
  return number_in(state_numbers_, states, state);
}

int StateGraph::enter(StateTable& table) const {
  std::vector<int> numbers(states_.size(), kUnknown);
  return enter(0, table, numbers);
}

int StateGraph::enter(int state, StateTable& table,
                      std::vector<int>& numbers) const {
  int& number = at(numbers, state);
  if (number == kBegun) throw std::logic_error("a step leads back");
  if (number != kUnknown) return number;
  number = kBegun;
  std::vector<StateTable::Way> ways;
  for (const auto& [step, to] : at(states_, state).ways)
    ways.push_back({table.number_of(step),
                    to < 0 ? -1 - table.number_of(at(ends_, -1 - to))
                           : enter(to, table, numbers)});
  std::sort(ways.begin(), ways.end());
  return number = table.number_of(ways);
}

// ---- Told by the program ---------------------------------------------------

void StateGraph::result(const std::string& result, bool unseen) {
  if (!stepping_) return;  // the execution is known
  step_.result = result;
  step_.unseen = unseen;
}

// ---- Told by the walk ------------------------------------------------------

void StateGraph::begin() {
  from_ = -1;
  stepping_ = false;
}

bool StateGraph::arrive(const Memory& memory) {
  const int next = static_cast<int>(states_.size());
  const auto [entry, fresh] = known_.try_emplace(memory.fingerprint(), next);
  const int state = entry->second;
  if (next == 0) keep_first_values(memory);
  Knowledge now = knowledge(memory);
  if (stepping_) learn(now);
  if (fresh) states_.push_back({now, {}});
  if (at(states_, state).knowledge != now)
    fault_ = "two states have one fingerprint";
  keep_step(state);
  from_ = state;
  return fresh;
}

void StateGraph::begin_step(const Memory& memory, int location,
                            Request& request, Where where) {
  reader_.change(where, request);
  reads_ = request.reads;
  newest_ = static_cast<int>(memory.values(location).size()) - 1;
  step_ = {};
  step_.thread = memory.running();
  step_.location = location;
  step_.what = !request.writes ? "load" : request.reads ? "swap" : "store";
  step_.line = reader_.line(step_, where);
  stepping_ = true;
}

void StateGraph::end_step(const Outcome& outcome) {
  if (reads_) {
    step_.read = reader_.value(step_.location, outcome.old);
    step_.newer = newest_ - outcome.position;
  }
  if (outcome.wrote) {
    step_.wrote = reader_.value(step_.location, outcome.now);
    step_.place = outcome.position + 1 - first_place(step_.location);
  }
}

void StateGraph::end(const std::string& failure) {
  ends_.push_back(failure.empty() ? last_ : End{{}, failure});
  keep_step(-static_cast<int>(ends_.size()));
}

// ---- Knowledge -------------------------------------------------------------

int StateGraph::first_place(int location) const {
  const bool later = location >= static_cast<int>(first_places_.size());
  return later ? 0 : at(first_places_, location);
}

void StateGraph::keep_first_values(const Memory& memory) {
  for (int l = 0; l < memory.location_count(); ++l) {
    const std::vector<Bits> values = memory.values(l);
    first_places_.push_back(static_cast<int>(values.size()) - 1);
    first_values_.push_back(reader_.value(l, values.back()));
  }
}

StateGraph::Knowledge StateGraph::knowledge(const Memory& memory) const {
  Knowledge result;
  for (int thread = 1; thread <= threads_; ++thread) {
    result.emplace_back();
    for (int l = 0; l < memory.location_count(); ++l)
      result.back().push_back(memory.oldest_for(thread, l) - first_place(l));
  }
  return result;
}

// What the thread read or wrote itself is told by the step already.
void StateGraph::learn(const Knowledge& now) {
  const auto& mine = at(now, step_.thread - 1);
  const auto& before = at(at(states_, from_).knowledge, step_.thread - 1);
  for (int l = 0; l < static_cast<int>(mine.size()); ++l) {
    const bool is_new = l >= static_cast<int>(before.size());
    const int old = is_new ? 0 : at(before, l);
    if (l != step_.location && at(mine, l) != old)
      step_.knows.emplace_back(l, at(mine, l));
  }
}

void StateGraph::keep_step(int to) {
  if (stepping_) {
    const auto [entry, fresh] = at(states_, from_).ways.try_emplace(step_, to);
    if (!fresh && entry->second != to && to >= 0)
      fault_ = "one step leads to two states";
  }
  stepping_ = false;
}

}  // namespace nn::model
