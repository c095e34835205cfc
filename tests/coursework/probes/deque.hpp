/// @file
/// What the probes of take() and of steal() have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "05_work_stealing/growing_deque.hpp"
#include "coursework/probes/explored.hpp"
#include "model/programs.hpp"

namespace nn::probe {

inline constexpr std::string_view kVariables =
    "in a trace, variable 0 is top_, 1 is bottom_, and the next are slots";

/// The deque in the explorer's threads, which no exception may leave.
class ExploredDeque {
 public:
  explicit ExploredDeque(std::size_t capacity) : deque_(capacity) {}
  bool push(model::Task* task) { return deque_.push(task); }
  model::Task* take() {
    ++inside_;
    model::Task* const task = tried([this] { return deque_.take(); });
    leave(task != nullptr);
    return task;
  }
  Steal<model::Task> steal() {
    ++inside_;
    const auto stolen = tried([this] { return deque_.steal(); });
    model::check(
        (stolen.item != nullptr) == (stolen.outcome == StealOutcome::kGot),
        "the outcome and the item do not match");
    leave(stolen.item != nullptr);
    return stolen;
  }
  bool empty() const { return deque_.empty(); }

  /// Whether calls that overlapped got a task each, in any execution.
  static inline bool both_got;

 private:
  void leave(bool got) {
    got_ += got ? 1 : 0;
    if (got_ > 1) both_got = true;
    if (--inside_ == 0) got_ = 0;
  }

  GrowingDeque<model::Task, model::Atomics> deque_;
  int inside_ = 0;  // calls that have begun and not ended
  int got_ = 0;     // of them and those that they overlap with
};

/// Explores one program: DequeProgram's name says in words what happens.
inline void run(Explored& explored, const model::DequeProgram& program) {
  bool owner_got = false, thief_got = false;
  ExploredDeque::both_got = false;
  explored.run(program.name, program.preemptions, [&] {
    model::DequeCheck<ExploredDeque> check(program);
    check.run();
    model::check(check.program() == program, "the probe itself was changed");
    owner_got = owner_got || check.owner_got();
    thief_got = thief_got || check.thief_got();
  });
  explored.saw(program.name, "the owner gets a task", owner_got);
  explored.saw(program.name, "a thief gets a task", thief_got);
  explored.saw(program.name, "calls at the same time get a task each",
               ExploredDeque::both_got);
}

/// On one thread: pushes 1, 2, ... at each 'p' of `steps`, takes at each 't'
/// and steals at each 's'. Reports what came out: 0 for nothing, and -1 for a
/// race that was lost, though there was none.
inline void report_steps(const std::string& steps, std::size_t capacity,
                         Report& report) {
  GrowingDeque<double> deque(capacity);
  std::vector<double> items(steps.size());
  std::vector<double> out;
  std::size_t pushed = 0;
  const auto number = [](const double* item) {
    return item != nullptr ? *item : 0;
  };
  for (const char step : steps) {
    if (step == 'p') {
      items[pushed] = static_cast<double>(pushed + 1);
      deque.push(&items[pushed++]);
    } else if (step == 't') {
      out.push_back(number(deque.take()));
    } else {
      const auto [outcome, item] = deque.steal();
      const bool lost = outcome == StealOutcome::kLost;
      out.push_back(lost ? -1 : number(item));
      if (!lost && (item != nullptr) != (outcome == StealOutcome::kGot))
        out.back() = -2;
    }
  }
  report.exact("one thread, steps " + steps +
                   " (push 1, 2, ..., take, steal): what came out",
               out);
  report.exact("one thread, steps " + steps + ": how many are left",
               static_cast<double>(deque.size()));
}

/// Random steps: about half of them push.
inline std::string random_steps(const std::string& others, std::size_t count,
                                Rng& rng) {
  std::string steps;
  while (steps.size() < count)
    steps += rng.below(2) == 0 ? 'p' : others[rng.below(others.size())];
  return steps;
}

}  // namespace nn::probe
