#include "05_work_stealing/program/comparison.hpp"

#include <algorithm>
#include <stdexcept>

#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "04_work_balancing/program/report.hpp"

namespace nn {

std::vector<Contestant> make_contestants(const ContestantOptions& options) {
  const WorkBalancingPool::Options balancing = {.thread_count = options.threads,
                                                .threshold = options.threshold,
                                                .seed = options.seed};
  const WorkStealingPool::Options stealing = {.thread_count = options.threads,
                                              .deque = options.deque,
                                              .seed = options.seed};
  std::vector<Contestant> all;
  all.push_back({"serial", std::make_unique<SerialExecutor>()});
  all.push_back(
      {"static", std::make_unique<StaticExecutor>(options.threads), false});
  all.push_back({"balancing", std::make_unique<WorkBalancingPool>(balancing)});
  all.push_back({"stealing", std::make_unique<WorkStealingPool>(stealing)});
  return all;
}

namespace {

// The same for all measurements of a comparison.
struct Track {
  const EnsemblePlan& plan;
  const LapHook& hook;

  void announce(const std::string& name) const {
    if (hook) hook(name);
  }
};

EnsembleRun run_once(const Contestant& contestant, const Track& track,
                     const HeatOptions& heat) {
  track.announce(contestant.name);
  const bool by_a_task =
      heat.by_a_task && contestant.shares_what_a_task_submits;
  const auto train = by_a_task ? train_from_inside : train_ensemble;
  EnsemblePlan plan = track.plan;
  plan.order = heat.order;
  return train(*contestant.executor, plan);
}

std::uint64_t digest_of(Executor& executor, std::vector<Network> networks) {
  networks.push_back(average_weights(executor, networks));
  return digest(networks);
}

// [MEASURE]
// One more lap for this entry. The last one overwrites what the others left.
void measure(const Contestant& contestant, const Track& track,
             const HeatOptions& heat, bool is_last, Entry& entry) {
  EnsembleRun run = run_once(contestant, track, heat);
  entry.seconds.push_back(run.seconds);
  if (!is_last) return;
  entry.spans = std::move(run.spans);
  entry.counters = std::move(run.counters);
  entry.digest = digest_of(*contestant.executor, std::move(run.networks));
}

void measure_bare_threads(std::size_t threads, const Track& track,
                          Entry& entry) {
  track.announce(entry.executor);
  entry.seconds.push_back(time_bare_threads(track.plan, threads));
}
// [/MEASURE]

// [LAP]
void run_lap(std::span<const Contestant> contestants, const Track& track,
             bool is_last, Comparison& result) {
  measure(contestants[0], track, HeatOptions{}, is_last, result.serial);
  measure_bare_threads(contestants[1].executor->thread_count(), track,
                       result.bare);
  for (Heat& heat : result.heats) {
    for (std::size_t i = 0; i < heat.entries.size(); ++i) {
      measure(contestants[i + 1], track, heat.options, is_last,
              heat.entries[i]);
    }
  }
}
// [/LAP]

Comparison empty_comparison(std::span<const Contestant> contestants,
                            const ComparisonOptions& comparison) {
  Comparison empty;
  empty.title = comparison.title;
  empty.serial.executor = contestants[0].name;
  empty.bare.executor = "bare threads";
  for (const HeatOptions& options : comparison.heats) {
    Heat& heat = empty.heats.emplace_back();
    heat.options = options;
    for (const Contestant& contestant : contestants.subspan(1)) {
      heat.entries.emplace_back().executor = contestant.name;
    }
  }
  return empty;
}

}  // namespace

Comparison compare(std::span<const Contestant> contestants,
                   const EnsemblePlan& plan, const ComparisonOptions& options,
                   const LapHook& hook) {
  Comparison result = empty_comparison(contestants, options);
  const Track track{plan, hook};
  for (std::size_t lap = 1; lap <= options.laps; ++lap) {
    run_lap(contestants, track, lap == options.laps, result);
  }
  for (const Heat& heat : result.heats) {
    for (const Entry& entry : heat.entries) {
      require_equal_digests(result.serial.digest, entry.digest, entry.executor);
    }
  }
  return result;
}

std::size_t measurement_count(std::size_t contestants,
                              const ComparisonOptions& options) {
  return options.laps * (2 + (contestants - 1) * options.heats.size());
}

double fastest(const Entry& entry) {
  if (entry.seconds.empty()) throw std::invalid_argument("fastest: no laps");
  return *std::min_element(entry.seconds.begin(), entry.seconds.end());
}

}  // namespace nn
