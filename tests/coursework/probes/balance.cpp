#include <array>
#include <mutex>
#include <span>
#include <string>

#include "04_work_balancing/pool/work_queue.hpp"
#include "coursework/probes/explored.hpp"

namespace {

using nn::probe::Report;
using nn::probe::tried;

/// A bell that only notes that it rang.
struct Bell {
  void ring_for_one() { rang_after_move = moved; }
  void ring_for_all() { rang_after_move = moved; }

  bool moved = false;
  bool rang_after_move = false;
};

/// A queue that only notes how it was evened out.
struct Noted {
  static std::size_t even_out(Noted& first, Noted& second,
                              std::size_t threshold) {
    ++times;
    const double from = first.index, to = second.index;
    arguments = {from, to, static_cast<double>(threshold)};
    bell->moved = true;
    return moves;
  }
  double index = 0;
  static inline int times;
  static inline std::vector<double> arguments;
  static inline std::size_t moves;
  static inline Bell* bell;
};

void report_call(std::size_t me, std::size_t victim, std::size_t threshold,
                 std::size_t moves, Report& report) {
  std::array<Noted, 8> queues;
  for (std::size_t i = 0; i < queues.size(); ++i)
    queues.at(i).index = static_cast<double>(i);
  Bell bell;
  Noted::times = 0;
  Noted::arguments.clear();
  Noted::moves = moves;
  Noted::bell = &bell;
  const std::size_t moved =
      nn::balance(std::span<Noted>(queues), me, victim, threshold, bell);
  const std::string key = "worker " + std::to_string(me) +
                          " balances with worker " + std::to_string(victim) +
                          (moves != 0 ? "" : ", nothing moves") + ": ";
  report.exact(key + "how often it calls even_out", Noted::times);
  report.exact(key + "first queue, second queue and threshold of that call",
               Noted::arguments);
  report.exact(key + "the number that it returns", static_cast<double>(moved));
  report.exact(key + "whether the bell rings after the move",
               bell.rang_after_move);
}

/// Under the explorer: queues that are locked as WorkQueue's are.
struct Locked {
  static std::size_t even_out(Locked& first, Locked& second, std::size_t) {
    const std::scoped_lock lock_first(first.mutex);
    const std::scoped_lock lock_second(second.mutex);
    return 0;
  }
  nn::model::Mutex mutex;
};

using Calls = std::vector<std::array<std::size_t, 2>>;

// A thread a call of balance(): me, victim.
void balance_at_once(const Calls& calls) {
  std::array<Locked, 3> queues;
  std::vector<std::function<void()>> threads;
  threads.reserve(calls.size());
  for (const auto [me, victim] : calls) {
    threads.push_back([&queues, me = me, victim = victim] {
      Bell bell;
      tried([&] {
        return nn::balance(std::span<Locked>(queues), me, victim, 0, bell);
      });
    });
  }
  nn::model::run_threads(threads);
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
