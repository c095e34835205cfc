#include "06_averaging/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "03_training/training.hpp"
#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/ensemble/run_each.hpp"
#include "06_averaging/outer_step.hpp"
#include "common/error.hpp"
#include "common/program/interrupt.hpp"

namespace nn {

namespace {

// What stays with a shard from round to round.
struct Member {
  Member(const EnsemblePlan& plan, std::size_t k)
      : rng(plan.options.seed, k),
        network(he_network(
            widths_from(plan.data.images.n_rows, plan.options.hidden, kClasses),
            rng)),
        trainer(plan.engine, network, plan.options.training, rng) {}

  Rng rng;
  Network network;  // its own start is used by member 0 alone
  Trainer trainer;
};

using Members = std::vector<std::unique_ptr<Member>>;

void require_shards(std::span<const Shard> shards) {
  if (shards.empty()) throw std::invalid_argument("no shard to train on");
  for (const Shard& shard : shards) {
    if (shard.empty()) throw std::invalid_argument("a shard has no image");
  }
}

// [MEMBER]
// Model k goes over its shard, from the average on.
Network train_member(const EnsemblePlan& plan, std::size_t k, Member& member,
                     const Network& average, std::size_t epochs) try {
  member.network = average;
  const auto go_on = [](std::size_t) { return !interrupted(); };
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    throw_if_interrupted();
    member.trainer.epoch(plan.data, plan.shards[k], go_on);
  }
  throw_if_interrupted();
  return member.network;
} catch (const Diverged& diverged) {
  throw std::runtime_error(fmt::format(
      "model {}: the loss stopped being a number at step {}; choose a smaller "
      "--round-rate",
      k, diverged.step()));
}
// [/MEMBER]

}  // namespace

// [WEIGHTED]
Network weighted_average(Executor& executor, std::span<const Network> networks,
                         std::span<const std::size_t> counts) {
  const auto all = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (networks.size() != counts.size() || all == 0) {
    throw std::invalid_argument("each network needs a count, one above 0");
  }
  std::vector<Network> shares(networks.begin(), networks.end());
  for (std::size_t k = 0; k < shares.size(); ++k) {
    scale(static_cast<float>(static_cast<double>(counts[k]) / all), shares[k]);
  }
  return reduce_tree(executor, std::move(shares), [](Network a, Network b) {
    add_scaled(1.0f, b, a);
    return a;
  });
}
// [/WEIGHTED]

// [ROUNDS]
Network train_in_rounds(Executor& executor, const EnsemblePlan& plan,
                        const RoundOptions& options, const RoundHook& hook) {
  require_shards(plan.shards);
  Members members;
  std::vector<std::size_t> sizes;
  for (std::size_t k = 0; k < plan.shards.size(); ++k) {
    members.push_back(std::make_unique<Member>(plan, k));
    sizes.push_back(plan.shards[k].size());
  }
  const auto order = submission_order(plan.shards, plan.order);
  Network average = members.front()->network;
  Network velocity;
  for (std::size_t round = 1; round <= options.rounds; ++round) {
    const std::vector<Network> trained =
        run_each(executor, order, [&](std::size_t k) {
          return train_member(plan, k, *members[k], average, options.epochs);
        });
    outer_step(options.outer_rate, options.outer_momentum,
               weighted_average(executor, trained, sizes), velocity, average);
    if (hook) hook(round, average);
  }
  return average;
}
// [/ROUNDS]

// [BY_DIGIT]
std::vector<Shard> cut_by_digit(std::span<const std::uint8_t> labels,
                                std::size_t shards, std::size_t pieces,
                                std::uint64_t seed) {
  const std::size_t count = shards * pieces;
  const std::vector<std::size_t> sizes = shard_sizes(labels.size(), count, 0);
  std::vector<std::size_t> images = indices_below(labels.size());
  std::ranges::stable_sort(images, {},
                           [&](std::size_t i) { return labels[i]; });
  std::vector<std::size_t> order = indices_below(count);
  Rng(seed).shuffle(std::span(order));

  std::vector<std::size_t> first(count, 0);  // where each piece begins
  std::partial_sum(sizes.begin(), sizes.end() - 1, first.begin() + 1);
  std::vector<Shard> cut(shards);
  for (std::size_t p = 0; p < count; ++p) {
    const auto piece =
        std::span(images).subspan(first[order[p]], sizes[order[p]]);
    Shard& shard = cut[p / pieces];
    shard.insert(shard.end(), piece.begin(), piece.end());
  }
  return cut;
}
// [/BY_DIGIT]

}  // namespace nn
