#include "06_averaging/program/ways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "04_work_balancing/program/report.hpp"
#include "06_averaging/program/units.hpp"
#include "common/clock.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr double kSkew = 1;  // of the uneven shards, unless --skew says more

RoundOptions without_outer(RoundOptions options) {
  options.outer_rate = 1;
  options.outer_momentum = 0;
  return options;
}

WayResult train(const AveragingChapter& chapter, Executor& executor,
                const Way& way) {
  const Experiment& experiment = chapter.experiment;
  EnsemblePlan plan = experiment.plan(StartWeights::same);
  plan.shards = way.shards;
  plan.options.training.batch = chapter.round_batch;
  plan.options.training.rate = chapter.round_rate;
  LiveLines live(std::cout, experiment.terminal, 1,
                 experiment.settings.common.quiet);
  WayResult result{way.name, {}, 0};
  double trying = 0;
  const Stopwatch watch;
  live.set(0, fmt::format("{}, round 1", way.name));
  train_in_rounds(
      executor, plan, way.options, [&](std::size_t round, const Network& mean) {
        trying += seconds_of([&] {
          result.accuracies.push_back(test_accuracy(experiment, mean));
        });
        live.set(0, fmt::format("{}, round {} of {}: {}", way.name, round,
                                way.options.rounds,
                                percent(result.accuracies.back())));
      });
  result.seconds = watch.seconds() - trying;
  return result;
}

// 1, 2, 5, 10, 20, 50, ...
std::size_t next_shown(std::size_t round) {
  std::size_t power = 1;
  while (power * 10 <= round) power *= 10;
  return round / power == 2 ? 5 * power : 2 * round;
}

}  // namespace

std::vector<Way> ways_of(const AveragingChapter& chapter) {
  const Experiment& experiment = chapter.experiment;
  const EnsembleSettings& settings = experiment.settings;
  const Dataset& train = experiment.data.train;
  ShardOptions uneven = shard_options(settings);
  uneven.skew = std::max(kSkew, settings.skew);
  const std::vector<Shard> sorted = cut_by_digit(
      train.labels, settings.models, chapter.pieces, settings.common.seed);
  const RoundOptions outer = chapter.rounds;
  const RoundOptions plain = without_outer(outer);
  return {{"alike", experiment.shards, plain},
          {"with momentum", experiment.shards, outer},
          {"uneven", cut_into_shards(train.size(), uneven), plain},
          {"by digit", sorted, plain},
          {"with momentum", sorted, outer}};
}

std::vector<WayResult> train_ways(const AveragingChapter& chapter,
                                  Executor& executor,
                                  const std::vector<Way>& ways) {
  std::vector<WayResult> results;
  for (const Way& way : ways) {
    results.push_back(train(chapter, executor, way));
  }
  return results;
}

void print_ways(const Experiment& experiment,
                const std::vector<WayResult>& results) {
  std::vector<std::string> header = {"round"};
  for (const WayResult& result : results) header.push_back(result.name);
  Table table(header);
  const std::size_t rounds = results.front().accuracies.size();
  for (std::size_t round = 1; round <= rounds;) {
    std::vector<std::string> row = {thousands(round)};
    for (const WayResult& result : results) {
      row.push_back(percent(result.accuracies[round - 1]));
    }
    table.row(row);
    if (round == rounds) break;
    round = std::min(next_shown(round), rounds);
  }
  table.print(std::cout, experiment.terminal);
  const double all = results.front().seconds;
  std::cout << fmt::format("{} took {}, {} each.\n", counted(rounds, "round"),
                           duration(all),
                           duration(all / static_cast<double>(rounds)));
}

std::string ways_csv(const std::vector<WayResult>& results) {
  std::string csv, last;
  for (const WayResult& result : results) {
    // The same name again is the column beside: the way before, but for it.
    const bool beside = result.name == "with momentum";
    const std::string way = beside ? last + " " + result.name : result.name;
    for (std::size_t i = 0; i < result.accuracies.size(); ++i) {
      csv += fmt::format("round,{},{},{:.4f},,,\n", way, i + 1,
                         result.accuracies[i]);
    }
    last = result.name;
  }
  return csv;
}

}  // namespace nn
