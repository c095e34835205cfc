#include <string>
#include <vector>

#include "07_speedup/list_scheduling.hpp"
#include "coursework/probes/probe.hpp"

namespace {

void report_schedule(const std::string& what, const std::vector<nn::Job>& jobs,
                     std::size_t processors, nn::probe::Report& report) {
  std::vector<double> order, starts;
  for (const nn::Placed& placed : nn::list_schedule(jobs, processors)) {
    order.push_back(static_cast<double>(placed.job));
    starts.push_back(static_cast<double>(placed.start));
  }
  const std::string key =
      what + " on " + std::to_string(processors) + " processors: ";
  report.exact(key + "the jobs in the order in which they begin", order);
  report.exact(key + "when each of these begins", starts);
}

std::vector<nn::Job> random_jobs(std::size_t count, std::size_t chance,
                                 nn::Rng& rng) {
  std::vector<nn::Job> jobs(count);
  for (std::size_t k = 0; k < count; ++k) {
    jobs[k].length = 1 + static_cast<nn::Ticks>(rng.below(9));
    for (std::size_t before = 0; before < k; ++before) {
      if (rng.below(chance) == 0) jobs[k].after.push_back(before);
    }
  }
  return jobs;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report_schedule("jobs of 3, 2 and 1, in a chain", {{3}, {2, {0}}, {1, {1}}},
                  2, report);
  report_schedule(
      "jobs of 2, 3, 1 and 1, of which the second waits for the "
      "first",
      {{2}, {3, {0}}, {1}, {1}}, 2, report);
  report_schedule("8 random jobs that wait for nobody",
                  random_jobs(8, 1'000'000, rng), 3, report);
  report_schedule("10 random jobs, some of which wait", random_jobs(10, 4, rng),
                  2, report);
  if (!thorough) return;

  report_schedule("no jobs", {}, 2, report);
  report_schedule("a job that waits for a later one", {{2, {2}}, {1}, {4}}, 2,
                  report);
  report_schedule("30 random jobs, many of which wait", random_jobs(30, 3, rng),
                  4, report);
  report_schedule("30 random jobs, some of which wait",
                  random_jobs(30, 10, rng), 1, report);
  report_schedule("12 random jobs, more processors than jobs",
                  random_jobs(12, 5, rng), 20, report);
}
