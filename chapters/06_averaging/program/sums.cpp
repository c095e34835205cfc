#include "06_averaging/program/sums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <limits>
#include <span>

#include "06_averaging/aggregation.hpp"
#include "common/clock.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kMany = 1000;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr int kTries = 7;

// Averages the networks in each way, and reads them, in turn, several times.
// Other programs only ever make it slower: the fastest try counts.
struct Timed {
  std::array<double, 3> ways;
  double read;
};

Timed time_ways(Executor& executor, std::span<const Network> networks) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const std::size_t slices = 4 * executor.thread_count();
  Timed best{{kNever, kNever, kNever}, kNever};
  const auto time = [](double& seconds, const auto& work) {
    throw_if_interrupted();
    seconds = std::min(seconds, seconds_of(work));
  };
  for (int i = 0; i < kTries; ++i) {
    time(best.ways[0], [&] { average_by_loop(networks); });
    time(best.ways[1], [&] { average_by_tree(executor, networks); });
    time(best.ways[2], [&] { average_by_slices(executor, networks, slices); });
    time(best.read, [&] { read_all(executor, networks); });
  }
  return best;
}

void add_times(Executor& executor, std::span<const Network> networks,
               SumCosts& costs) {
  const Timed best = time_ways(executor, networks);
  costs.times.push_back({networks.size(), "loop", best.ways[0], 0});
  costs.times.push_back({networks.size(), "tree", best.ways[1], 0});
  costs.times.push_back({networks.size(), "slices", best.ways[2], 0});
  // The last and largest counts: what does not fit into a cache.
  costs.bandwidth =
      static_cast<double>(costs.bytes * networks.size()) / best.read;
}

double bytes_of(const SumCosts& costs, std::size_t networks) {
  return static_cast<double>(costs.bytes * networks);
}

}  // namespace

SumCosts time_sums(const AveragingChapter& chapter, Executor& executor,
                   const std::vector<Network>& networks) {
  const Experiment& experiment = chapter.experiment;
  LiveLines live(std::cout, experiment.terminal, 1,
                 experiment.settings.common.quiet);
  live.set(0, "Timing how the weights are averaged");
  SumCosts costs;
  costs.bytes = sizeof(float) * parameter_count(networks.front());
  add_times(executor, networks, costs);
  if (networks.size() < kMany && costs.bytes * kMany > kMostBytes) {
    costs.left_out = kMany;
  } else if (networks.size() < kMany) {
    std::vector<Network> many = networks;
    while (many.size() < kMany) {
      many.push_back(networks[many.size() % networks.size()]);
    }
    add_times(executor, many, costs);
  }
  for (SumTime& time : costs.times) {
    time.share =
        bytes_of(costs, time.networks) / time.seconds / costs.bandwidth;
  }
  return costs;
}

void print_sums(const Experiment& experiment, const SumCosts& costs,
                const WayResult& rounds) {
  Table table({"networks", "way", "time", "of the bandwidth"});
  for (const SumTime& time : costs.times) {
    table.row({thousands(time.networks), time.way, duration(time.seconds),
               percent(time.share, 0)});
  }
  table.print(std::cout, experiment.terminal);
  if (costs.left_out > 0) {
    std::cout << fmt::format("{} of these would take {:.1f} GB: left out.\n",
                             thousands(costs.left_out),
                             bytes_of(costs, costs.left_out) / 1e9);
  }
  const double round =
      rounds.seconds / static_cast<double>(rounds.accuracies.size());
  const auto best = std::ranges::min_element(
      costs.times.begin(), costs.times.begin() + 3, {}, &SumTime::seconds);
  // Images a model at which averaging takes a tenth of the time.
  const double images = static_cast<double>(experiment.data.train.size()) /
                        static_cast<double>(best->networks);
  const double tenth = 9 * best->seconds / (round - best->seconds) * images;
  std::cout << fmt::format(
      "All workers together read {:.1f} GB/s. Above 100%, they read from a "
      "cache.\nA round takes {}: the fastest way is {} of it. If training took "
      "all the\nrest, it would be 10% with {:.0f} images a model and round, "
      "and "
      "not {:.0f}.\n",
      costs.bandwidth / 1e9, duration(round), percent(best->seconds / round),
      tenth, images);
}

std::string sums_csv(const SumCosts& costs) {
  std::string csv;
  for (const SumTime& time : costs.times) {
    csv += fmt::format("sum,{},{},,,,{:.6f}\n", time.way, time.networks,
                       time.seconds);
  }
  return csv;
}

}  // namespace nn
