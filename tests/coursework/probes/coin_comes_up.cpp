#include <limits>
#include <string>

#include "04_work_balancing/pool/balanced_queues.hpp"
#include "coursework/probes/probe.hpp"

namespace {

// The exercise is a private member. An explicit instantiation may name it.
bool flip(nn::BalancedQueues& queues, std::size_t worker, std::size_t queue);

template <auto Member>
struct Access {
  friend bool flip(nn::BalancedQueues& queues, std::size_t worker,
                   std::size_t queue) {
    return (queues.*Member)(worker, queue);
  }
};
template struct Access<&nn::BalancedQueues::coin_comes_up>;

/// The coins of three workers.
class Coins {
 public:
  Coins(double coin, std::uint64_t seed)
      : queues_({.thread_count = 3, .coin = coin, .seed = seed}, cells_,
                bell_) {}

  std::vector<double> flips(std::size_t worker, std::size_t queue, int times) {
    std::vector<double> came_up;
    for (int i = 0; i < times; ++i)
      came_up.push_back(flip(queues_, worker, queue) ? 1 : 0);
    return came_up;
  }
  double count(std::size_t worker, std::size_t queue, int times) {
    double count = 0;
    for (const double up : flips(worker, queue, times)) count += up;
    return count;
  }

 private:
  std::vector<nn::CounterCell> cells_{3};
  nn::Bell<> bell_;
  nn::BalancedQueues queues_;
};

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  Coins coins(1, rng.next());
  for (const std::size_t queue : {1, 3, 9}) {
    report.exact(
        "coin 1: how often it comes up in 1000 flips, tasks in the "
        "queue: " +
            std::to_string(queue),
        coins.count(0, queue, 1000));
  }
  report.exact("coin 1, 2 tasks: each of 20 flips of worker 0",
               coins.flips(0, 2, 20));
  report.exact("coin 1, 2 tasks: each of 20 flips of worker 1",
               coins.flips(1, 2, 20));

  constexpr double kAlways = std::numeric_limits<double>::infinity();
  Coins never(0, rng.next()), always(kAlways, rng.next());
  report.exact("coin 0: how often it comes up in 100 flips",
               never.count(2, 1, 100));
  report.exact("an infinite coin: how often it comes up in 100 flips",
               always.count(2, 50, 100));
  Coins half(0.5, rng.next());
  report.exact("coin 0.5, 1 task: how often it comes up in 1000 flips",
               half.count(1, 1, 1000));
  if (!thorough) return;

  Coins large(4, rng.next());
  report.exact("coin 4, 2 tasks: how often it comes up in 100 flips",
               large.count(0, 2, 100));
  report.exact("coin 4, 99 tasks: how often it comes up in 1000 flips",
               large.count(0, 99, 1000));
  const std::size_t queue = 1 + rng.below(20);
  Coins others(rng.uniform(0, 3), rng.next());
  for (std::size_t worker = 0; worker < 3; ++worker) {
    report.exact(
        "a random coin: each of 200 flips of worker " + std::to_string(worker),
        others.flips(worker, queue, 200));
  }
}
