// The random numbers, pinned: these values must come out on every machine,
// with every compiler and every C library, or no seed in the book means
// anything.

#include "common/rng.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace nn {
namespace {

TEST(RngPinned, Bits) {
  Rng rng(1);
  EXPECT_EQ(rng.next(), 0xee127fe613436e33u);
  EXPECT_EQ(rng.next(), 0xd6dad8d34a1874eau);
  EXPECT_EQ(rng.next(), 0x2a52c16cec1116a9u);
  EXPECT_EQ(rng.next(), 0x9af9091d9f77d551u);
}

TEST(RngPinned, BitsOfAnotherStream) {
  Rng rng(1, 1);
  EXPECT_EQ(rng.next(), 0x309714ec38d33b4cu);
  EXPECT_EQ(rng.next(), 0x1bc11473d28024a0u);
}

TEST(RngPinned, Uniform) {
  Rng rng(2);
  EXPECT_EQ(rng.uniform(), 0x1.e051f6c380581p-1);
  EXPECT_EQ(rng.uniform(), 0x1.59893629c0488p-3);
  EXPECT_EQ(rng.uniform(), 0x1.9b3d3b06d8566p-1);
}

TEST(RngPinned, Normal) {
  Rng rng(3);
  EXPECT_EQ(rng.normal(), 0x1.540e2e37b0b29p-2);
  EXPECT_EQ(rng.normal(), -0x1.2a84a1f47769fp+0);
  EXPECT_EQ(rng.normal(), 0x1.1000d117e5d56p+1);
}

TEST(RngPinned, SumOfAMillionNormals) {
  Rng rng(6);
  double sum = 0;
  for (int i = 0; i < 1'000'000; ++i) sum += rng.normal();
  EXPECT_EQ(sum, -0x1.6064da6896917p+11);
}

TEST(RngPinned, Below) {
  Rng rng(4);
  for (const std::uint64_t expected : {5u, 5u, 0u, 0u, 7u, 7u, 1u, 7u}) {
    EXPECT_EQ(rng.below(10), expected);
  }
}

TEST(RngPinned, Shuffle) {
  std::vector<int> items(10);
  std::iota(items.begin(), items.end(), 0);
  Rng rng(5);
  rng.shuffle(std::span(items));
  EXPECT_EQ(items, (std::vector<int>{3, 4, 7, 6, 1, 9, 2, 0, 5, 8}));
}

TEST(Rng, GivesAnotherStreamForEachSeedAndNumber) {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    for (std::uint64_t stream = 0; stream < 30; ++stream) {
      first.insert(Rng(seed, stream).next());
    }
  }
  EXPECT_EQ(first.size(), 900u);
}

TEST(Rng, UniformStaysInItsRangeAndFillsIt) {
  Rng rng(7);
  double low = 1, high = 0, sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double u = rng.uniform();
    low = std::min(low, u);
    high = std::max(high, u);
    sum += u;
  }
  EXPECT_GE(low, 0);
  EXPECT_LT(low, 1e-3);
  EXPECT_LT(high, 1);
  EXPECT_GT(high, 1 - 1e-3);
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
}

TEST(Rng, UniformKeepsToTheRangeThatItIsGiven) {
  Rng rng(8);
  for (int i = 0; i < 1000; ++i) {
    const double u = rng.uniform(-0.5, 0.25);
    EXPECT_GE(u, -0.5);
    EXPECT_LT(u, 0.25);
  }
}

TEST(Rng, BelowGivesEachNumberEquallyOften) {
  Rng rng(9);
  std::vector<int> count(7);
  for (int i = 0; i < 70'000; ++i) ++count[rng.below(7)];
  // 10,000 each, with a standard deviation of 93.
  for (const int c : count) EXPECT_NEAR(c, 10'000, 500);
}

TEST(Rng, BelowOneIsZero) {
  Rng rng(10);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rng.below(1), 0u);
}

TEST(Rng, BelowRefusesWhatWouldComeTwice) {
  // For 2^63 + 1 nearly half of all draws must be refused; without that, the
  // mean would be a quarter of 2^64 and not half of n.
  Rng rng(11);
  const std::uint64_t n = (std::uint64_t{1} << 63) + 1;
  double sum = 0;
  int even = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t x = rng.below(n);
    EXPECT_LT(x, n);
    sum += static_cast<double>(x) / 0x1.0p63;
    even += x % 2 == 0 ? 1 : 0;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
  EXPECT_NEAR(even, 5000, 300);
}

TEST(Rng, NormalHasItsMomentsAndTails) {
  Rng rng(12);
  constexpr int kDraws = 200'000;
  double sum = 0, squares = 0, fourths = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.normal();
    sum += x;
    squares += x * x;
    fourths += x * x * x * x;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
  EXPECT_NEAR(fourths / kDraws, 3, 0.1);
  EXPECT_NEAR(static_cast<double>(beyond_two) / kDraws, 0.0455, 0.003);
}

TEST(Rng, ShuffleKeepsEveryItemAndReachesEveryOrder) {
  std::set<std::vector<int>> orders;
  Rng rng(13);
  for (int i = 0; i < 500; ++i) {
    std::vector<int> items = {1, 2, 3, 4};
    rng.shuffle(std::span(items));
    orders.insert(items);
  }
  EXPECT_EQ(orders.size(), 24u);
}

TEST(Rng, ShuffleOfNothingOrOneDrawsNothing) {
  Rng rng(14), untouched(14);
  std::vector<int> none, one = {1};
  rng.shuffle(std::span(none));
  rng.shuffle(std::span(one));
  EXPECT_EQ(rng.next(), untouched.next());
}

}  // namespace
}  // namespace nn
