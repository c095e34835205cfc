#include <string>
#include <vector>

#include "07_speedup/bounds.hpp"
#include "coursework/probes/probe.hpp"

namespace {

void report_optimum(const std::string& what,
                    const std::vector<nn::Ticks>& tasks, std::size_t workers,
                    nn::probe::Report& report) {
  report.exact("the best time of " + what + " on " + std::to_string(workers) +
                   " workers",
               static_cast<double>(nn::optimal_makespan(tasks, workers)));
}

std::vector<nn::Ticks> random_tasks(std::size_t count, nn::Rng& rng) {
  std::vector<nn::Ticks> tasks(count);
  for (nn::Ticks& task : tasks) {
    task = 1 + static_cast<nn::Ticks>(rng.below(40));
  }
  return tasks;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report_optimum("3, 3, 2, 2, 2", {3, 3, 2, 2, 2}, 2, report);
  report_optimum("5, 5, 4, 4, 3, 3, 3", {5, 5, 4, 4, 3, 3, 3}, 3, report);
  report_optimum("one task of 7", {7}, 2, report);
  report_optimum("6 random tasks", random_tasks(6, rng), 2, report);
  report_optimum("8 random tasks", random_tasks(8, rng), 3, report);
  if (!thorough) return;

  report_optimum("no tasks", {}, 2, report);
  report_optimum("9 random tasks", random_tasks(9, rng), 1, report);
  report_optimum("5 random tasks", random_tasks(5, rng), 9, report);
  for (const std::size_t workers : {2, 3, 4}) {
    report_optimum("11 random tasks", random_tasks(11, rng), workers, report);
  }
  report_optimum("7, 7, 6, 6, 5, 5, 4, 4, 4", {7, 7, 6, 6, 5, 5, 4, 4, 4}, 4,
                 report);
}
