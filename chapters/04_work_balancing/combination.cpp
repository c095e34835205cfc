#include "04_work_balancing/combination.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "01_matrix/operations.hpp"
#include "03_training/evaluation.hpp"
#include "04_work_balancing/reduce.hpp"
#include "common/interrupt.hpp"

namespace nn {

namespace {

// [EACH]
// f(0), ..., f(count - 1), each as one task, in index order.
template <typename F>
auto for_each_index(Executor& executor, std::size_t count, const F& f) {
  using T = std::invoke_result_t<const F&, std::size_t>;
  std::vector<Future<T>> futures;
  for (std::size_t k = 0; k < count; ++k) {
    futures.push_back(executor.submit([&f, k] {
      throw_if_interrupted();
      return f(k);
    }));
  }
  for (const auto& future : futures) future.wait();
  std::vector<T> results;
  for (auto& future : futures) results.push_back(future.get());
  return results;
}
// [/EACH]

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
  return for_each_index(executor, networks.size(), [&](std::size_t k) {
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
Matrix majority_vote(Executor& executor, std::span<const Matrix> predictions) {
  std::vector<Matrix> votes =
      for_each_index(executor, predictions.size(), [&](std::size_t k) {
        Matrix vote;
        one_hot(column_argmax(predictions[k]), predictions[k].n_rows, vote);
        return vote;
      });
  Matrix scores = sum_of(executor, std::move(votes));
  add(scores, average_predictions(executor, predictions), scores);
  return scores;
}
// [/VOTE]

// [BEST]
std::size_t best_single(Executor& executor, const Engine& engine,
                        std::span<const Network> networks,
                        std::span<const Dataset> shards) {
  if (networks.empty() || networks.size() != shards.size()) {
    throw std::invalid_argument(
        "best_single: " + std::to_string(networks.size()) + " networks and " +
        std::to_string(shards.size()) + " shards");
  }
  const std::vector<double> results =
      for_each_index(executor, networks.size(), [&](std::size_t k) {
        const Dataset& unseen = shards[(k + 1) % shards.size()];
        return accuracy(predict(engine, networks[k], unseen.images),
                        unseen.labels);
      });
  const auto best = std::max_element(results.begin(), results.end());
  return static_cast<std::size_t>(best - results.begin());
}
// [/BEST]

// [COMBINE]
Combinations combine(Executor& executor, const Engine& engine,
                     std::span<const Network> networks,
                     std::span<const Dataset> shards, const Dataset& test) {
  const std::vector<Matrix> P =
      predict_all(executor, engine, networks, test.images);
  std::vector<double> single;
  for (const Matrix& P_k : P) single.push_back(accuracy(P_k, test.labels));
  const double sum = std::accumulate(single.begin(), single.end(), 0.0);
  const Network average = average_weights(executor, networks);
  const auto score = [&](const Matrix& A) { return accuracy(A, test.labels); };
  return {
      .mean_single = sum / static_cast<double>(single.size()),
      .best_single = single[best_single(executor, engine, networks, shards)],
      .weights = score(predict(engine, average, test.images)),
      .predictions = score(average_predictions(executor, P)),
      .vote = score(majority_vote(executor, P)),
      .digest = digest(average),
  };
}
// [/COMBINE]

}  // namespace nn
