#include "06_averaging/aggregation.hpp"

#include <bit>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/ensemble/shards.hpp"

namespace nn {

namespace {

void require_alike(std::span<const Network> networks) {
  if (networks.empty()) throw std::invalid_argument("no networks to average");
  for (const Network& network : networks) {
    if (widths_of(network) != widths_of(networks.front())) {
      throw std::invalid_argument("networks of different widths to average");
    }
  }
}

float share_of(std::span<const Network> networks) {
  return 1.0f / static_cast<float>(networks.size());
}

// [TREE]
// The sum of some networks. That of one is the network itself, and becomes a
// copy only when another is added to it.
struct Sum {
  const Network* one = nullptr;
  Network sum;

  const Network& get() const { return sum.layers.empty() ? *one : sum; }
};

Sum add_up(Sum a, const Sum& b) {
  if (a.sum.layers.empty()) a.sum = *a.one;
  add_scaled(1.0f, b.get(), a.sum);
  return a;
}
// [/TREE]

// [SLICE]
// One slice of the mean, elements `first` up to `last` (exclusive) of one
// matrix: in `mean` they are 0, and become the mean of the networks', added in
// their order. Other tasks work on the other elements at the same time.
template <typename MatrixOf>
void average_slice(std::span<const Network> networks, std::size_t first,
                   std::size_t last, const MatrixOf& matrix_of, Network& mean) {
  // BEGIN SOLUTION average_slice
  float* const sum = matrix_of(mean).memptr();
  for (const Network& network : networks) {
    const float* const a = matrix_of(network).memptr();
    for (std::size_t i = first; i < last; ++i) sum[i] += a[i];
  }
  const float share = share_of(networks);
  for (std::size_t i = first; i < last; ++i) sum[i] *= share;
  // END SOLUTION
}
// [/SLICE]

}  // namespace

// [LOOP]
Network average_by_loop(std::span<const Network> networks) {
  require_alike(networks);
  Network sum = zero_network(widths_of(networks.front()));
  for (const Network& network : networks) add_scaled(1.0f, network, sum);
  scale(share_of(networks), sum);
  return sum;
}
// [/LOOP]

// [BY_TREE]
Network average_by_tree(Executor& executor, std::span<const Network> networks) {
  require_alike(networks);
  std::vector<Sum> sums;
  for (const Network& network : networks) sums.push_back({&network, {}});
  Network mean = reduce_tree(executor, std::move(sums), add_up).get();
  scale(share_of(networks), mean);
  return mean;
}
// [/BY_TREE]

// [SLICES]
Network average_by_slices(Executor& executor, std::span<const Network> networks,
                          std::size_t slices) {
  require_alike(networks);
  if (slices == 0) throw std::invalid_argument("at least one slice");
  Network mean = zero_network(widths_of(networks.front()));
  const std::size_t layers = mean.layers.size();
  run_each(executor, indices_below(layers * slices), [&](std::size_t task) {
    const std::size_t l = task / slices, s = task % slices;
    const auto weights = [l](auto& network) -> auto& {
      return network.layers[l].W;
    };
    const auto biases = [l](auto& network) -> auto& {
      return network.layers[l].b;
    };
    const std::size_t n = mean.layers[l].W.n_elem;
    average_slice(networks, n * s / slices, n * (s + 1) / slices, weights,
                  mean);
    if (s == 0) {
      average_slice(networks, 0, mean.layers[l].b.n_elem, biases, mean);
    }
    return true;
  });
  return mean;
}
// [/SLICES]

// [READ]
std::uint64_t read_all(Executor& executor, std::span<const Network> networks) {
  const auto sums =
      run_each(executor, indices_below(networks.size()), [&](std::size_t k) {
        // Integers may be added in any order, so many at a time.
        std::uint32_t sum = 0;
        for (const Layer<float>& layer : networks[k].layers) {
          for (const float w : layer.W) sum += std::bit_cast<std::uint32_t>(w);
          for (const float b : layer.b) sum += std::bit_cast<std::uint32_t>(b);
        }
        return sum;
      });
  return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}
// [/READ]

}  // namespace nn
