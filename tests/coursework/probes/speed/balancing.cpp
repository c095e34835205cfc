#include <cstdint>
#include <memory>
#include <vector>

#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/work.hpp"

namespace {

// Uneven shards that all begin with one worker.
struct Shards {
  Shards(nn::Rng& rng, std::size_t threads) : pool(threads) {
    for (auto& length : lengths) length = 2'000 + rng.below(40'000);
    weights = rng.next();
  }

  void run(nn::probe::Report& report) {
    std::vector<double> results(lengths.size());
    pool.submit([&] {
      for (std::size_t i = 0; i < lengths.size(); ++i) {
        pool.submit([&, i] { results[i] = shard(lengths[i]); });
      }
    });
    pool.wait_all();
    nn::probe::report_sums("the shards' results", results, weights, report);
  }
  static double shard(std::uint64_t length) {
    std::uint64_t x = length;
    for (std::uint64_t i = 0; i < length; ++i)
      x = x * 6364136223846793005u + (i ^ (x >> 29));
    return static_cast<double>(x % 1009);
  }

  std::uint64_t weights = 0;
  std::vector<std::uint64_t> lengths = std::vector<std::uint64_t>(1000);
  nn::WorkBalancingPool pool;
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t threads) {
  const auto shards = std::make_shared<Shards>(rng, threads);
  return [shards](nn::probe::Report& report) { shards->run(report); };
}
