#include <fmt/format.h>

#include "06_averaging/assignment.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

// Gains of n workers with n jobs; below 3 there are many ties.
nn::Mat<double> random_gains(std::size_t n, nn::Rng& rng, bool whole) {
  nn::Mat<double> gain(n, n);
  for (double& g : gain) {
    g = whole ? static_cast<double>(rng.below(3)) : rng.uniform(-1, 1);
  }
  return gain;
}

void report_jobs(const std::string& name, const nn::Mat<double>& gain,
                 Report& report) {
  const auto job = nn::best_assignment(gain);
  std::vector<double> used(job.size());
  for (const std::size_t j : job) {
    if (j < used.size()) ++used[j];
  }
  report.exact(name + ": how often each job is given", used);
  report.exact(name + ": the job of each worker", values_of(job));
  report.close(name + ": what they earn together", nn::total_gain(gain, job));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_jobs("one worker", {1, 1, arma::fill::value(5.0)}, report);
  report_jobs("two workers who want the same job", {{3, 2}, {9, 1}}, report);
  report_jobs("three, of whom each has to give way",
              {{9, 8, 0}, {9, 0, 8}, {9, 7, 7}}, report);
  report_jobs("four, all gains equal", nn::Mat<double>(4, 4), report);
  report_jobs("six, random gains", random_gains(6, rng, false), report);
  report_jobs("six, gains 0, 1 and 2", random_gains(6, rng, true), report);
  if (!thorough) return;

  report_jobs("five, none earns anything but one",
              nn::Mat<double>(arma::diagmat(arma::vec{0, 0, 7, 0, 0})), report);
  for (int i = 0; i < 5; ++i) {
    report_jobs(fmt::format("{} workers, random gains, {}", 10 + 10 * i, i),
                random_gains(10 + 10 * static_cast<std::size_t>(i), rng, false),
                report);
    report_jobs(fmt::format("{} workers, many ties, {}", 5 + 8 * i, i),
                random_gains(5 + 8 * static_cast<std::size_t>(i), rng, true),
                report);
  }
}
