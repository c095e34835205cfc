#include "07_speedup/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace nn {

Ticks total(std::span<const Ticks> tasks) {
  return std::accumulate(tasks.begin(), tasks.end(), Ticks{0});
}

Ticks longest(std::span<const Ticks> tasks) {
  return tasks.empty() ? 0 : *std::ranges::max_element(tasks);
}

// [BOUNDS]
double least_time(std::span<const Ticks> tasks, std::size_t workers) {
  return std::max(
      static_cast<double>(total(tasks)) / static_cast<double>(workers),
      static_cast<double>(longest(tasks)));
}

double list_bound(std::span<const Ticks> tasks, std::size_t workers) {
  const auto p = static_cast<double>(workers);
  return static_cast<double>(total(tasks)) / p +
         (1 - 1 / p) * static_cast<double>(longest(tasks));
}

double longest_first_ratio(std::size_t workers) {
  return 4.0 / 3 - 1 / (3 * static_cast<double>(workers));
}
// [/BOUNDS]

namespace {

// [SEARCH]
// Tries every way to deal out the tasks from k on; `loads` is what each worker
// has already. Lowers `best`, the shortest time found so far.
void search(std::span<const Ticks> tasks, std::size_t k,
            std::vector<Ticks>& loads, Ticks& best) {
  // BEGIN SOLUTION search
  if (k == tasks.size()) {
    best = std::min(best, *std::ranges::max_element(loads));
    return;
  }
  for (std::size_t i = 0; i < loads.size(); ++i) {
    // Of workers with equal loads one is as good as another; and what is no
    // shorter than the best so far need not be finished.
    const auto end = loads.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(loads.begin(), end, loads[i]) != end) continue;
    if (loads[i] + tasks[k] >= best) continue;
    loads[i] += tasks[k];
    search(tasks, k + 1, loads, best);
    loads[i] -= tasks[k];
  }
  // END SOLUTION
}
// [/SEARCH]

}  // namespace

// [OPTIMUM]
Ticks optimal_makespan(std::span<const Ticks> tasks, std::size_t workers) {
  // The longest first: what does not fit is seen early.
  const std::vector<Ticks> sorted = longest_first(tasks);
  Ticks best = list_makespan(sorted, workers);
  std::vector<Ticks> loads(workers);
  search(sorted, 0, loads, best);
  return best;
}
// [/OPTIMUM]

Ticks total(std::span<const Job> jobs) {
  Ticks sum = 0;
  for (const Job& job : jobs) sum += job.length;
  return sum;
}

// [PATH]
Ticks critical_path(std::span<const Job> jobs) {
  std::vector<Ticks> ends;
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    Ticks start = 0;
    for (const std::size_t before : jobs[k].after) {
      if (before >= k) {
        throw std::invalid_argument("critical_path: a job waits for a later");
      }
      start = std::max(start, ends[before]);
    }
    ends.push_back(start + jobs[k].length);
  }
  return longest(ends);
}
// [/PATH]

double list_bound(std::span<const Job> jobs, std::size_t workers) {
  const auto p = static_cast<double>(workers);
  return static_cast<double>(total(jobs)) / p +
         (1 - 1 / p) * static_cast<double>(critical_path(jobs));
}

double steal_half_bound(std::size_t tasks, std::size_t workers) {
  const auto n = static_cast<double>(tasks);
  return n / static_cast<double>(workers) + 3.65 * std::log2(n);
}

}  // namespace nn
