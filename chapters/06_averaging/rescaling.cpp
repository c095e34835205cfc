#include "06_averaging/rescaling.hpp"

#include <stdexcept>
#include <vector>

#include "02_propagation/propagation.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

namespace {

// Z of layer l (units x N), for the output of the layer below.
Matrix weighted(const Engine& engine, const Layer<float>& layer,
                const Matrix& A) {
  Matrix Z;
  engine.multiply(layer.W, A, Z);
  add_column(layer.b, Z);
  return Z;
}

Spread spread_of(const Matrix& Z) {
  const Mat<double> exact = arma::conv_to<Mat<double>>::from(Z);
  return {arma::mean(exact, 1), arma::stddev(exact, 1, 1)};
}

Matrix rectified(Matrix Z) {
  relu(Z);
  return Z;
}

}  // namespace

// [SPREAD]
std::vector<Spread> spread_of(const Engine& engine, const Network& network,
                              const Matrix& images) {
  std::vector<Spread> spreads;
  Matrix A = images;
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    const Matrix Z = weighted(engine, network.layers[l], A);
    spreads.push_back(spread_of(Z));
    A = rectified(Z);
  }
  return spreads;
}
// [/SPREAD]

namespace {

// [MEAN_SPREAD]
// The mean of the networks' means and deviations, layer by layer.
std::vector<Spread> mean_spread(Executor& executor, const Engine& engine,
                                std::span<const Network> networks,
                                const Matrix& images) {
  const auto all =
      run_each(executor, indices_below(networks.size()), [&](std::size_t k) {
        throw_if_interrupted();
        return spread_of(engine, networks[k], images);
      });
  std::vector<Spread> mean = all.front();
  for (std::size_t l = 0; l < mean.size(); ++l) {
    for (std::size_t k = 1; k < all.size(); ++k) {
      mean[l].mean += all[k][l].mean;
      mean[l].deviation += all[k][l].deviation;
    }
    mean[l].mean /= static_cast<double>(all.size());
    mean[l].deviation /= static_cast<double>(all.size());
  }
  return mean;
}
// [/MEAN_SPREAD]

// [RESCALE]
// Scales and shifts the units so that a spread `from` becomes `to`.
void rescale(const Spread& from, const Spread& to, Layer<float>& layer) {
  for (arma::uword i = 0; i < layer.b.n_elem; ++i) {
    if (from.deviation[i] == 0) continue;
    const double s = to.deviation[i] / from.deviation[i];
    layer.W.row(i) *= static_cast<float>(s);
    layer.b[i] =
        static_cast<float>(s * (layer.b[i] - from.mean[i]) + to.mean[i]);
  }
}
// [/RESCALE]

}  // namespace

// [RESCALED]
Network rescaled(Executor& executor, const Engine& engine,
                 const Network& average, std::span<const Network> networks,
                 const Matrix& images) {
  if (networks.empty())
    throw std::invalid_argument("no networks to rescale to");
  for (const Network& network : networks) {
    if (widths_of(network) != widths_of(average)) {
      throw std::invalid_argument("networks of different widths to rescale to");
    }
  }
  const auto to = mean_spread(executor, engine, networks, images);
  Network result = average;
  Matrix A = images;
  for (std::size_t l = 0; l < to.size(); ++l) {
    Layer<float>& layer = result.layers[l];
    rescale(spread_of(weighted(engine, layer, A)), to[l], layer);
    A = rectified(weighted(engine, layer, A));
  }
  return result;
}
// [/RESCALED]

}  // namespace nn
