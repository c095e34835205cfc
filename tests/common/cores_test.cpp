#include "common/program/cores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace nn {
namespace {

TEST(CoresTest, AreInOrderEachOnce) {
  const std::vector<std::size_t> cores = allowed_cores();
  EXPECT_TRUE(std::ranges::is_sorted(cores));
  EXPECT_EQ(std::ranges::adjacent_find(cores), cores.end());
}

// The cores that a thread may use once it is pinned to the i-th.
std::vector<std::size_t> cores_when_pinned(std::size_t i) {
  std::vector<std::size_t> there;
  std::thread([&] {
    pin_this_thread(i);
    there = allowed_cores();
  }).join();
  return there;
}

TEST(CoresTest, APinnedThreadHasOneCoreAndOthersKeepTheirs) {
  const std::vector<std::size_t> cores = allowed_cores();
  if (cores.empty()) GTEST_SKIP() << "the system does not say";
  for (std::size_t i = 0; i < 2 * cores.size() + 1; ++i) {
    EXPECT_EQ(cores_when_pinned(i),
              std::vector<std::size_t>{cores[i % cores.size()]});
  }
  EXPECT_EQ(allowed_cores(), cores);
}

}  // namespace
}  // namespace nn
