#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "02_propagation/network.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/rng.hpp"

namespace nn {

/// An order of the units of each hidden layer: place i of layer l gets the
/// unit `orders[l][i]`.
using UnitOrders = std::vector<std::vector<std::size_t>>;

/// The same network with its hidden units in another order. It computes the
/// same function, but for rounding.
/// @param orders one a hidden layer, each a permutation of its units
/// @throws std::invalid_argument if an order is not one
Network reordered(const Network& network, const UnitOrders& orders);

/// A network in the order that makes it most like another.
struct Matched {
  Network network;         ///< reordered
  bool moved = false;      ///< whether any unit got another place
  std::size_t solved = 0;  ///< assignment problems
};

/// Reorders the hidden units of `network` so that it is as near to `reference`
/// as it can be. With one hidden layer that is the exact optimum, found by one
/// assignment. With more, layer after layer in random order, again and again
/// until no layer gets better: what it finds may not be the best of all.
/// @param rng draws the order of the layers
/// @throws std::invalid_argument if their widths differ
/// Source: Ainsworth, Hayase and Srinivasa, "Git Re-Basin" (2022), algorithm 1.
Matched match(const Network& reference, const Network& network, Rng& rng);

/// What one pass over all networks did.
struct MatchPass {
  std::size_t number = 0;  ///< from 1
  std::size_t moved = 0;   ///< networks of which a unit got another place
  double shortest = 0;     ///< seconds that the quickest task took
  double longest = 0;      ///< and the slowest: the tasks are not alike
  std::span<const Network> networks = {};  ///< as they are after it
};

/// Networks that were matched to each other.
struct MatchedNetworks {
  std::vector<Network> networks;  ///< in the order in which they were given
  std::size_t passes = 0;         ///< how often all were matched
  bool settled = false;           ///< whether nothing moved in the last one
};

/// Called after each pass.
using MatchHook = std::function<void(const MatchPass&)>;

/// Reorders the hidden units of each network: first as network 0 has them, then
/// as the mean of all others, until nothing moves. In each pass, each network
/// is matched by a task of its own, to means of the pass before; so the
/// result is the same, bit for bit, on every executor.
/// @param most passes, if something still moves then
/// @param seed of the orders of layers, see match()
/// @throws std::invalid_argument if there are none, or widths differ
/// @throws Interrupted between two of them, if the user asked to stop
MatchedNetworks match_all(Executor& executor, std::span<const Network> networks,
                          std::size_t most, std::uint64_t seed,
                          const MatchHook& hook = {});

}  // namespace nn
