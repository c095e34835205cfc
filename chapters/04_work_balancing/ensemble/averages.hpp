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

/// What an average of weights says about the test images.
struct AverageScores {
  double accuracy = 0;   ///< the share of images that it gets right
  double norm = 0;       ///< of its W1
  double image = 0;      ///< by how much a score varies from image to image
  double constants = 0;  ///< by how much the scores' means differ
  double without = 0;    ///< accuracy when each score's mean is subtracted
  double longer = 0;     ///< accuracy when W1 is as long as before
};

/// How good the average of the weights of so many networks is, in several
/// draws: each averages other networks.
struct AverageQuality {
  std::size_t networks = 1;  ///< how many each draw averages; 0: without end
  double lowest = 0;         ///< test accuracy of the worst draw
  double highest = 0;        ///< test accuracy of the best draw
  AverageScores mean{};      ///< of the draws
};

/// What averages are tried with.
struct AverageTrial {
  Executor& executor;    ///< forms and tries several at a time
  const Engine& engine;  ///< computes their predictions
  const Dataset& test;   ///< the images on which they are tried
  const Matrix& others;  ///< (inputs x N) on which scores' means are taken
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

/// The average of endlessly many shuffled twins. All its hidden units are
/// alike: each is the mean of the network's.
Network mean_of_all_twins(const Network& network);

/// Averages n shuffled twins of one network, for each n of average_sizes(). Ten
/// draws, each with the twins of another network, or fewer if there are fewer.
/// The last is the average of endlessly many.
/// @param seed of the orders
std::vector<AverageQuality> average_twins(const AverageTrial& trial,
                                          std::span<const Network> networks,
                                          std::uint64_t seed);

}  // namespace nn
