#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "04_work_balancing/executor.hpp"
#include "common/dataset.hpp"

namespace nn {

// Ways to make one answer of many models. Sums are formed by tasks in a tree
// whose shape depends on the number of models alone (see reduce.hpp), so each
// result is the same, bit for bit, on every executor.

/// One network whose every weight is the mean of the models' weights.
/// @throws std::invalid_argument if there are no networks, or widths differ
Network average_weights(Executor& executor, std::span<const Network> networks);

/// What each network makes of the images: P_k (classes x N), one task each.
std::vector<Matrix> predict_all(Executor& executor, const Engine& engine,
                                std::span<const Network> networks,
                                const Matrix& images);

/// The mean of the probabilities.
/// @param predictions P_k (classes x N)
/// @returns P (classes x N)
/// @throws std::invalid_argument if there are none, or shapes differ
Matrix average_predictions(Executor& executor,
                           std::span<const Matrix> predictions);

/// Each model has one vote an image, for its likeliest class. A tie goes to
/// the class with the larger average probability, and if those are equal
/// too, to the smaller digit.
/// @param predictions P_k (classes x N)
/// @returns scores (classes x N): votes, plus the average probability, which
///          is below 1 and so decides ties only
/// @throws std::invalid_argument if there are none, or shapes differ
Matrix majority_vote(Executor& executor, std::span<const Matrix> predictions);

/// Which model does best on images that it was not trained on: model k is
/// tried on shard k + 1, the last one on shard 0. The test images are not
/// looked at. Of equals, the one with the smaller number.
/// @param networks network k was trained on shards[k]
/// @throws std::invalid_argument unless there is one network a shard, and
/// one at least
std::size_t best_single(Executor& executor, const Engine& engine,
                        std::span<const Network> networks,
                        std::span<const Dataset> shards);

/// The test accuracy of each way to combine an ensemble, as a share of 1.
struct Combinations {
  double mean_single = 0;  ///< mean of the models' own accuracies
  double best_single = 0;  ///< of the model that best_single() chose
  double weights = 0;      ///< of the one network with the average weights
  double predictions = 0;  ///< of the average of the probabilities
  double vote = 0;         ///< of the majority, one vote a model
  /// Fingerprint of the average of weights.
  std::uint64_t digest = 0;
};

/// Combines the networks in every way.
/// @param networks network k was trained on shards[k]
Combinations combine(Executor& executor, const Engine& engine,
                     std::span<const Network> networks,
                     std::span<const Dataset> shards, const Dataset& test);

}  // namespace nn
