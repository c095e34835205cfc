#include "07_speedup/program/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "07_speedup/statistics.hpp"
#include "common/clock.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

double total(const StageTimes& times) {
  return std::accumulate(times.begin(), times.end(), 0.0);
}

std::string stages_csv(const std::vector<StagesRun>& runs) {
  std::string text;
  for (const StagesRun& run : runs) {
    for (std::size_t round = 0; round < run.rounds.size(); ++round) {
      for (std::size_t stage = 0; stage < kStageCount; ++stage) {
        text += fmt::format("stage,{},,{},{},{:.9f},\n", kStages[stage],
                            run.workers, round + 1, run.rounds[round][stage]);
      }
    }
  }
  return text;
}

StageTimes medians(const StagesRun& run) {
  StageTimes middle{};
  for (std::size_t stage = 0; stage < kStageCount; ++stage) {
    std::vector<double> times;
    for (const StageTimes& round : run.rounds) times.push_back(round[stage]);
    middle[stage] = median(times);
  }
  return middle;
}

namespace {

std::unique_ptr<Executor> executor_for(std::size_t workers) {
  if (workers == 1) return std::make_unique<SerialExecutor>();
  return std::make_unique<WorkStealingPool>(workers);
}

// The share of test images that the network gets right: a thousand images a
// task.
double evaluate(Executor& executor, const Engine& engine,
                const Network& network, const Dataset& test) {
  constexpr std::size_t kChunk = 1000;
  const std::size_t chunks = (test.size() + kChunk - 1) / kChunk;
  const auto rights =
      run_each(executor, indices_below(chunks), [&](std::size_t k) {
        const std::size_t first = k * kChunk;
        const std::size_t count = std::min(kChunk, test.size() - first);
        const Dataset part = slice(test, first, count);
        const Matrix P = predict(engine, network, part.images);
        return accuracy(P, part.labels) * static_cast<double>(count);
      });
  return std::accumulate(rights.begin(), rights.end(), 0.0) /
         static_cast<double>(test.size());
}

// [STAGES]
StageTimes run_stages(const Experiment& experiment, std::size_t epochs,
                      Executor& executor) {
  const EnsembleSettings& settings = experiment.settings;
  StageTimes times{};
  DataOptions reading = data_options(settings);
  reading.threads = executor.thread_count();
  Data data;
  times[0] = seconds_of([&] { data = load_data(reading); });

  std::vector<Shard> shards;
  times[1] = seconds_of([&] {
    shards = cut_into_shards(data.train.size(), shard_options(settings));
  });
  EnsemblePlan plan = {
      .engine = *experiment.engine,
      .data = data.train,
      .shards = shards,
      .options = ensemble_options(settings, StartWeights::same)};
  plan.options.epochs = epochs;
  EnsembleRun run;
  times[2] = seconds_of([&] { run = train_ensemble(executor, plan); });

  Network average;
  times[3] =
      seconds_of([&] { average = average_weights(executor, run.networks); });
  times[4] =
      seconds_of([&] { evaluate(executor, plan.engine, average, data.test); });
  return times;
}
// [/STAGES]

}  // namespace

std::vector<StagesRun> measure_stages(const Experiment& experiment,
                                      std::size_t epochs,
                                      const std::vector<std::size_t>& workers,
                                      std::size_t rounds,
                                      const std::function<void()>& hook) {
  std::vector<StagesRun> runs;
  for (const std::size_t count : workers) runs.push_back({count, {}});
  for (std::size_t round = 0; round < rounds; ++round) {
    for (StagesRun& run : runs) {
      throw_if_interrupted();
      hook();
      const auto executor = executor_for(run.workers);
      run.rounds.push_back(run_stages(experiment, epochs, *executor));
    }
  }
  return runs;
}

std::array<WhatIf, kStageCount> what_if(const StageTimes& serial) {
  std::array<WhatIf, kStageCount> all;
  for (std::size_t stage = 0; stage < kStageCount; ++stage) {
    all[stage].share = serial[stage] / total(serial);
    all[stage].at_most = 1 / (1 - all[stage].share);
  }
  return all;
}

double mixed_total(const StageTimes& times, const StageTimes& shared,
                   const std::vector<std::size_t>& parallel) {
  StageTimes mixed = times;
  for (const std::size_t stage : parallel) mixed[stage] = shared[stage];
  return total(mixed);
}

}  // namespace nn
