#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nn {

/// A part of the training images: their indices. The images stay where they
/// are, so that cutting copies none of them.
using Shard = std::vector<std::size_t>;

/// 0, 1, ..., count - 1: all images, say.
std::vector<std::size_t> indices_below(std::size_t count);

/// How images are cut into shards.
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

/// Deals the images 0 to `images - 1` out at random, as a shuffled pack of
/// cards: each into one shard. Every shard then looks like the whole, even if
/// the file is sorted by label. Uneven sizes come in random order too.
///
/// A pure function of its arguments.
/// @throws InputError as shard_sizes() does
std::vector<Shard> cut_into_shards(std::size_t images,
                                   const ShardOptions& options);

/// How many images the shards have together.
std::size_t image_count(std::span<const Shard> shards);

/// The order in which shards are given to an executor.
enum class ShardOrder {
  shuffled,    ///< as they were cut: in random order of size
  ascending,   ///< small ones first
  descending,  ///< large ones first
};

/// The shards' numbers in the order in which they are to be submitted.
/// Shards of one size stay in the order of their numbers.
std::vector<std::size_t> submission_order(std::span<const Shard> shards,
                                          ShardOrder order);

/// Deals the shards out to so many threads, largest first, each to the thread
/// with the fewest images so far.
/// @returns the shards' numbers, one list a thread
/// Source: Graham, "Bounds on Multiprocessing Timing Anomalies" (1969).
std::vector<std::vector<std::size_t>> dealt_largest_first(
    std::span<const Shard> shards, std::size_t threads);

}  // namespace nn
