#include "04_work_balancing/ensemble/combination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "01_matrix/operations.hpp"
#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

namespace {

// f(0), ..., f(count - 1), each as one task, in index order.
template <typename F>
auto run_each_below(Executor& executor, std::size_t count, const F& f) {
  return run_each(executor, indices_below(count), [&](std::size_t k) {
    throw_if_interrupted();
    return f(k);
  });
}

template <typename T>
std::vector<T> copies(std::span<const T> items) {
  return {items.begin(), items.end()};
}

Matrix sum_of(Executor& executor, std::vector<Matrix> matrices) {
  return reduce_tree(executor, std::move(matrices), [](Matrix A, Matrix B) {
    add(A, B, A);
    return A;
  });
}

}  // namespace

// [WEIGHTS]
Network average_weights(Executor& executor, std::span<const Network> networks) {
  const auto plus = [](Network a, Network b) {
    add_scaled(1.0f, b, a);
    return a;
  };
  Network sum = reduce_tree(executor, copies(networks), plus);
  scale(1.0f / static_cast<float>(networks.size()), sum);
  return sum;
}
// [/WEIGHTS]

std::vector<Matrix> predict_all(Executor& executor, const Engine& engine,
                                std::span<const Network> networks,
                                const Matrix& images) {
  return run_each_below(executor, networks.size(), [&](std::size_t k) {
    return predict(engine, networks[k], images);
  });
}

// [PREDICTIONS]
Matrix average_predictions(Executor& executor,
                           std::span<const Matrix> predictions) {
  Matrix sum = sum_of(executor, copies(predictions));
  scale(1.0f / static_cast<float>(predictions.size()), sum);
  return sum;
}
// [/PREDICTIONS]

// [VOTE]
Matrix count_votes(Executor& executor, std::span<const Matrix> predictions) {
  std::vector<Matrix> votes =
      run_each_below(executor, predictions.size(), [&](std::size_t k) {
        Matrix vote;
        one_hot(column_argmax(predictions[k]), predictions[k].n_rows, vote);
        return vote;
      });
  return sum_of(executor, std::move(votes));
}

Matrix majority_vote(const Matrix& votes, const Matrix& average) {
  Matrix scores;
  add(votes, average, scores);
  return scores;
}
// [/VOTE]

// [BEST]
std::size_t best_single(Executor& executor, const EnsemblePlan& plan,
                        std::span<const Network> networks) {
  const std::span<const Shard> shards = plan.shards;
  if (networks.empty() || networks.size() != shards.size()) {
    throw std::invalid_argument(
        fmt::format("best_single: {} networks and {} shards", networks.size(),
                    shards.size()));
  }
  const std::vector<double> results =
      run_each_below(executor, networks.size(), [&](std::size_t k) {
        const Dataset unseen =
            select(plan.data, shards[(k + 1) % shards.size()]);
        return accuracy(predict(plan.engine, networks[k], unseen.images),
                        unseen.labels);
      });
  const auto best = std::max_element(results.begin(), results.end());
  return static_cast<std::size_t>(best - results.begin());
}
// [/BEST]

Answers answers_of(const Matrix& P, std::span<const std::uint8_t> labels) {
  return {column_argmax(P), accuracy(P, labels)};
}

// [COMBINE]
Combinations combine(Executor& executor, const EnsemblePlan& plan,
                     std::span<const Network> networks, const Dataset& test) {
  const auto answers = [&](const Matrix& P) {
    return answers_of(P, test.labels);
  };
  const std::vector<Matrix> P =
      predict_all(executor, plan.engine, networks, test.images);
  std::vector<double> single;
  for (const Matrix& P_k : P) single.push_back(accuracy(P_k, test.labels));
  const double sum = std::accumulate(single.begin(), single.end(), 0.0);
  const Network average = average_weights(executor, networks);
  const Matrix mean = average_predictions(executor, P);
  const Matrix votes = count_votes(executor, P);
  return {
      .singles = single,
      .mean_single = sum / static_cast<double>(single.size()),
      .best_single = single[best_single(executor, plan, networks)],
      .weights = answers(predict(plan.engine, average, test.images)),
      .predictions = answers(mean),
      .vote = answers(majority_vote(votes, mean)),
      .votes = votes,
  };
}
// [/COMBINE]

// [DISPUTED]
std::size_t most_disputed(const Combinations& results,
                          std::span<const std::uint8_t> labels) {
  const auto rank = [&](std::size_t image) {
    const bool tells = results.predictions.guesses[image] == labels[image] &&
                       results.weights.guesses[image] != labels[image];
    return std::pair(!tells, results.votes.col(image).max());
  };
  return std::ranges::min(indices_below(labels.size()), {}, rank);
}
// [/DISPUTED]

}  // namespace nn
