#include <cstdint>
#include <memory>
#include <vector>

#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "coursework/probes/work.hpp"

namespace {

// Not associative, and slow.
std::uint64_t combine(std::uint64_t a, std::uint64_t b) {
  for (int i = 0; i < 25'000; ++i)
    a = a * 6364136223846793005u + (b ^ (a >> 29));
  return a;
}

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t threads) {
  const auto pool = std::make_shared<nn::WorkBalancingPool>(threads);
  std::vector<std::uint64_t> items(1024);
  for (auto& item : items) item = rng.next();
  return [pool, items](nn::probe::Report& report) {
    const std::uint64_t all = nn::reduce_tree(*pool, items, combine);
    report.exact("the items combined", static_cast<double>(all % 1'000'003));
  };
}
