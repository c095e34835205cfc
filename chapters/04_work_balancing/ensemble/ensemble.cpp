#include "04_work_balancing/ensemble/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <stdexcept>

#include "04_work_balancing/ensemble/run_each.hpp"
#include "common/clock.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

namespace {

// [START]
// With the same start for all, model k still draws weights of its own and
// throws them away. So it sees its images in the same order either way, and
// the two ensembles differ in nothing but the start.
Network starting_network(const EnsemblePlan& plan, Rng& rng) {
  const Widths widths =
      widths_from(plan.data.images.n_rows, plan.options.hidden, kClasses);
  Network own = he_network(widths, rng);
  if (plan.options.start_weights == StartWeights::different) return own;
  Rng first(plan.options.seed, 0);
  return he_network(widths, first);
}
// [/START]

[[noreturn]] void report_divergence(std::size_t k, std::size_t step) {
  throw std::runtime_error(fmt::format(
      "model {}: the loss stopped being a number at step {}; choose a smaller "
      "--rate",
      k, step));
}

}  // namespace

// [MODEL]
Network train_model(const EnsemblePlan& plan, std::size_t k,
                    std::span<const std::size_t> images) try {
  throw_if_interrupted();
  Rng rng(plan.options.seed, k);
  Network network = starting_network(plan, rng);
  Trainer trainer(plan.engine, network, plan.options.training, rng);
  const auto go_on = [](std::size_t) { return !interrupted(); };
  for (std::size_t epoch = 1; epoch <= plan.options.epochs; ++epoch) {
    const double loss = trainer.epoch(plan.data, images, go_on);
    throw_if_interrupted();
    if (plan.hook) plan.hook(k, epoch, loss);
  }
  return network;
} catch (const Diverged& diverged) {
  report_divergence(k, diverged.step());
}
// [/MODEL]

// [ENSEMBLE]
EnsembleRun train_ensemble(Executor& executor, const EnsemblePlan& plan) {
  EnsembleRun run;
  run.spans.resize(plan.shards.size());
  const auto order = submission_order(plan.shards, plan.order);
  const std::vector<WorkerCounters> before = executor.counters();
  const Stopwatch watch;

  run.networks = run_each(executor, order, [&](std::size_t k) {
    const double start = watch.seconds();
    Network network = train_model(plan, k, plan.shards[k]);
    run.spans[k] = {k, executor.worker_index(), start, watch.seconds(),
                    plan.shards[k].size()};
    return network;
  });
  run.seconds = watch.seconds();
  run.counters = executor.counters();
  for (std::size_t i = 0; i < before.size(); ++i) run.counters[i] -= before[i];
  return run;
}
// [/ENSEMBLE]

// [INSIDE]
EnsembleRun train_from_inside(Executor& executor, const EnsemblePlan& plan) {
  return executor.submit([&] { return train_ensemble(executor, plan); }).get();
}
// [/INSIDE]

// [CEILING]
double time_bare_threads(const EnsemblePlan& plan, std::size_t threads) {
  const auto hands = dealt_largest_first(plan.shards, threads);
  const Stopwatch watch;
  // One new thread each; unlike std::thread, async passes exceptions on.
  std::vector<std::future<void>> running;
  for (const std::vector<std::size_t>& hand : hands) {
    running.push_back(std::async(std::launch::async, [&] {
      for (const std::size_t k : hand) train_model(plan, k, plan.shards[k]);
    }));
  }
  for (auto& thread : running) thread.get();
  return watch.seconds();
}
// [/CEILING]

std::uint64_t digest(std::span<const Network> networks) {
  // FNV-1a again, one step a network.
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const Network& network : networks) {
    hash = (hash ^ digest(network)) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace nn
