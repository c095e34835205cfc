#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "02_propagation/network.hpp"
#include "04_work_balancing/ensemble/ensemble.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/pool/executor.hpp"

namespace nn {

/// How networks are trained in rounds: from one start each goes over its shard,
/// the weights are averaged, and the average is where all start again.
struct RoundOptions {
  /// How often all start again from their average.
  std::size_t rounds = 20;
  /// Epochs of each network in a round.
  std::size_t epochs = 1;
  /// The step from one average to the next is taken this many times; 1 is the
  /// average.
  double outer_rate = 1;
  /// Share of the last step that is kept in the next, as Nesterov does.
  double outer_momentum = 0;
};

/// Called after each round with its number, from 1, and the average.
using RoundHook =
    std::function<void(std::size_t round, const Network& average)>;

/// Trains in rounds. Each network is a task; each is trained by a trainer of
/// its own that lives on, so that with one shard the result is that of plain
/// training, to the bit. A shard counts as much as it has images. The plan's
/// `epochs` and `start_weights` are not used.
/// @returns the last average
/// @throws std::invalid_argument if there is no shard, or an empty one
/// @throws std::runtime_error naming the model if its loss stops being a number
/// @throws Interrupted between two batches, if the user asked to stop
/// Source: McMahan, Moore, Ramage, Hampson and Agüera y Arcas,
/// "Communication-Efficient Learning of Deep Networks from Decentralized
/// Data" (2016), algorithm 1. Outer momentum: Douillard et al., "DiLoCo"
/// (2023).
Network train_in_rounds(Executor& executor, const EnsemblePlan& plan,
                        const RoundOptions& options,
                        const RoundHook& hook = {});

/// The mean of the networks' weights, each counted so many times.
/// @param counts one a network, not all 0
/// @throws std::invalid_argument if there are none, or widths differ
Network weighted_average(Executor& executor, std::span<const Network> networks,
                         std::span<const std::size_t> counts);

/// Shards that are not alike: the images are sorted by digit and cut into
/// pieces, and each shard gets some of them at random. With one piece a shard
/// sees a digit or two, with many it looks like the whole.
/// @param labels of the images
/// @param pieces a shard, at least 1
/// @throws InputError if there are more pieces than images, or none
/// Source: McMahan et al. (2016), section 3, with two pieces.
std::vector<Shard> cut_by_digit(std::span<const std::uint8_t> labels,
                                std::size_t shards, std::size_t pieces,
                                std::uint64_t seed);

}  // namespace nn
