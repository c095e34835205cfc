/// @file
/// The small programs in which the explorer checks the deques and the sleep.
/// They use no test framework, so that the mutants of mutations.sh compile
/// fast.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "05_work_stealing/event_count.hpp"
#include "05_work_stealing/steal.hpp"
#include "model/explorer.hpp"
#include "model/sleep.hpp"

namespace nn::model {

/// A task with plain data: the thread that gets it must see what its owner
/// wrote, and no other may get it.
struct Task {
  Plain<int> content{0};
};

/// One owner and its thieves, in steps: 'p' pushes and 't' takes.
struct DequeProgram {
  std::string name;
  std::size_t capacity;
  std::string before;  ///< done before the thieves start
  std::string owner;   ///< done while they steal
  int thieves;
  int attempts;  ///< that each thief makes
  int preemptions;

  bool operator==(const DequeProgram&) const = default;
};

/// Runs one program on one deque and checks what must hold of any execution.
template <typename Deque>
class DequeCheck {
 public:
  explicit DequeCheck(const DequeProgram& program)
      : deque_(program.capacity),
        program_(program),
        tasks_(program.before.size() + program.owner.size()),
        taken_(tasks_.size()) {}

  void run() {
    own(program_.before);
    std::vector<std::function<void()>> threads;
    threads.push_back([this] { own(program_.owner); });
    for (int i = 0; i < program_.thieves; ++i)
      threads.push_back([this] { steal(); });
    run_threads(threads, 1);
    check_the_rest();
  }

  const DequeProgram& program() const { return program_; }
  /// Whether the owner got a task, and whether a thief did.
  bool owner_got() const { return owner_got_; }
  bool thief_got() const { return thief_got_; }

 private:
  void own(const std::string& steps) {
    for (const char step : steps) step == 'p' ? push() : take();
  }
  void push() {
    Task& task = tasks_[pushed_];
    task.content.set(1);
    if (!deque_.push(&task)) return;
    ++pushed_;
    mine_.push_back(&task);
  }
  void take() {
    Task* const task = deque_.take();
    if (task == nullptr) return mine_.clear();  // all were stolen
    check(task == mine_.back(), "the owner did not get its youngest task");
    mine_.pop_back();
    owner_got_ = true;
    get(task);
  }
  void steal() {
    Task* last = nullptr;
    for (int i = 0; i < program_.attempts; ++i) {
      const auto [outcome, task] = deque_.steal();
      if (outcome != StealOutcome::kGot) continue;
      claim_last_load();
      thief_got_ = true;
      get(task);
      check(task > last, "a thief stole a younger task before an older one");
      last = task;
    }
  }
  void get(Task* task) {
    check(task != nullptr, "an empty slot was handed out as a task");
    int& taken = taken_.at(static_cast<std::size_t>(task - tasks_.data()));
    check(taken == 0, "a task was handed out twice");
    ++taken;
    check(task->content.get() == 1, "a task's content is not what was pushed");
    task->content.set(0);
  }
  // All others have ended: what is left is the owner's.
  void check_the_rest() {
    while (Task* const task = deque_.take()) get(task);
    check(deque_.empty(), "an empty deque says that it is not");
    for (std::size_t i = 0; i < pushed_; ++i)
      check(taken_[i] == 1, "a task was lost");
  }

