#include "06_averaging/matching.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "06_averaging/assignment.hpp"
#include "06_averaging/likeness.hpp"
#include "common/clock.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

namespace {

// The networks' own streams are below this.
constexpr std::uint64_t kMatchStream = std::uint64_t{1} << 34;

// What an improvement must exceed to be more than rounding.
constexpr double kRounding = 1e-9;

bool is_permutation(const std::vector<std::size_t>& order) {
  std::vector<bool> seen(order.size(), false);
  for (const std::size_t i : order) {
    if (i >= order.size() || seen[i]) return false;
    seen[i] = true;
  }
  return true;
}

// [REORDER]
void reorder_layer(Network& network, std::size_t l,
                   const std::vector<std::size_t>& order) {
  Layer<float>& in = network.layers[l];
  Layer<float>& out = network.layers[l + 1];
  if (order.size() != in.b.n_elem || !is_permutation(order)) {
    throw std::invalid_argument("an order of units names each unit once");
  }
  const arma::uvec units = arma::conv_to<arma::uvec>::from(order);
  in.W = Matrix(in.W.rows(units));
  in.b = Vec<float>(in.b.elem(units));
  out.W = Matrix(out.W.cols(units));
}
// [/REORDER]

std::size_t hidden_layers(const Network& network) {
  return network.layers.size() - 1;
}

}  // namespace

Network reordered(const Network& network, const UnitOrders& orders) {
  if (orders.size() != hidden_layers(network)) {
    throw std::invalid_argument("each hidden layer needs an order");
  }
  Network result = network;
  for (std::size_t l = 0; l < orders.size(); ++l) {
    reorder_layer(result, l, orders[l]);
  }
  return result;
}

// [MATCH]
Matched match(const Network& reference, const Network& network, Rng& rng) {
  if (widths_of(reference) != widths_of(network)) {
    throw std::invalid_argument("networks of different widths do not match");
  }
  Matched result{.network = network};
  std::vector<std::size_t> layers = indices_below(hidden_layers(network));
  for (bool better = !layers.empty(); better;) {
    better = false;
    rng.shuffle(std::span(layers));
    for (const std::size_t l : layers) {
      const Mat<double> S = likeness(reference, result.network, l);
      const std::vector<std::size_t> order = best_assignment(S);
      ++result.solved;
      const double gain = total_gain(S, order) - arma::trace(S);
      if (gain <= kRounding * arma::norm(S, "fro")) continue;
      reorder_layer(result.network, l, order);
      better = result.moved = true;
    }
    if (layers.size() == 1) break;  // no other layer to wait for
  }
  return result;
}
// [/MATCH]

namespace {

// [OTHERS]
// The mean of all networks but one, from their mean.
Network mean_of_others(const Network& mean, const Network& own,
                       std::size_t count) {
  const auto n = static_cast<float>(count);
  Network others = mean;
  scale(n / (n - 1), others);
  add_scaled(-1 / (n - 1), own, others);
  return others;
}
// [/OTHERS]

// [PASS]
// Matches each network to what reference(k) says: a task each.
template <typename Reference>
MatchPass match_each(Executor& executor, std::vector<Network>& networks,
                     std::size_t number, std::uint64_t seed,
                     const Reference& reference) {
  const std::size_t count = networks.size();
  std::vector<double> seconds(count);
  std::vector<Matched> matched =
      run_each(executor, indices_below(count), [&](std::size_t k) {
        throw_if_interrupted();
        const Stopwatch watch;
        Rng rng(seed, kMatchStream + number * count + k);
        Matched one = match(reference(k), networks[k], rng);
        seconds[k] = watch.seconds();
        return one;
      });
  const auto [shortest, longest] = std::ranges::minmax(seconds);
  MatchPass pass{.number = number, .shortest = shortest, .longest = longest};
  for (std::size_t k = 0; k < count; ++k) {
    if (matched[k].moved) ++pass.moved;
    networks[k] = std::move(matched[k].network);
  }
  return pass;
}
// [/PASS]

}  // namespace

// [ALL]
MatchedNetworks match_all(Executor& executor, std::span<const Network> networks,
                          std::size_t most, std::uint64_t seed,
                          const MatchHook& hook) {
  if (networks.empty()) throw std::invalid_argument("no networks to match");
  MatchedNetworks all{.networks = {networks.begin(), networks.end()}};
  const std::size_t count = networks.size();
  while (all.passes < most && !all.settled) {
    Network mean;
    if (all.passes > 0) mean = average_weights(executor, all.networks);
    const auto reference = [&](std::size_t k) {
      if (all.passes == 0) return networks[0];
      if (count == 1) return mean;
      return mean_of_others(mean, all.networks[k], count);
    };
    MatchPass pass =
        match_each(executor, all.networks, all.passes + 1, seed, reference);
    ++all.passes;
    all.settled = pass.moved == 0;
    pass.networks = all.networks;
    if (hook) hook(pass);
  }
  return all;
}
// [/ALL]

}  // namespace nn
