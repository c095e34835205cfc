#include <array>
#include <mutex>
#include <span>
#include <string>

#include "04_work_balancing/pool/work_queue.hpp"
#include "coursework/probes/explored.hpp"

namespace {

using nn::probe::Report;
using nn::probe::tried;

/// What even_out() was asked for, in one execution.
struct Notes {
  int times = 0;
  std::vector<double> arguments;
  std::size_t moves = 0;
  bool moved = false;
};

/// A bell that only notes that it rang.
struct Bell {
  void ring_for_one() { rang_after_move = notes->moved; }
  void ring_for_all() { rang_after_move = notes->moved; }

  const Notes* notes = nullptr;
  bool rang_after_move = false;
};

/// A queue that is locked as WorkQueue is, and only notes how it was evened
/// out. It is the same on one thread and on many.
struct Noted {
  static std::size_t even_out(Noted& first, Noted& second,
                              std::size_t threshold) {
    const std::scoped_lock lock_first(first.mutex);
    const std::scoped_lock lock_second(second.mutex);
    Notes& notes = *first.notes;
    ++notes.times;
    notes.arguments = {first.index, second.index,
                       static_cast<double>(threshold)};
    notes.moved = true;
    return notes.moves;
  }
  double index = 0;
  Notes* notes = nullptr;
  nn::model::Mutex mutex;
};

template <std::size_t kCount>
void number(std::array<Noted, kCount>& queues, Notes& notes) {
  for (std::size_t i = 0; i < kCount; ++i) {
    queues.at(i).index = static_cast<double>(i);
    queues.at(i).notes = &notes;
  }
}

void report_call(std::size_t me, std::size_t victim, std::size_t threshold,
                 std::size_t moves, Report& report) {
  Notes notes;
  Bell bell;
  std::size_t moved = 0;
  std::string thrown;
  // Alone, but in the explorer, as the queues' locks are its own.
  nn::model::explore([&] {
    notes = {.moves = moves};
    bell = {.notes = &notes};
    std::array<Noted, 8> queues;
    number(queues, notes);
    try {
      moved =
          nn::balance(std::span<Noted>(queues), me, victim, threshold, bell);
    } catch (const std::exception& error) {
      thrown = error.what();
    }
  });
  if (!thrown.empty()) throw std::runtime_error(thrown);
  const std::string key = "worker " + std::to_string(me) +
                          " balances with worker " + std::to_string(victim) +
                          (moves != 0 ? "" : ", nothing moves") + ": ";
  report.exact(key + "how often it calls even_out", notes.times);
  report.exact(key + "first queue, second queue and threshold of that call",
               notes.arguments);
  report.exact(key + "the number that it returns", static_cast<double>(moved));
  report.exact(key + "whether the bell rings after the move",
               bell.rang_after_move);
}

using Calls = std::vector<std::array<std::size_t, 2>>;

// A thread a call of balance(): me, victim.
void balance_at_once(const Calls& calls) {
  Notes notes;
  std::array<Noted, 3> queues;
  number(queues, notes);
  std::vector<std::function<void()>> threads;
  threads.reserve(calls.size());
  for (const auto [me, victim] : calls) {
    threads.push_back([&queues, &notes, me = me, victim = victim] {
      Bell bell{.notes = &notes};
      tried([&] {
        return nn::balance(std::span<Noted>(queues), me, victim, 0, bell);
      });
    });
  }
  nn::model::run_threads(threads);
  nn::model::check(notes.times == static_cast<int>(calls.size()),
                   "a call did not even out the two queues, once");
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  nn::probe::Explored explored(report);
  explored.run("two workers balance with each other at the same time", 3, [] {
    balance_at_once({{0, 1}, {1, 0}});
  });

  const std::size_t low = rng.below(4);
  const std::size_t high = 4 + rng.below(4);
  const std::size_t threshold = 1 + rng.below(5);
  report_call(low, high, threshold, 2 + rng.below(9), report);
  report_call(high, low, threshold, 2 + rng.below(9), report);
  report_call(low, high + (high < 7 ? 1 : -1), threshold, 0, report);
  if (!thorough) return;
  report_call(1, 0, 0, 1, report);
  explored.run("three workers balance in a circle", 2, [] {
    balance_at_once({{0, 1}, {1, 2}, {2, 0}});
  });
}
