/// @file
/// A small program on a growing deque, for a reader to step through.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "05_work_stealing/growing_deque.hpp"
#include "model/explorer.hpp"
#include "stepper/state_graph.hpp"

namespace nn::model {

/// One owner and its thieves, in steps: 'p' pushes and 't' takes.
struct SteppedProgram {
  std::string name;   ///< for links and settings
  std::string title;  ///< for the reader
  std::size_t capacity;
  std::string before;  ///< done before the threads begin
  std::string owner;   ///< done while the thieves steal
  int thieves;
  int attempts;                         ///< that each thief makes
  std::vector<std::string> weakenings;  ///< names of mutations.txt
};

/// A task, with plain data.
struct LetteredTask {
  Plain<int> content{0};
  char letter = '?';
  TaskEnd end{};
};

/// Runs it once, and tells the graph.
class SteppedRun {
 public:
  SteppedRun(const SteppedProgram& program, StateGraph& graph)
      : program_(program),
        graph_(graph),
        tasks_(program.before.size() + program.owner.size()),
        deque_(program.capacity) {
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      tasks_[i].letter = static_cast<char>('A' + i);
  }

  void run() {
    own(program_.before, 0);
    std::vector<std::function<void()>> threads;
    threads.emplace_back([this] { own(program_.owner, 1); });
    for (int i = 0; i < program_.thieves; ++i)
      threads.emplace_back([this, i] { steal(2 + i); });
    run_threads(threads);
    drain();
  }

  /// What became of the tasks, once all has ended.
  const End& end() const { return end_; }
  /// The function of the deque that the thread is in.
  const std::string& function_of(int thread) const {
    return at(functions_, thread);
  }
  /// The letter of the task at this address; none for null.
  std::string letter_of(Bits address) const {
    for (const LetteredTask& task : tasks_)
      if (reinterpret_cast<Bits>(&task) == address) return {task.letter};
    return "none";
  }

 private:
  using Deque = GrowingDeque<LetteredTask, Atomics>;

  void own(const std::string& steps, int thread) {
    for (const char step : steps) step == 'p' ? push(thread) : take(thread);
  }
  void push(int thread) {
    at(functions_, thread) = "push";
    LetteredTask& task = tasks_[pushed_++];
    task.content.set(1);
    deque_.push(&task);
    graph_.result(std::string("pushed ") + task.letter);
  }
  void take(int thread) {
    at(functions_, thread) = "take";
    LetteredTask* const task = deque_.take();
    task == nullptr ? graph_.result("empty") : get(*task, thread);
  }
  void steal(int thread) {
    for (int i = 0; i < program_.attempts; ++i) {
      at(functions_, thread) = "steal";
      const auto [outcome, task] = deque_.steal();
      if (outcome == StealOutcome::kEmpty) graph_.result("empty");
      if (outcome == StealOutcome::kLost) graph_.result("lost");
      if (outcome == StealOutcome::kGot) keep(task, thread);
    }
  }
  void keep(LetteredTask* task, int thread) {
    if (task == nullptr) return graph_.result("got none");
    claim_last_load();
    get(*task, thread);
  }
  void get(LetteredTask& task, int thread) {
    const bool unseen = !task.content.seen();
    task.end.takers.push_back(thread);
    if (unseen) task.end.unseeing.push_back(thread);
    graph_.result(std::string("got ") + task.letter, unseen);
  }
  // What the threads left is still there to be taken.
  void drain() {
    while (LetteredTask* const task = deque_.take()) task->end.left = true;
    for (std::size_t i = 0; i < pushed_; ++i)
      end_.tasks.push_back(tasks_[i].end);
    graph_.last(end_);
  }

  const SteppedProgram& program_;
  StateGraph& graph_;
  std::vector<LetteredTask> tasks_;
  Deque deque_;
  std::size_t pushed_ = 0;
  End end_;
  std::array<std::string, kMaxThreads> functions_;
};

}  // namespace nn::model
