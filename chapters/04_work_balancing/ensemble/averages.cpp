#include "04_work_balancing/ensemble/averages.hpp"

#include <algorithm>
#include <cmath>

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

AverageQuality quality_of(std::size_t networks,
                          const std::vector<AverageScores>& draws) {
  AverageQuality quality = {.networks = networks, .lowest = 1};
  AverageScores& mean = quality.mean;
  const double share = 1 / static_cast<double>(draws.size());
  for (const AverageScores& draw : draws) {
    quality.lowest = std::min(quality.lowest, draw.accuracy);
    quality.highest = std::max(quality.highest, draw.accuracy);
    mean.accuracy += share * draw.accuracy;
    mean.norm += share * draw.norm;
    mean.image += share * draw.image;
    mean.constants += share * draw.constants;
    mean.without += share * draw.without;
    mean.longer += share * draw.longer;
  }
  return quality;
}

// [SCORES]
// Z (classes x N), the scores of N images: a thousand at a time.
Matrix scores(const Engine& engine, const Network& network,
              const Matrix& images) {
  Matrix Z(network.classes(), images.n_cols);
  Pass pass;
  for (arma::uword first = 0; first < images.n_cols; first += 1000) {
    const arma::uword last = std::min(first + 1000, images.n_cols) - 1;
    forward(engine, network, Matrix(images.cols(first, last)), pass);
    Z.cols(first, last) = pass.Z;
  }
  return Z;
}

AverageScores scores_of(const AverageTrial& trial, const Network& average,
                        std::size_t networks) {
  const auto score = [&](const Network& network, const Matrix& images) {
    return scores(trial.engine, network, images);
  };
  const auto right = [&](const Matrix& Z) {
    return accuracy(Z, trial.test.labels);
  };
  const Matrix Z = score(average, trial.test.images);
  const Vec<float> means = arma::mean(score(average, trial.others), 1);
  const Vec<float> varies = arma::stddev(Z, 0, 1);
  Network longer = average;
  scale(std::sqrt(static_cast<float>(networks)), longer.layers.front().W);
  return {
      .accuracy = right(Z),
      .norm = arma::norm(average.layers.front().W, "fro"),
      .image = arma::mean(varies),
      .constants = arma::stddev(means),
      .without = right(Z.each_col() - means),
      .longer = right(score(longer, trial.test.images)),
  };
}
// [/SCORES]

// [DRAWS]
// Draw k averages the networks of members(k).
template <typename Members>
std::vector<AverageScores> draw(const AverageTrial& trial, std::size_t draws,
                                const Members& members) {
  return run_each(trial.executor, indices_below(draws), [&](std::size_t k) {
    throw_if_interrupted();
    const auto some = members(k);
    return scores_of(trial, average_weights(trial.executor, some), some.size());
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

// [ALL_TWINS]
Network mean_of_all_twins(const Network& network) {
  Network mean = network;
  for (std::size_t l = 0; l + 1 < mean.layers.size(); ++l) {
    Layer<float>& in = mean.layers[l];
    Layer<float>& out = mean.layers[l + 1];
    in.W.each_row() = arma::mean(in.W, 0);
    in.b.fill(arma::mean(in.b));
    out.W.each_col() = arma::mean(out.W, 1);
  }
  return mean;
}
// [/ALL_TWINS]

// [TWINS]
std::vector<AverageQuality> average_twins(const AverageTrial& trial,
                                          std::span<const Network> networks,
                                          std::uint64_t seed) {
  const auto draws = std::min<std::size_t>(10, networks.size());
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
    qualities.push_back(quality_of(n, draw(trial, draws, twins)));
  }
  const auto all = [&](std::size_t k) {
    return std::vector{mean_of_all_twins(networks[k])};
  };
  qualities.push_back(quality_of(0, draw(trial, draws, all)));
  return qualities;
}
// [/TWINS]

}  // namespace nn
