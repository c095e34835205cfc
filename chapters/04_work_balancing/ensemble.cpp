#include "04_work_balancing/ensemble.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <string>

#include "04_work_balancing/shards.hpp"
#include "common/interrupt.hpp"
#include "common/progress.hpp"

namespace nn {

namespace {

Widths widths_for(const Dataset& shard, const EnsembleOptions& options) {
  Widths widths = {shard.images.n_rows};
  widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
  widths.push_back(kClasses);
  return widths;
}

// [START]
// With one start for all, model k still draws weights of its own and throws
// them away: so it sees its images in the same order either way, and the two
// ensembles differ in nothing but the start.
Network starting_network(const Widths& widths, const EnsembleOptions& options,
                         Rng& rng) {
  Network own = he_network(widths, rng);
  if (options.starts == Starts::different) return own;
  Rng first(options.seed, 0);
  return he_network(widths, first);
}
// [/START]

[[noreturn]] void report_divergence(std::size_t k, std::size_t step) {
  throw std::runtime_error("model " + std::to_string(k) +
                           ": the loss stopped being a number at " + "step " +
                           std::to_string(step) + "; choose a smaller --rate");
}

}  // namespace

// [MODEL]
Network train_model(const Engine& engine, const Dataset& shard, std::size_t k,
                    const EnsembleOptions& options, const EpochHook& hook) try {
  throw_if_interrupted();
  Rng rng(options.seed, k);
  Network network = starting_network(widths_for(shard, options), options, rng);
  Trainer trainer(engine, network, options.training, rng);
  const auto go_on = [](std::size_t) { return !interrupted(); };
  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const double loss = trainer.epoch(shard, go_on);
    throw_if_interrupted();
    if (hook) hook(k, epoch, loss);
  }
  return network;
} catch (const Diverged& diverged) {
  report_divergence(k, diverged.step());
}
// [/MODEL]

// [ENSEMBLE]
EnsembleRun train_ensemble(Executor& executor, const Engine& engine,
                           std::span<const Dataset> shards,
                           std::span<const std::size_t> order,
                           const EnsembleOptions& options,
                           const EpochHook& hook) {
  EnsembleRun run;
  run.spans.resize(shards.size());
  const std::vector<WorkerCounters> before = executor.counters();
  const Clock clock = steady_clock();
  const double began = clock();

  std::vector<Future<Network>> futures(shards.size());
  for (const std::size_t k : order) {
    futures[k] = executor.submit([&, k] {
      const double start = clock() - began;
      Network network = train_model(engine, shards[k], k, options, hook);
      run.spans[k] = {k, executor.worker_index(), start, clock() - began};
      return network;
    });
  }
  // Wait for all before reading any: a get() that throws would leave the
  // others training on what is no longer there.
  for (const auto& future : futures) future.wait();
  run.seconds = clock() - began;
  run.counters = executor.counters();
  for (std::size_t i = 0; i < before.size(); ++i) run.counters[i] -= before[i];
  for (auto& future : futures) run.networks.push_back(future.get());
  return run;
}
// [/ENSEMBLE]

EnsembleRun train_from_inside(Executor& executor, const Engine& engine,
                              std::span<const Dataset> shards,
                              std::span<const std::size_t> order,
                              const EnsembleOptions& options,
                              const EpochHook& hook) {
  auto root = executor.submit([&] {
    return train_ensemble(executor, engine, shards, order, options, hook);
  });
  return root.get();
}

namespace {

// Which thread trains which shards: see time_bare_threads().
std::vector<std::vector<std::size_t>> dealt_largest_first(
    std::span<const Dataset> shards, std::size_t threads) {
  std::vector<std::vector<std::size_t>> hands(threads);
  std::vector<std::size_t> images(threads);
  for (const std::size_t k : submission_order(shards, ShardOrder::descending)) {
    const auto least = std::min_element(images.begin(), images.end());
    *least += shards[k].size();
    hands[static_cast<std::size_t>(least - images.begin())].push_back(k);
  }
  return hands;
}

}  // namespace

// [CEILING]
double time_bare_threads(const Engine& engine, std::span<const Dataset> shards,
                         const EnsembleOptions& options, std::size_t threads) {
  const auto hands = dealt_largest_first(shards, threads);
  const Clock clock = steady_clock();
  const double began = clock();
  // One new thread each; unlike std::thread, async hands exceptions on.
  std::vector<std::future<void>> running;
  for (const std::vector<std::size_t>& hand : hands) {
    running.push_back(std::async(std::launch::async, [&] {
      for (const std::size_t k : hand) {
        train_model(engine, shards[k], k, options);
      }
    }));
  }
  for (auto& thread : running) thread.get();
  return clock() - began;
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
