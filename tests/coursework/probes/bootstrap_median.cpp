#include <string>
#include <vector>

#include "07_speedup/statistics.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using Values = std::vector<double>;

void report_interval(const std::string& what, const Values& values,
                     nn::Rng& rng, std::size_t resamples,
                     nn::probe::Report& report) {
  const nn::Estimate estimate = nn::bootstrap_median(values, rng, resamples);
  report.close(
      what + ": the low end, the median, the high end",
      std::vector<double>{estimate.low, estimate.median, estimate.high});
  report.exact(what + ": the next draw from the stream, below 1000",
               static_cast<double>(rng.below(1000)));
}

Values random_values(std::size_t count, nn::Rng& rng) {
  Values values(count);
  for (double& value : values) value = rng.uniform(0.5, 2);
  return values;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report_interval("one value, 10 resamples", {1.5}, rng, 10, report);
  report_interval("equal values, 100 resamples", {2, 2, 2, 2}, rng, 100,
                  report);
  report_interval("7 values, 1000 resamples", random_values(7, rng), rng, 1000,
                  report);
  report_interval("8 values, 40 resamples", random_values(8, rng), rng, 40,
                  report);
  report_interval("9 values, 39 resamples", random_values(9, rng), rng, 39,
                  report);
  if (!thorough) return;

  report_interval("25 values, 81 resamples", random_values(25, rng), rng, 81,
                  report);
  report_interval("6 values, 1 resample", random_values(6, rng), rng, 1,
                  report);
  Values wild = random_values(11, rng);
  wild[3] = 1000;
  wild[8] = -1000;
  report_interval("11 values, two of them wild", wild, rng, 500, report);
}
