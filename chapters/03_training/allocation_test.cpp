// Training allocates nothing after the first batch. To see it we stand
// between the program and glibc's allocator and count, where that can be done.

#include <gtest/gtest.h>

#include "03_training/training.hpp"
#include "common/blas.hpp"
#include "tests/support/counts_allocations.hpp"

#ifdef COUNTS_ALLOCATIONS

#include <cerrno>
#include <cstdlib>

namespace {
thread_local long allocations = 0;
}

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace nn {
namespace {

Dataset noise(std::size_t count, Rng& rng) {
  Dataset data;
  data.images.set_size(784, count);
  for (float& pixel : data.images) pixel = static_cast<float>(rng.uniform());
  for (std::size_t j = 0; j < count; ++j) {
    data.labels.push_back(static_cast<std::uint8_t>(j % 10));
  }
  return data;
}

class Allocations : public ::testing::TestWithParam<const char*> {};

TEST_P(Allocations, StopAfterTheFirstBatch) {
  use_one_blas_thread();
  Rng rng(1);
  const Dataset data = noise(200, rng);  // 6 batches of 32, and one of 8
  Network network = he_network({784, 128, 64, 10}, rng);
  const auto engine = make_engine(GetParam());
  Trainer trainer(*engine, network, {.momentum = 0.9}, rng);
  long after_first = -1;
  for (int epoch = 0; epoch < 2; ++epoch) {
    trainer.epoch(data, [&](std::size_t) {
      if (after_first < 0) after_first = allocations;
      return true;
    });
  }
  EXPECT_GT(after_first, 0) << "the counter counts nothing";
  EXPECT_EQ(allocations - after_first, 0);
}

INSTANTIATE_TEST_SUITE_P(Training, Allocations,
                         ::testing::Values("naive", "armadillo"));

}  // namespace
}  // namespace nn

#endif
