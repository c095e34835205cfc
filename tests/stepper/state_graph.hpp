/// @file
/// All states of a small program on a deque, and the steps between them.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/walk.hpp"

namespace nn::model {

/// One step of one thread, with all that it changes. Threads are numbered from
/// 1 on. A location's values have places in its modification order, from 0 on:
/// the value that it had when the threads began.
struct Step {
  int thread = 0;
  int line = 0;      ///< of the deque's header
  std::string what;  ///< "load", "store" or "swap"
  int location = 0;
  std::string read;     ///< the value read; "" if none was
  int newer = 0;        ///< how many newer values it passed over
  std::string wrote;    ///< the value written; "" if none was
  int place = 0;        ///< where that stands now
  std::string result;   ///< of the operation, if this step ends it
  bool unseen = false;  ///< the task that it got may not be read yet
  /// Other locations of which the thread has learnt something on the way, and
  /// the place of the oldest value that it may still read there.
  std::vector<std::pair<int, int>> knows;

  auto operator<=>(const Step&) const = default;
};

/// What became of a task.
struct TaskEnd {
  std::vector<int> takers;
  std::vector<int> unseeing;  ///< takers that may not read it
  bool left = false;          ///< in the deque, after all have ended

  bool good() const {
    return takers.size() + (left ? 1 : 0) == 1 && unseeing.empty();
  }
  auto operator<=>(const TaskEnd&) const = default;
};

/// How an execution ends.
struct End {
  std::vector<TaskEnd> tasks;
  std::string failure;  ///< why it cannot go on; "" if it came to its end

  bool good() const;
  auto operator<=>(const End&) const = default;
};

/// States and steps by number. A state's number is above those to which its
/// steps lead. States are the same here if the same steps may follow and lead
/// to the same ends, whatever came before: so graphs of programs that differ in
/// little share most of their states.
struct StateTable {
  struct Way {
    int step, to;  ///< `to` < 0: end number -1 - to
    auto operator<=>(const Way&) const = default;
  };
  std::vector<Step> steps;
  std::vector<std::vector<Way>> states;
  std::vector<End> ends;

  int number_of(const Step& step);
  int number_of(const End& end);
  int number_of(const std::vector<Way>& state);

 private:
  std::map<Step, int> step_numbers_;
  std::map<End, int> end_numbers_;
  std::map<std::vector<Way>, int> state_numbers_;
};

/// Follows a walk and keeps what it sees. The program tells it the rest.
class StateGraph : public Follower {
 public:
  /// How to change a step, and how to name what it reads and writes.
  struct Reader {
    std::function<void(Where, Request&)> change;
    std::function<int(const Step&, Where)> line;
    std::function<std::string(int location, Bits)> value;
  };

  /// Threads 1 to `threads` will run.
  StateGraph(int threads, Reader reader)
      : threads_(threads), reader_(std::move(reader)) {}

  // Told by the program.
  /// The last step of the running thread ends an operation with this result.
  void result(const std::string& result, bool unseen = false);
  /// The execution is about to end so.
  void last(End end) { last_ = std::move(end); }

  // Told by the walk.
  void begin() override;
  bool arrive(const Memory& memory) override;
  void begin_step(const Memory& memory, int location, Request& request,
                  Where where) override;
  void end_step(const Outcome& outcome) override;
  void end(const std::string& failure) override;

  /// How many states there are, where only those count as one that differ in
  /// the order of the steps before.
  std::size_t size() const { return states_.size(); }
  /// What shows that states were taken for the same that are not; or "".
  const std::string& fault() const { return fault_; }
  /// The ends that executions came to; the same one may be there twice.
  const std::vector<End>& ends() const { return ends_; }
  /// Each location's value when the threads began.
  const std::vector<std::string>& first_values() const { return first_values_; }
  /// Enters all of it; returns the number of the first state.
  int enter(StateTable& table) const;

 private:
  using Knowledge = std::vector<std::vector<int>>;  // [thread - 1][location]

  struct State {
    Knowledge knowledge;
    std::map<Step, int> ways;  // to a state, or to -1 - an end
  };

  int enter(int state, StateTable& table, std::vector<int>& numbers) const;
  Knowledge knowledge(const Memory& memory) const;
  int first_place(int location) const;
  void keep_first_values(const Memory& memory);
  void learn(const Knowledge& now);
  void keep_step(int to);

  const int threads_;
  const Reader reader_;
  std::map<std::string, int> known_;  // fingerprints
  std::vector<State> states_;
  std::vector<End> ends_;
  std::vector<std::string> first_values_;
  std::vector<int> first_places_;
  std::string fault_;

  // The execution.
  int from_ = -1;
  bool stepping_ = false;
  bool reads_ = false;
  int newest_ = 0;  // the place of the newest value, before the step
  Step step_;
  End last_;
};

}  // namespace nn::model
