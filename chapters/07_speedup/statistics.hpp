/// @file
/// What a few noisy measurements tell: a middle value and how sure it is.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/rng.hpp"

namespace nn {

/// The middle one of the values; of an even number, the mean of the two in the
/// middle. A single wild value does not move it.
/// @throws std::invalid_argument if there are none
double median(std::vector<double> values);

/// first[i] / second[i] for each i. The two were measured one after the other,
/// so that a slow moment of the machine meets both.
/// @throws std::invalid_argument unless there are as many of each
std::vector<double> paired_ratios(std::span<const double> first,
                                  std::span<const double> second);

/// A median, and the interval in which the true one probably lies.
struct Estimate {
  double low = 0;     ///< of the interval
  double median = 0;  ///< of the values themselves
  double high = 0;    ///< of the interval
};

/// So many values, or fewer, bootstrap_median() keeps all: three of five draws
/// are the lowest in 5.8% of cases, which is more than 2.5%.
inline constexpr std::size_t kAllKept = 5;

/// The median and its bootstrap interval of 95%: draw as many of the values
/// again, with repetition, and take their median; do so `resamples` times. The
/// interval leaves out the lowest and the highest 2.5% of these medians.
///
/// Of kAllKept values or fewer this leaves out none: the interval runs from the
/// lowest to the highest. The true median of five lies in it with probability
/// 1 - 2 / 2^5, 94%.
///
/// A pure function of its arguments and of the state of `rng`.
/// Source: Efron, "Bootstrap methods: another look at the jackknife" (1979).
/// @throws std::invalid_argument if there are no values, or no resamples
Estimate bootstrap_median(std::span<const double> values, Rng& rng,
                          std::size_t resamples = 2000);

}  // namespace nn
