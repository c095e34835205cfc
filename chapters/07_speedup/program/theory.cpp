#include "07_speedup/program/theory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <ostream>

#include "07_speedup/anomalies.hpp"
#include "07_speedup/bounds.hpp"
#include "common/program/interrupt.hpp"
#include "common/rng.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"
#include "common/terminal/timeline.hpp"

namespace nn {

namespace {

// ---- Random instances ------------------------------------------------------

struct Instance {
  std::vector<Ticks> tasks;
  std::size_t workers = 1;
  std::uint64_t seed = 1;  // of the simulated pool
};

// Few or many tasks, even ones or some that are far longer.
Instance random_instance(Rng& rng, std::size_t most_tasks,
                         std::size_t most_workers) {
  Instance instance;
  instance.tasks.resize(1 + rng.below(most_tasks));
  const std::uint64_t widest = rng.below(2) == 0 ? 4 : 60;
  for (Ticks& task : instance.tasks) {
    task = 1 + static_cast<Ticks>(rng.below(widest));
    if (rng.below(8) == 0) task *= 10;
  }
  instance.workers = 2 + rng.below(most_workers - 1);  // one: no question
  instance.seed = rng.next();
  return instance;
}

double simulated(const Instance& instance, Policy policy,
                 Submission submission = Submission::outside,
                 const MoveCosts& costs = {}) {
  const SimulatorOptions options = {.policy = policy,
                                    .workers = instance.workers,
                                    .costs = costs,
                                    .seed = instance.seed};
  return static_cast<double>(
      simulate({instance.tasks, submission}, options).time);
}

// How near an instance comes to a bound: above 1, it breaks it.
using Nearness = std::function<double(const Instance&)>;

void try_one(const Instance& instance, const Nearness& nearness, Trial& trial) {
  constexpr double kRounding = 1e-9;
  const double near = nearness(instance);
  ++trial.instances;
  if (near > 1 + kRounding) ++trial.violations;
  trial.closest = std::max(trial.closest, near);
}

double near_least(const Instance& i, double time) {
  return least_time(i.tasks, i.workers) / time;
}

double near_list_bound(const Instance& i, double time) {
  return time / list_bound(i.tasks, i.workers);
}

double near_longest_first(const Instance& i) {
  const auto found =
      static_cast<double>(list_makespan(longest_first(i.tasks), i.workers));
  const auto best = static_cast<double>(optimal_makespan(i.tasks, i.workers));
  return found / (longest_first_ratio(i.workers) * best);
}

// Blumofe and Leiserson's O() with the factor 4, each step a tick.
double near_stealing_bound(const Instance& i) {
  const MoveCosts unit = {.submit = 1, .look = 1, .move = 1};
  const auto n = static_cast<double>(i.tasks.size());
  const double work = static_cast<double>(total(i.tasks)) + n - 1;
  const double path =
      static_cast<double>(longest(i.tasks)) + std::ceil(std::log2(n));
  return simulated(i, Policy::stealing, Submission::by_halves, unit) /
         (work / static_cast<double>(i.workers) + 4 * path);
}

Trial trial_of(const std::string& bound, const std::string& schedule,
               std::size_t instances, std::uint64_t seed, std::size_t most,
               const Nearness& nearness) {
  Trial trial = {.bound = bound, .applies_to = schedule};
  Rng rng(seed);
  for (std::size_t k = 0; k < instances; ++k) {
    throw_if_interrupted();
    // The optimum is found by search: that takes few tasks.
    const bool few = most <= 12;
    try_one(random_instance(rng, most, few ? 4 : 16), nearness, trial);
  }
  return trial;
}

}  // namespace

std::vector<Trial> try_bounds(std::size_t instances, std::uint64_t seed) {
  const auto of = [&](const char* bound, const char* schedule, std::size_t most,
                      const Nearness& nearness) {
    return trial_of(bound, schedule, instances, seed, most, nearness);
  };
  const auto list = [](const Instance& i) {
    return static_cast<double>(list_makespan(i.tasks, i.workers));
  };
  const auto pool = [](Policy policy) {
    return [policy](const Instance& i) { return simulated(i, policy); };
  };
  const auto least = [](auto time) {
    return [=](const Instance& i) { return near_least(i, time(i)); };
  };
  const auto greedy = [](auto time) {
    return [=](const Instance& i) { return near_list_bound(i, time(i)); };
  };
  const char* const kLeast = "at least max(T1/P, longest)";
  const char* const kList = "at most T1/P + (1 - 1/P) longest";
  return {of(kLeast, "static", 60, least(pool(Policy::static_blocks))),
          of(kLeast, "balancing", 60, least(pool(Policy::balancing))),
          of(kLeast, "stealing", 60, least(pool(Policy::stealing))),
          of(kList, "list", 60, greedy(list)),
          of(kList, "balancing", 60, greedy(pool(Policy::balancing))),
          of(kList, "stealing", 60, greedy(pool(Policy::stealing))),
          of("at most (4/3 - 1/(3P)) best", "longest first", 10,
             near_longest_first),
          of("at most T1/P + 4 T_inf", "stealing, halves", 60,
             near_stealing_bound)};
}

void print_trials(std::ostream& out, const Terminal& terminal,
                  const std::vector<Trial>& trials) {
  Table table({"the time is", "schedule", "instances", "broken", "closest"});
  for (const Trial& trial : trials) {
    table.row({trial.bound, trial.applies_to, thousands(trial.instances),
               thousands(trial.violations),
               fmt::format("{:.3f}", trial.closest)});
  }
  table.print(out, terminal);
}

// ---- Examples --------------------------------------------------------------

void show_anomaly(std::ostream& out, const Terminal& terminal) {
  constexpr double kWidth = 15;  // the longest of them
  for (const std::size_t processors : {3U, 4U, 5U}) {
    const std::vector<Placed> schedule =
        list_schedule(grahams_jobs(), processors);
    std::vector<TaskSpan> spans;
    for (const Placed& placed : schedule) {
      // The ninth job is number 9, as in the paper.
      spans.push_back({placed.job + 1, placed.processor,
                       static_cast<double>(placed.start),
                       static_cast<double>(placed.end)});
    }
    out << fmt::format("{} processors: {}\n", processors, makespan(schedule));
    draw_timeline(out, terminal, spans, processors, kWidth);
    out << '\n';
  }
}

void show_staircase(std::ostream& out, const Terminal& terminal) {
  const std::vector<Ticks> shards(60, 1000);
  Table table({"workers", "rounds", "speedup", "busy"});
  for (const std::size_t workers :
       {1U, 2U, 10U, 20U, 29U, 30U, 45U, 59U, 60U, 1024U}) {
    const auto time = static_cast<double>(list_makespan(shards, workers));
    const double speedup = static_cast<double>(total(shards)) / time;
    table.row({thousands(workers), fmt::format("{:.0f}", time / 1000),
               fmt::format("{:.2f}", speedup),
               percent(speedup / static_cast<double>(workers), 0)});
  }
  table.print(out, terminal);
}

namespace {

// A million ticks of work, in tasks of one tick or in uneven ones.
std::vector<Ticks> unit_tasks() {
  return std::vector<Ticks>(1'000'000, 1);
}

std::vector<Ticks> uneven_tasks(Rng& rng) {
  std::vector<Ticks> tasks;
  for (Ticks left = 1'000'000; left > 0; left -= tasks.back()) {
    const auto wide = static_cast<Ticks>(1 / (1e-3 + rng.uniform()));
    tasks.push_back(std::min(left, wide));
  }
  return tasks;
}

std::string excess(const std::vector<Ticks>& tasks, std::size_t workers,
                   Submission submission, bool half, std::uint64_t seed) {
  const SimulatorOptions options = {.workers = workers,
                                    .costs = {.look = 1},
                                    .steals_half = half,
                                    .seed = seed};
  const SimulatedRun run = simulate({tasks, submission}, options);
  return fmt::format("{:.0f}", static_cast<double>(run.time) -
                                   static_cast<double>(total(tasks)) /
                                       static_cast<double>(workers));
}

}  // namespace

void show_thefts(std::ostream& out, const Terminal& terminal,
                 std::uint64_t seed) {
  Rng rng(seed);
  Table table({"tasks", "workers", "T1/P", "longest", "one", "half",
               "one, halves", "3.65 log2 n"});
  const auto add = [&](const char* name, const std::vector<Ticks>& tasks) {
    for (const std::size_t workers : {64U, 1024U}) {
      const double equal = 1e6 / static_cast<double>(workers);
      const auto by = [&](Submission submission, bool half) {
        return excess(tasks, workers, submission, half, seed);
      };
      table.row(
          {name, thousands(workers), fmt::format("{:.0f}", equal),
           fmt::format("{}", longest(tasks)), by(Submission::by_a_task, false),
           by(Submission::by_a_task, true), by(Submission::by_halves, false),
           fmt::format("{:.0f}", steal_half_bound(tasks.size(), workers) -
                                     static_cast<double>(tasks.size()) /
                                         static_cast<double>(workers))});
    }
  };
  add("of one tick", unit_tasks());
  add("uneven", uneven_tasks(rng));
  table.print(out, terminal);
}

}  // namespace nn
