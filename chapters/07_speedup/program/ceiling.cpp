#include "07_speedup/program/ceiling.hpp"

#include <future>
#include <latch>
#include <vector>

#include "common/clock.hpp"
#include "common/program/cores.hpp"

namespace nn {

std::size_t usable_cores() {
  const std::size_t count = allowed_cores().size();
  return count > 0 ? count : worker_count(0);
}

// [PINNED]
double time_pinned_threads(std::size_t threads, const ThreadWork& prepare,
                           const ThreadWork& work) {
  std::latch ready(static_cast<std::ptrdiff_t>(threads)), go(1);
  std::vector<std::future<void>> running;
  for (std::size_t i = 0; i < threads; ++i) {
    // One new thread each; unlike std::thread, async passes exceptions on.
    running.push_back(std::async(std::launch::async, [&, i] {
      pin_this_thread(i);
      auto prepared = std::async(std::launch::deferred, prepare, i);
      prepared.wait();
      ready.count_down();  // whatever came of it: the others wait
      prepared.get();
      go.wait();
      work(i);
    }));
  }
  ready.wait();
  const Stopwatch watch;
  go.count_down();
  for (auto& thread : running) thread.wait();
  const double seconds = watch.seconds();
  for (auto& thread : running) thread.get();
  return seconds;
}
// [/PINNED]

double time_pinned_training(const EnsemblePlan& plan, std::size_t threads) {
  const auto hands = dealt_largest_first(plan.shards, threads);
  EnsemblePlan untrained = plan;
  untrained.options.epochs = 0;
  // Kept, as an executor keeps them: new memory costs time, too.
  std::vector<Network> networks(plan.shards.size());
  const auto train = [&](const EnsemblePlan& how) {
    return [&](std::size_t i) {
      for (const std::size_t k : hands[i]) {
        networks[k] = train_model(how, k, plan.shards[k]);
      }
    };
  };
  return time_pinned_threads(threads, train(untrained), train(plan));
}

}  // namespace nn
