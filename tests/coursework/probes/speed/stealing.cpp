#include <cstdint>
#include <memory>

#include "05_work_stealing/work_stealing_pool.hpp"
#include "coursework/probes/work.hpp"

namespace {

// A tree of tasks that do next to nothing: what is timed is the deques. What
// the leaves are worth depends on the seed, of which the root's number is made.
double leaves(nn::Executor& pool, int depth, std::uint64_t node) {
  if (depth == 0) return static_cast<double>(node * 6364136223846793005u >> 61);
  auto right = pool.submit(
      [&pool, depth, node] { return leaves(pool, depth - 1, 2 * node + 1); });
  const double left = leaves(pool, depth - 1, 2 * node);
  return left + right.get();
}

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t threads) {
  const auto pool =
      std::make_shared<nn::WorkStealingPool>(nn::WorkStealingPool::Options{
          .thread_count = threads, .seed = rng.next()});
  const std::uint64_t root = rng.next();
  return [pool, root](nn::probe::Report& report) {
    const double sum =
        pool->submit([&] { return leaves(*pool, 19, root); }).get();
    report.exact("what the leaves of a tree of tasks are worth", sum);
  };
}
