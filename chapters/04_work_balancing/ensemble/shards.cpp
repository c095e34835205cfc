#include "04_work_balancing/ensemble/shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "common/error.hpp"
#include "common/rng.hpp"
#include "common/terminal/text.hpp"

namespace nn {

std::vector<std::size_t> indices_below(std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

namespace {

// Model k draws from stream k. Cutting must not draw from any of those.
constexpr std::uint64_t kCuttingStream = std::uint64_t{1} << 32;

void require_enough_images(std::size_t images, std::size_t count) {
  if (count >= 1 && count <= images) return;
  throw InputError(fmt::format(
      "cannot cut {} images into {} shards: each needs at least one image",
      thousands(images), thousands(count)));
}

// [SHARES]
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
// [/SHARES]

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
std::vector<Shard> cut_into_shards(std::size_t images,
                                   const ShardOptions& options) {
  std::vector<std::size_t> sizes =
      shard_sizes(images, options.count, options.skew);
  Rng rng(options.seed, kCuttingStream);
  rng.shuffle(std::span(sizes));
  std::vector<std::size_t> cards = indices_below(images);
  rng.shuffle(std::span(cards));

  std::vector<Shard> shards;
  auto first = cards.begin();
  for (const std::size_t size : sizes) {
    const auto end = first + static_cast<std::ptrdiff_t>(size);
    shards.emplace_back(first, end);
    first = end;
  }
  return shards;
}
// [/CUT]

std::size_t image_count(std::span<const Shard> shards) {
  std::size_t images = 0;
  for (const Shard& shard : shards) images += shard.size();
  return images;
}

// [ORDER]
std::vector<std::size_t> submission_order(std::span<const Shard> shards,
                                          ShardOrder order) {
  std::vector<std::size_t> result = indices_below(shards.size());
  const auto size = [&](std::size_t k) { return shards[k].size(); };
  if (order == ShardOrder::ascending) {
    std::ranges::stable_sort(result, std::less<>(), size);
  } else if (order == ShardOrder::descending) {
    std::ranges::stable_sort(result, std::greater<>(), size);
  }
  return result;
}
// [/ORDER]

// [HANDS]
std::vector<std::vector<std::size_t>> dealt_largest_first(
    std::span<const Shard> shards, std::size_t threads) {
  std::vector<std::vector<std::size_t>> hands(threads);
  std::vector<std::size_t> images(threads);
  for (const std::size_t k : submission_order(shards, ShardOrder::descending)) {
    const auto least = std::min_element(images.begin(), images.end());
    *least += shards[k].size();
    hands[static_cast<std::size_t>(least - images.begin())].push_back(k);
  }
  return hands;
}
// [/HANDS]

}  // namespace nn
