#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "06_averaging/program/ways.hpp"

namespace nn {

/// How long it takes to average so many networks in one way.
struct SumTime {
  std::size_t networks = 0;  ///< how many are averaged
  std::string way;           ///< "loop", "tree" or "slices"
  double seconds = 0;        ///< the fastest of several tries
  double share = 0;          ///< of the machine's memory bandwidth
};

/// What averaging costs.
struct SumCosts {
  std::vector<SumTime> times;  ///< three ways for each number of networks
  double bandwidth = 0;        ///< bytes a second, all workers reading
  std::size_t bytes = 0;       ///< of one network's weights
  std::size_t left_out = 0;    ///< networks for which there is no room; or 0
};

/// Averages sixty of these networks, and a thousand copies of them, in each
/// way; and reads as many bytes doing nothing else.
SumCosts time_sums(const AveragingChapter& chapter, Executor& executor,
                   const std::vector<Network>& networks);

/// Prints the times, and what they are beside a round of training.
/// @param rounds how rounds with shards that look alike went
void print_sums(const Experiment& experiment, const SumCosts& costs,
                const WayResult& rounds);

/// The times, for --csv.
std::string sums_csv(const SumCosts& costs);

}  // namespace nn
