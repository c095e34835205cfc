#include "07_speedup/statistics.hpp"

#include <algorithm>
#include <stdexcept>

namespace nn {

// [MEDIAN]
double median(std::vector<double> values) {
  if (values.empty()) throw std::invalid_argument("median: no values");
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

std::vector<double> paired_ratios(std::span<const double> first,
                                  std::span<const double> second) {
  if (first.size() != second.size()) {
    throw std::invalid_argument("paired_ratios: not as many of each");
  }
  std::vector<double> ratios;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ratios.push_back(first[i] / second[i]);
  }
  return ratios;
}
// [/MEDIAN]

namespace {

// [RESAMPLE]
// As many of the values, each drawn from all of them.
std::vector<double> resampled(std::span<const double> values, Rng& rng) {
  std::vector<double> drawn;
  for (std::size_t i = 0; i < values.size(); ++i) {
    drawn.push_back(values[rng.below(values.size())]);
  }
  return drawn;
}
// [/RESAMPLE]

}  // namespace

// [BOOTSTRAP]
Estimate bootstrap_median(std::span<const double> values, Rng& rng,
                          std::size_t resamples) {
  if (values.empty() || resamples == 0) {
    throw std::invalid_argument("bootstrap_median: nothing to draw");
  }
  // BEGIN SOLUTION bootstrap_median
  std::vector<double> medians;
  for (std::size_t i = 0; i < resamples; ++i) {
    medians.push_back(median(resampled(values, rng)));
  }
  std::ranges::sort(medians);
  const std::size_t cut = resamples / 40;  // 2.5% at either end
  return {.low = medians[cut],
          .median = median({values.begin(), values.end()}),
          .high = medians[resamples - 1 - cut]};
  // END SOLUTION
}
// [/BOOTSTRAP]

}  // namespace nn
