// The barrier on real threads; tests/model/ has it under the explorer.

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "08_parallel_matrix/fused/barrier.hpp"
#include "08_parallel_matrix/fused/workers.hpp"

namespace nn {
namespace {

// Does not look a second time before it sleeps.
struct NoSpin {
  static bool once() { return false; }
};

template <typename BarrierType>
class BarrierOn : public testing::Test {};
using Barriers = testing::Types<Barrier<>, Barrier<StandardAtomics, NoSpin>>;
TYPED_TEST_SUITE(BarrierOn, Barriers);

// Plain data, so that ThreadSanitizer sees a meeting that orders nothing. Each
// round every thread reads what all others wrote in the round before.
TYPED_TEST(BarrierOn, ShowsWhatAllWroteBefore) {
  constexpr std::size_t kRounds = 2000;
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    TypeParam barrier(threads);
    // Two of each, or a fast thread would write what a slow one still reads.
    std::vector<std::size_t> written[2] = {std::vector<std::size_t>(threads),
                                           std::vector<std::size_t>(threads)};
    std::vector<std::size_t> wrong(threads);
    run_workers(threads, [&](std::size_t me) {
      for (std::size_t round = 1; round <= kRounds; ++round) {
        std::vector<std::size_t>& now = written[round % 2];
        now[me] = round;
        barrier.arrive_and_wait();
        for (const std::size_t other : now) wrong[me] += other != round;
      }
    });
    for (const std::size_t count : wrong) EXPECT_EQ(count, 0u);
  }
}

}  // namespace
}  // namespace nn