  Deque deque_;
  const DequeProgram program_;  // a copy: the deque may write beyond itself
  std::vector<Task> tasks_;
  std::vector<int> taken_;  // how often each was handed out
  bool owner_got_ = false, thief_got_ = false;
  std::size_t pushed_ = 0;
  std::vector<Task*> mine_;  // pushed, and not taken by the owner
};

// [PROGRAMS]
/// All checks of one deque.
inline std::vector<DequeProgram> deque_programs() {
  return {
      // name, capacity, before, owner, thieves, attempts, preemptions
      {"FreshTake", 2, "", "tp", 2, 1, 3},
      {"LastTask", 2, "p", "t", 2, 1, 3},
      {"LastTaskAndAgain", 2, "p", "tp", 2, 1, 2},
      {"StolenOneByOne", 2, "pp", "t", 2, 2, 1},
      {"TakeAndRefill", 4, "pp", "ttp", 2, 1, 2},
      {"TakeDownToTheThieves", 4, "ppp", "tt", 2, 2, 1},
      {"Growth", 1, "", "ppt", 2, 1, 2},
      {"GrowthTwice", 1, "p", "pp", 2, 2, 1},
      {"WrapAround", 2, "pp", "pp", 2, 1, 2},
      {"EmptyAndAgain", 2, "p", "tptp", 1, 2, 2},
      {"EmptyFourTimes", 2, "p", "tptptptp", 1, 1, 1},
      {"OddCapacity", 3, "pp", "pt", 1, 1, 1},
  };
}
// [/PROGRAMS]

template <typename Deque>
Verdict check_deque(const DequeProgram& program) {
  return explore([&] { DequeCheck<Deque>(program).run(); },
                 {program.preemptions});
}

/// Some notifiers and as many sleepers; every sleeper must come home with a
/// task. One that sleeps on is seen as a deadlock.
template <typename Work, typename... Arguments>
void run_sleepers(int notifiers, int tasks_each, Arguments... arguments) {
  Work work(arguments...);
  EventCount<Atomics> events;
  std::vector<std::function<void()>> threads;
  threads.reserve(kMaxThreads);
  for (int i = 0; i < notifiers; ++i)
    threads.push_back([&] {
      for (int task = 0; task < tasks_each; ++task) publish(work, events);
    });
  for (int i = 0; i < notifiers * tasks_each; ++i)
    threads.push_back([&] { find_or_sleep(work, events); });
  run_threads(threads, notifiers);
  check(work.empty(), "a task is left");
}

/// Two sleepers and one who ends the pool.
inline void run_the_end() {
  Atomic<bool> ended{false};
  EventCount<Atomics> events;
  const auto sleeper = [&] { sleep_until(ended, events); };
  run_threads({[&] {
                 ended.store(true, std::memory_order_relaxed);
                 events.notify_all();
               },
               sleeper, sleeper},
              1);
}

/// The policy for one thread, which may only go on: to sleep is a failure.
struct Sleepless {
  template <typename Value>
  using Atomic = std::atomic<Value>;
  struct Mutex {
    void lock() {}
    void unlock() {}
  };
  struct ConditionVariable {
    void wait(std::unique_lock<Mutex>&) { check(false, "slept"); }
    void notify_one() {}
    void notify_all() {}
  };
  static void fence(Order) {}
};

/// A ticket is out of date after however many notifications. In the explorer's
/// own policy so many would be too many.
inline void run_many_notifications() {
  EventCount<Sleepless> events;
  for (int times = 1; times <= 1 << 16; times *= 2) {
    const auto ticket = events.prepare_wait();
    for (int i = 0; i < times; ++i) events.notify_one();
    events.wait(ticket);
  }
}

/// A check of the event count.
struct SleepProgram {
  std::string name;
  int preemptions;
  std::function<void()> run;
};

/// All checks of the event count. `Deque` is one of the deques.
template <typename Deque>
std::vector<SleepProgram> sleep_programs() {
  using OnDeque = Stealable<Deque, Task>;
  static Task task;
  return {
      // name, preemptions, program
      {"OneSleeper", 3, [] { run_sleepers<Heap>(1, 1); }},
      {"TwoSleepersOneNotifier", 1, [] { run_sleepers<Heap>(1, 2); }},
      {"TwoSleepersTwoNotifiers", 1, [] { run_sleepers<Heap>(2, 1); }},
      {"TheEnd", 2, run_the_end},
      {"OneSleeperOnADeque", 2, [] { run_sleepers<OnDeque>(1, 1, &task); }},
      {"TwoSleepersOnADeque", 1, [] { run_sleepers<OnDeque>(1, 2, &task); }},
  };
}

/// The first failure of any program, named; "" if there is none.
template <typename Deque>
std::string deque_failure(Verdict& verdict) {
  for (const DequeProgram& program : deque_programs()) {
    verdict = check_deque<Deque>(program);
    if (!verdict.complete) return program.name + ": " + verdict.failure;
  }
  return "";
}

template <typename Deque>
std::string sleep_failure(Verdict& verdict) {
  for (const SleepProgram& program : sleep_programs<Deque>()) {
    verdict = explore(program.run, {program.preemptions});
    if (!verdict.complete) return program.name + ": " + verdict.failure;
  }
  verdict = explore(run_many_notifications);
  if (!verdict.complete) return "ManyNotifications: " + verdict.failure;
  return "";
}

}  // namespace nn::model
