#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "04_work_balancing/ensemble/ensemble.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/dataset.hpp"

namespace nn {

// Ways to make one answer of many models. Sums are formed by tasks in a tree
// whose shape depends on the number of models alone (see reduce.hpp), so each
// result is the same, bit for bit, on every executor.

/// One network whose every weight is the mean of the models' weights.
/// @throws std::invalid_argument if there are no networks, or widths differ
Network average_weights(Executor& executor, std::span<const Network> networks);

/// Each network's predictions: P_k (classes x N), one task each.
std::vector<Matrix> predict_all(Executor& executor, const Engine& engine,
                                std::span<const Network> networks,
                                const Matrix& images);

/// The mean of the probabilities.
/// @param predictions P_k (classes x N)
/// @returns P (classes x N)
/// @throws std::invalid_argument if there are none, or shapes differ
Matrix average_predictions(Executor& executor,
                           std::span<const Matrix> predictions);

/// Each model has one vote an image, for its likeliest class.
/// @param predictions P_k (classes x N)
/// @returns how many models vote for each class (classes x N)
/// @throws std::invalid_argument if there are none, or shapes differ
Matrix count_votes(Executor& executor, std::span<const Matrix> predictions);

/// A tie goes to the class with the larger average probability, and if those
/// are equal too, to the smaller digit.
/// @param votes as count_votes() gives them
/// @param average as average_predictions() gives it
/// @returns scores (classes x N): the votes plus the average probability,
///          which is below 1 and so decides ties only
Matrix majority_vote(const Matrix& votes, const Matrix& average);

/// The model that does best on images that it was not trained on: model k is
/// tried on shard k + 1, the last one on shard 0. The test images are not
/// looked at. Of equals, the one with the smaller number.
/// @param networks network k was trained on the plan's shard k
/// @throws std::invalid_argument unless there is one network a shard, and
/// one at least
std::size_t best_single(Executor& executor, const EnsemblePlan& plan,
                        std::span<const Network> networks);

/// The guesses of a network, or of several together, on the test images.
struct Answers {
  std::vector<std::uint8_t> guesses;  ///< one digit an image
  double accuracy = 0;                ///< share of guesses that are right
};

/// The likeliest class of each image.
/// @param P (classes x N)
/// @param labels N labels
/// @throws std::invalid_argument unless there is one label a column
Answers answers_of(const Matrix& P, std::span<const std::uint8_t> labels);

/// Each way to combine an ensemble, tried on the test images.
struct Combinations {
  std::vector<double> singles;  ///< accuracy of each model alone
  double mean_single = 0;       ///< mean of the models' own accuracies
  double best_single = 0;       ///< accuracy of the model best_single() chose
  Answers weights;              ///< of the one network with the average weights
  Answers predictions;          ///< of the average of the probabilities
  Answers vote;                 ///< of the majority, one vote a model
  Matrix votes;                 ///< as count_votes() gives them (classes x N)
};

/// Combines the networks in every way.
/// @param networks network k was trained on the plan's shard k
Combinations combine(Executor& executor, const EnsemblePlan& plan,
                     std::span<const Network> networks, const Dataset& test);

/// The test image to show: the one whose winning class has the fewest votes.
/// If there are images that the average of predictions gets right and the
/// average of weights gets wrong, it is one of those. Of equals, the first.
/// @param labels what the test images show, one at least
std::size_t most_disputed(const Combinations& results,
                          std::span<const std::uint8_t> labels);

}  // namespace nn
