#include <array>
#include <string>

#include "04_work_balancing/pool/bell.hpp"
#include "04_work_balancing/pool/waiting.hpp"
#include "04_work_balancing/pool/work_queue.hpp"
#include "coursework/probes/explored.hpp"

namespace {

using nn::model::Atomics;
using nn::model::check;
using nn::probe::Report;
using nn::probe::tried;

// ---- One thread ------------------------------------------------------------

/// A bell without threads: during the n-th sleep it rings, and a task comes.
class Script {
 public:
  explicit Script(int brings_at) : brings_at_(brings_at) {}

  std::uint64_t listen() { return rung_; }
  void sleep(std::uint64_t heard) {
    if (heard != rung_) return;
    ++rung_;
    if (++sleeps == brings_at_) task = &number_;
  }
  double* find() {
    if (++looks > 10'000) {
      throw std::runtime_error(
          "it looks for a task again and again, and "
          "does not sleep until the bell rings");
    }
    return task;
  }

  double number_ = 7;
  double* task = nullptr;
  int sleeps = 0;
  int looks = 0;

 private:
  const int brings_at_;
  std::uint64_t rung_ = 0;
};

// `there`: a task is there at once. `leave_after`: leave() is true after that
// many sleeps.
void report_script(const std::string& title, bool there, int brings_at,
                   int leave_after, Report& report) {
  Script bell(brings_at);
  if (there) bell.task = &bell.number_;
  const double* const found = nn::find_or_sleep(
      bell, [&] { return bell.find(); },
      [&] { return bell.sleeps >= leave_after; });
  report.exact(title + ": whether it returns a task", found != nullptr);
  report.exact(title + ": how often it slept", bell.sleeps);
}

constexpr int kNever = 1'000'000;

void report_scripts(nn::Rng& rng, Report& report) {
  report_script("a task is there at once", true, kNever, kNever, report);
  report_script("a task comes while it sleeps", false, 1, kNever, report);
  report_script("the bell rings several times before there is a task", false,
                2 + static_cast<int>(rng.below(5)), kNever, report);
  report_script("it is to leave", false, kNever, 0, report);
  report_script("it is to leave, and a task is there", true, kNever, 0, report);
}

// ---- Threads, under the explorer -------------------------------------------

struct Task {};

/// What was seen in any execution.
struct Seen {
  bool slept = false, found_awake = false;
};

/// A bell that notes who slept.
class NotedBell {
 public:
  std::uint64_t listen() { return bell_.listen(); }
  void sleep(std::uint64_t heard) {
    slept = true;
    bell_.sleep(heard);
  }
  void ring_for_one() { bell_.ring_for_one(); }
  void ring_for_all() { bell_.ring_for_all(); }

  bool slept = false;

 private:
  nn::Bell<Atomics> bell_;
};

/// Workers who come for a task each.
class Pool {
 public:
  explicit Pool(Seen& seen) : seen_(seen) {}
  void push(Task& task) { queue_.push_outside(task); }
  void ring() { bell_.ring_for_one(); }
  void end() {
    ended_.store(true);
    bell_.ring_for_all();
  }
  Task* find_or_sleep() {
    return tried([this] {
      return nn::find_or_sleep(
          bell_, [this] { return queue_.pop(); },
          [this] { return ended_.load(); });
    });
  }
  void work() {
    check(find_or_sleep() != nullptr,
          "it came back without a task, and was not told to leave");
    note();
  }
  void note() {
    seen_.slept = seen_.slept || bell_.slept;
    seen_.found_awake = seen_.found_awake || !bell_.slept;
  }

 private:
  nn::WorkQueue<Task, Atomics> queue_;
  NotedBell bell_;
  nn::model::Atomic<bool> ended_{false};
  Seen& seen_;
};

// One thread brings tasks, and rings for each; as many workers come.
void bring(int tasks, Seen& seen) {
  std::array<Task, 2> items;
  Pool pool(seen);
  const auto worker = [&] { pool.work(); };
  std::vector<std::function<void()>> threads(1 + tasks, worker);
  threads[0] = [&] {
    for (int i = 0; i < tasks; ++i) {
      pool.push(items.at(i));
      pool.ring();
    }
  };
  nn::model::run_threads(threads, 1);
}

void ring_for_nothing(Seen& seen) {
  Task task;
  Pool pool(seen);
  nn::model::run_threads({[&] {
                            pool.ring();
                            pool.push(task);
                            pool.ring();
                          },
                          [&] { pool.work(); }});
}

void end(int workers, Seen& seen) {
  Pool pool(seen);
  const auto worker = [&] {
    check(pool.find_or_sleep() == nullptr,
          "it found a task that was not there");
    pool.note();
  };
  std::vector<std::function<void()>> threads(1 + workers, worker);
  threads[0] = [&] { pool.end(); };
  nn::model::run_threads(threads, 1);
}

void explore(nn::probe::Explored& explored, const std::string& what,
             int preemptions, const std::function<void(Seen&)>& program) {
  Seen seen;
  explored.run(what, preemptions, [&] { program(seen); });
  explored.saw(what, "somebody sleeps", seen.slept);
  explored.saw(what, "nobody has slept when a worker comes back",
               seen.found_awake);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_scripts(rng, report);
  nn::probe::Explored explored(report);
  explore(explored, "one thread brings a task while a worker looks for one", 3,
          [](Seen& seen) { bring(1, seen); });
  explore(explored, "one thread tells a worker to leave", 3,
          [](Seen& seen) { end(1, seen); });
  if (!thorough) return;
  const int rings = 1 + static_cast<int>(rng.below(5));
  report_script("it is to leave after some sleeps", false, kNever, rings,
                report);
  report_script("it is to leave when the task comes", false, rings, rings,
                report);
  explore(explored, "two tasks come for two workers", 1,
          [](Seen& seen) { bring(2, seen); });
  explore(explored, "the bell rings before there is a task", 2,
          ring_for_nothing);
  explore(explored, "two workers are told to leave", 2,
          [](Seen& seen) { end(2, seen); });
}
