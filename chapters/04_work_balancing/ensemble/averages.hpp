#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/dataset.hpp"
#include "common/rng.hpp"

namespace nn {

/// How good the average of the weights of so many networks is, in several
/// draws: each averages other networks.
struct AverageQuality {
  std::size_t networks = 1;  ///< how many each draw averages
  double lowest = 0;         ///< test accuracy of the worst draw
  double mean = 0;           ///< of the draws' test accuracies
  double highest = 0;        ///< test accuracy of the best draw
  double norm = 0;           ///< of the average's W1, mean of the draws
};

/// What averages are tried with.
struct AverageTrial {
  Executor& executor;    ///< forms and tries several at a time
  const Engine& engine;  ///< computes their predictions
  const Dataset& test;   ///< the images on which they are tried
};

/// The numbers of networks to average: 1, 2, 3, 5, 10, 20 and 60, as far as
/// there are more, and then all.
std::vector<std::size_t> average_sizes(std::size_t networks);

/// Averages n networks that stand side by side, then the next n, and so on, for
/// each n of average_sizes().
std::vector<AverageQuality> average_groups(const AverageTrial& trial,
                                           std::span<const Network> networks);

/// The same network with the units of each hidden layer in random order. It
/// computes the same function, but for rounding.
Network shuffled_twin(const Network& network, Rng& rng);

/// Averages n shuffled twins of one network, for each n of average_sizes(). Ten
/// draws, each with the twins of another network, or fewer if there are fewer.
/// @param seed of the orders
std::vector<AverageQuality> average_twins(const AverageTrial& trial,
                                          std::span<const Network> networks,
                                          std::uint64_t seed);

}  // namespace nn
