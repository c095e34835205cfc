// An epoch allocates the same however many steps it has: only its threads. To
// see it we stand between the program and glibc's allocator and count, where
// that can be done.

#include <gtest/gtest.h>

#include "08_parallel_matrix/fused/fused_trainer.hpp"
#include "tests/support/counts_allocations.hpp"

#ifdef COUNTS_ALLOCATIONS

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <numeric>

namespace {
std::atomic<long> allocations = 0;
}

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_memalign(alignment, size);
}
}

namespace nn {
namespace {

TEST(FusedTrainer, AllocatesNothingInItsSteps) {
  Rng rng(1);
  ByteMatrix bytes(64, 2000);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(rng.below(3) == 0 ? rng.below(256) : 0);
  }
  const std::vector<std::uint8_t> labels(2000, 3);
  const TiledImages images(bytes, {8, 8}, Zeros::skipped);
  FusedTrainer trainer(he_network({64, 2 * kPanel, 10}, rng), images, labels,
                       {.batch = 16, .threads = 2}, rng);
  std::vector<std::size_t> many(2000);
  std::iota(many.begin(), many.end(), std::size_t{0});
  const auto few = std::span(many).first(16);
  const auto count = [&](std::span<const std::size_t> some) {
    const long before = allocations;
    trainer.epoch(some, {0.1, 0.1});
    return allocations - before;
  };
  count(many);  // makes room
  const long of_one_step = count(few);
  EXPECT_GT(of_one_step, 0) << "the counter counts nothing";
  EXPECT_EQ(count(many), of_one_step) << "in 125 steps";
}

}  // namespace
}  // namespace nn

#endif
