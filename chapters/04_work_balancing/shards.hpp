#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/dataset.hpp"

namespace nn {

/// How a data set is cut.
struct ShardOptions {
  /// How many shards, one a model.
  std::size_t count = 60;
  /// How uneven they are: the exponent of Zipf's law. 0 cuts them alike, with
  /// 1 the second largest has half the images of the largest.
  double skew = 0;
  /// Decides which images go where, and which shard gets which size.
  std::uint64_t seed = 1;
};

/// The sizes of `count` shards of `images` images, largest first: shard k
/// gets a share proportional to 1/(k + 1)^skew, rounded, and at least one
/// image. With skew 0 sizes differ by one at most.
/// Source: Zipf, Human Behavior and the Principle of Least Effort (1949).
/// @throws InputError if there are more shards than images, or none
std::vector<std::size_t> shard_sizes(std::size_t images, std::size_t count,
                                     double skew);

/// Deals the images out at random, as a shuffled pack of cards: each into one
/// shard. Every shard then looks like the whole, even if the file is sorted
/// by label. Uneven sizes come in random order too.
///
/// A pure function of the data and the options.
/// @throws InputError as shard_sizes() does
std::vector<Dataset> cut_into_shards(const Dataset& data,
                                     const ShardOptions& options);

/// In which order shards are given to an executor.
enum class ShardOrder {
  shuffled,    ///< as they were cut: in random order of size
  ascending,   ///< small ones first
  descending,  ///< large ones first
};

/// The shards' numbers in the order in which they are to be submitted.
/// Shards of one size stay in the order of their numbers.
std::vector<std::size_t> submission_order(std::span<const Dataset> shards,
                                          ShardOrder order);

}  // namespace nn
