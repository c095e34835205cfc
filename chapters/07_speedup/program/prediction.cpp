#include "07_speedup/program/prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "07_speedup/bounds.hpp"

namespace nn {

namespace {

double seconds(Ticks ticks) {
  return 1e-9 * static_cast<double>(ticks);
}

std::vector<Ticks> stretched(std::span<const Ticks> tasks, double factor) {
  std::vector<Ticks> longer;
  for (const Ticks task : tasks) {
    longer.push_back(std::llround(factor * static_cast<double>(task)));
  }
  return longer;
}

Submission submission_of(const Way& way) {
  return way.by_a_task ? Submission::by_a_task : Submission::outside;
}

}  // namespace

// [SLOWDOWN]
double slowdown(std::span<const Point> points, std::size_t workers) {
  std::vector<double> factors;
  for (const Point& point : points) {
    if (point.workers != workers) continue;
    for (std::size_t round = 0; round < point.tasks.size(); ++round) {
      const std::vector<Ticks> tasks = longest_first(point.tasks[round]);
      factors.push_back(point.executors[kCeiling].seconds[round] /
                        seconds(list_makespan(tasks, workers)));
    }
  }
  return factors.empty() ? 1 : median(factors);
}
// [/SLOWDOWN]

namespace {

// [SIMULATED]
// The speedup that the simulator predicts, one a round, from the serial run of
// that round.
std::vector<double> simulated_speedups(const Point& point, std::size_t which,
                                       const MoveCosts& costs, double factor) {
  const SimulatorOptions options = {
      .policy = kPolicies[which], .workers = point.workers, .costs = costs};
  std::vector<double> result;
  for (std::size_t round = 0; round < point.tasks.size(); ++round) {
    const std::vector<Ticks> tasks = stretched(point.tasks[round], factor);
    const SimulatedRun run =
        simulate({tasks, submission_of(all_ways()[point.way])}, options);
    result.push_back(point.serial[round] / seconds(run.time));
  }
  return result;
}
// [/SIMULATED]

double simulated_empty_speedup(const Point& point, std::size_t which,
                               const MoveCosts& costs, std::size_t count) {
  const std::vector<Ticks> tasks(count, 0);
  const SimulatedRun run = simulate(
      {tasks, Submission::by_a_task},
      {.policy = kPolicies[which], .workers = point.workers, .costs = costs});
  return median(point.serial) / seconds(run.time);
}

}  // namespace

std::vector<Cell> validate(std::span<const Point> points, const Costs& costs,
                           std::size_t empty_tasks, std::size_t cores) {
  std::vector<Cell> cells;
  Rng rng(1);
  for (const Point& point : points) {
    const double factor = slowdown(points, point.workers);
    const double ceiling = median(speedups(point, kCeiling));
    for (std::size_t which = 0; which < std::size(kPolicies); ++which) {
      Cell cell = {.way = point.way,
                   .executor = which,
                   .workers = point.workers,
                   .measured = bootstrap_median(speedups(point, which), rng),
                   .ceiling = ceiling};
      const auto known = costs.find({which, point.workers});
      if (point.workers <= cores && known != costs.end()) {
        cell.simulated = all_ways()[point.way].empty
                             ? simulated_empty_speedup(
                                   point, which, known->second, empty_tasks)
                             : median(simulated_speedups(
                                   point, which, known->second, factor));
      }
      cells.push_back(cell);
    }
  }
  return cells;
}

namespace {

// [TYPICAL]
// Shards of the same size are the same work; their times differ by noise. So
// each task gets the median of all serial times for its number of images.
// Otherwise the longest of sixty noisy times would limit many workers.
std::vector<Ticks> typical_times(std::span<const Point> points,
                                 const Point& of) {
  std::map<std::size_t, std::vector<double>> times;  // by number of images
  for (const Point& point : points) {
    if (point.way != of.way) continue;
    for (const std::vector<Ticks>& round : point.tasks) {
      for (std::size_t k = 0; k < round.size(); ++k) {
        times[point.images[k]].push_back(static_cast<double>(round[k]));
      }
    }
  }
  std::vector<Ticks> tasks;
  for (const std::size_t images : of.images) {
    tasks.push_back(std::llround(median(times.at(images))));
  }
  return tasks;
}
// [/TYPICAL]

}  // namespace

std::vector<Recorded> recorded(std::span<const Point> points) {
  std::vector<Recorded> ways;
  for (const Point& point : points) {
    const Way& way = all_ways()[point.way];
    if (way.empty || point.workers != points.front().workers) continue;
    ways.push_back(
        {way.name, typical_times(points, point), submission_of(way)});
  }
  return ways;
}

Curve simulate_past(const Recorded& work, std::span<const MoveCosts> moves,
                    const std::vector<std::size_t>& workers) {
  Curve curve = {work.way, workers, {}, {}};
  const auto T_1 = static_cast<double>(total(work.tasks));
  for (std::size_t which = 0; which < moves.size(); ++which) {
    std::vector<double>& speedups = curve.speedups.emplace_back();
    for (const std::size_t count : workers) {
      const SimulatedRun run =
          simulate({work.tasks, work.submission}, {.policy = kPolicies[which],
                                                   .workers = count,
                                                   .costs = moves[which]});
      speedups.push_back(T_1 / static_cast<double>(run.time));
    }
  }
  for (const std::size_t count : workers) {
    curve.bound.push_back(T_1 / least_time(work.tasks, count));
  }
  return curve;
}

std::vector<std::size_t> past_workers(std::size_t tasks) {
  const std::size_t half = tasks / 2;
  std::vector<std::size_t> workers = {half, half - 1, 3 * tasks / 4, tasks - 1,
                                      tasks};
  std::erase_if(workers, [](std::size_t p) { return p == 0 || p > 1024; });
  for (std::size_t p = 1; p <= 1024; p *= 2) workers.push_back(p);
  std::ranges::sort(workers);
  workers.erase(std::unique(workers.begin(), workers.end()), workers.end());
  return workers;
}

std::string simulated_csv(std::span<const Curve> curves) {
  std::string text;
  for (const Curve& curve : curves) {
    const auto add = [&](const char* kind, const char* executor,
                         std::size_t workers, double speedup) {
      text += fmt::format("{},\"{}\",{},{},0,,{:.4f}\n", kind, curve.way,
                          executor, workers, speedup);
    };
    for (std::size_t i = 0; i < curve.workers.size(); ++i) {
      for (std::size_t which = 0; which < curve.speedups.size(); ++which) {
        add("simulated", kExecutors[which], curve.workers[i],
            curve.speedups[which][i]);
      }
      add("bound", "any", curve.workers[i], curve.bound[i]);
    }
  }
  return text;
}

}  // namespace nn
