#include "04_work_balancing/shards.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "common/error.hpp"
#include "common/rng.hpp"
#include "common/text.hpp"

namespace nn {

namespace {

// Model k draws from stream k. Cutting must not draw from any of those.
constexpr std::uint64_t kCuttingStream = std::uint64_t{1} << 32;

// 0, 1, 2, ...
std::vector<std::size_t> numbers(std::size_t count) {
  std::vector<std::size_t> result(count);
  std::iota(result.begin(), result.end(), std::size_t{0});
  return result;
}

void require_enough_images(std::size_t images, std::size_t count) {
  if (count >= 1 && count <= images) return;
  throw InputError("cannot cut " + thousands(images) + " images into " +
                   thousands(count) + " shards: each needs at least one image");
}

// The share of each shard, largest first; they add up to 1.
std::vector<double> zipf_shares(std::size_t count, double skew) {
  std::vector<double> shares(count);
  for (std::size_t k = 0; k < count; ++k) {
    shares[k] = std::pow(static_cast<double>(k + 1), -skew);
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

// [SIZES]
std::vector<std::size_t> shard_sizes(std::size_t images, std::size_t count,
                                     double skew) {
  require_enough_images(images, count);
  // One image each comes first; only the others are dealt by share. Rounding
  // the running total, not each share, makes the sizes add up.
  const auto spare = static_cast<double>(images - count);
  std::vector<std::size_t> sizes;
  double total = 0;
  std::size_t dealt = 0;
  for (const double share : zipf_shares(count, skew)) {
    total += share;
    const auto end = std::min(
        images - count, static_cast<std::size_t>(std::llround(total * spare)));
    sizes.push_back(1 + end - dealt);
    dealt = end;
  }
  sizes.back() += images - count - dealt;
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  return sizes;
}
// [/SIZES]

// [CUT]
std::vector<Dataset> cut_into_shards(const Dataset& data,
                                     const ShardOptions& options) {
  std::vector<std::size_t> sizes =
      shard_sizes(data.size(), options.count, options.skew);
  Rng rng(options.seed, kCuttingStream);
  rng.shuffle(std::span(sizes));
  std::vector<std::size_t> cards = numbers(data.size());
  rng.shuffle(std::span(cards));

  std::vector<Dataset> shards;
  std::size_t first = 0;
  for (const std::size_t size : sizes) {
    shards.push_back(select(data, std::span(cards).subspan(first, size)));
    first += size;
  }
  return shards;
}
// [/CUT]

std::vector<std::size_t> submission_order(std::span<const Dataset> shards,
                                          ShardOrder order) {
  std::vector<std::size_t> result = numbers(shards.size());
  const auto is_smaller = [&](std::size_t i, std::size_t j) {
    return shards[i].size() < shards[j].size();
  };
  const auto is_larger = [&](std::size_t i, std::size_t j) {
    return shards[i].size() > shards[j].size();
  };
  if (order == ShardOrder::ascending) {
    std::stable_sort(result.begin(), result.end(), is_smaller);
  } else if (order == ShardOrder::descending) {
    std::stable_sort(result.begin(), result.end(), is_larger);
  }
  return result;
}

}  // namespace nn
