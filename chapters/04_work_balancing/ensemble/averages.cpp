#include "04_work_balancing/ensemble/averages.hpp"

#include <algorithm>

#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

std::vector<std::size_t> average_sizes(std::size_t networks) {
  std::vector<std::size_t> sizes;
  for (const std::size_t n : {1U, 2U, 3U, 5U, 10U, 20U, 60U}) {
    if (n < networks) sizes.push_back(n);
  }
  sizes.push_back(networks);
  return sizes;
}

namespace {

// Models draw from the streams below this.
constexpr std::uint64_t kTwinStream = std::uint64_t{1} << 33;

struct Draw {
  double accuracy;
  double norm;
};

AverageQuality quality_of(std::size_t networks,
                          const std::vector<Draw>& draws) {
  AverageQuality quality = {.networks = networks, .lowest = 1};
  const double share = 1 / static_cast<double>(draws.size());
  for (const auto& [accuracy, norm] : draws) {
    quality.lowest = std::min(quality.lowest, accuracy);
    quality.highest = std::max(quality.highest, accuracy);
    quality.mean += share * accuracy;
    quality.norm += share * norm;
  }
  return quality;
}

// [DRAWS]
// Draw k averages the networks of members(k).
template <typename Members>
std::vector<Draw> draw(const AverageTrial& trial, std::size_t draws,
                       const Members& members) {
  return run_each(trial.executor, indices_below(draws), [&](std::size_t k) {
    throw_if_interrupted();
    const Network average = average_weights(trial.executor, members(k));
    const Matrix P = predict(trial.engine, average, trial.test.images);
    const Matrix& W1 = average.layers.front().W;
    return Draw{accuracy(P, trial.test.labels), arma::norm(W1, "fro")};
  });
}
// [/DRAWS]

}  // namespace

// [GROUPS]
std::vector<AverageQuality> average_groups(const AverageTrial& trial,
                                           std::span<const Network> networks) {
  std::vector<AverageQuality> qualities;
  for (const std::size_t n : average_sizes(networks.size())) {
    const auto group = [&](std::size_t k) {
      return networks.subspan(k * n, n);
    };
    const std::size_t groups = networks.size() / n;
    qualities.push_back(quality_of(n, draw(trial, groups, group)));
  }
  return qualities;
}
// [/GROUPS]

// [TWIN]
Network shuffled_twin(const Network& network, Rng& rng) {
  Network twin = network;
  for (std::size_t l = 0; l + 1 < twin.layers.size(); ++l) {
    Layer<float>& in = twin.layers[l];
    Layer<float>& out = twin.layers[l + 1];
    arma::uvec order = arma::regspace<arma::uvec>(0, in.b.n_elem - 1);
    rng.shuffle(std::span(order.memptr(), order.n_elem));
    in.W = Matrix(in.W.rows(order));
    in.b = Vec<float>(in.b.elem(order));
    out.W = Matrix(out.W.cols(order));
  }
  return twin;
}
// [/TWIN]

// [TWINS]
std::vector<AverageQuality> average_twins(const AverageTrial& trial,
                                          std::span<const Network> networks,
                                          std::uint64_t seed) {
  std::vector<AverageQuality> qualities;
  for (const std::size_t n : average_sizes(networks.size())) {
    const auto twins = [&](std::size_t k) {
      Rng rng(seed, kTwinStream + k);
      std::vector<Network> some;
      while (some.size() < n) {
        some.push_back(shuffled_twin(networks[k], rng));
      }
      return some;
    };
    const auto draws = std::min<std::size_t>(10, networks.size());
    qualities.push_back(quality_of(n, draw(trial, draws, twins)));
  }
  return qualities;
}
// [/TWINS]

}  // namespace nn
