#include "04_work_balancing/program/experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "03_training/evaluation.hpp"
#include "04_work_balancing/program/live_models.hpp"
#include "04_work_balancing/program/votes.hpp"
#include "04_work_balancing/schedule/virtual_clock.hpp"
#include "common/blas.hpp"
#include "common/terminal/text.hpp"

namespace nn {

void prepare(Experiment& experiment) {
  const EnsembleSettings& settings = experiment.settings;
  use_one_blas_thread();
  take_blas_memory(settings.common.threads);
  experiment.data = load_data(data_options(settings));
  const Dataset& train = experiment.data.train;
  experiment.shards = cut_into_shards(train.size(), shard_options(settings));
  std::cout << fmt::format(
      "{}\n{}; a {}-{}-{} network each, batch {}, rate {}\n",
      experiment.data.description, shards_text(experiment.shards),
      train.images.n_rows, fmt::join(settings.common.hidden, "-"), kClasses,
      settings.common.batch, settings.common.rate);
}

void prepare_virtual_clock(Experiment& experiment) {
  constexpr std::size_t kMnistImages = 60'000;
  const EnsembleSettings& settings = experiment.settings;
  const std::size_t limit = settings.common.limit;
  experiment.shards =
      cut_into_shards(limit == 0 ? kMnistImages : std::min(limit, kMnistImages),
                      shard_options(settings));
  std::cout << fmt::format(
      "On a virtual clock: a worker takes a second for {} images, and\nno time "
      "for anything else. Nothing is trained.\n{} for {}.\n",
      thousands(kImagesPerSecond), shards_text(experiment.shards),
      counted(settings.common.threads, "worker"));
}

void print_title(const Experiment& experiment, const std::string& title) {
  std::cout << fmt::format("\n{}\n\n",
                           styled(experiment.terminal, Style::bold, title));
}

EnsembleRun train_and_show(const Experiment& experiment, Executor& executor,
                           const std::string& title, StartWeights start) {
  LiveModels live(std::cout, experiment.terminal, executor, title,
                  experiment.settings);
  return train_from_inside(executor, experiment.plan(start, live.hook()));
}

namespace {

// [ALONE]
// One network on all images, as one task beside the others. It counts as the
// model after the last.
Future<Network> train_alone(const Experiment& experiment, Executor& executor,
                            const EpochHook& hook) {
  EnsemblePlan plan = experiment.plan(StartWeights::different, hook);
  plan.options.epochs = experiment.settings.alone_epochs;
  return executor.submit([plan] {
    return train_model(plan, plan.shards.size(),
                       indices_below(plan.data.size()));
  });
}
// [/ALONE]

// The models that those from different starts are compared with.
struct Others {
  EnsembleRun same;
  Network alone;
};

Others train_others(const Experiment& experiment, Executor& executor) {
  LiveModels live(std::cout, experiment.terminal, executor, "one start",
                  experiment.settings);
  Future<Network> alone = train_alone(experiment, executor, live.hook());
  try {
    EnsembleRun same = train_from_inside(
        executor, experiment.plan(StartWeights::same, live.hook()));
    return {std::move(same), alone.get()};
  } catch (...) {
    if (alone.valid()) alone.wait();  // it still calls the hook
    throw;
  }
}

}  // namespace

AllCombinations combine_and_show(const Experiment& experiment,
                                 Executor& executor,
                                 const EnsembleRun& different) {
  const Others others = train_others(experiment, executor);
  const Dataset& test = experiment.data.test;
  const EnsemblePlan plan = experiment.plan(StartWeights::different);
  return {
      combine(executor, plan, different.networks, test),
      combine(executor, plan, others.same.networks, test),
      answers_of(predict(plan.engine, others.alone, test.images), test.labels)};
}

void show_combinations(const Experiment& experiment,
                       const AllCombinations& results) {
  const Terminal& terminal = experiment.terminal;
  print_title(experiment, "How good the models are together");
  print_combinations(std::cout, terminal, results, experiment.shards.size());
  if (experiment.settings.common.quiet) return;
  print_title(experiment, "How they vote on one image");
  print_votes(std::cout, terminal, experiment.data.test, results);
}

}  // namespace nn
