#include "common/digits/synthetic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

#include "common/digits/handwriting.hpp"
#include "common/digits/raster.hpp"
#include "common/digits/strokes.hpp"

namespace nn {
namespace {

using Pixels = decltype(Digit::pixels);

// ---- What a single digit keeps ----------------------------------------------

// The moments of an image: its ink and where the middle of it lies.
struct Mass {
  double ink = 0;
  double row = 0;
  double column = 0;

  explicit Mass(const Pixels& pixels) {
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const std::size_t line = i / kDigitSize;
      const std::size_t place = i % kDigitSize;
      ink += pixels[i];
      row += pixels[i] * static_cast<double>(line);
      column += pixels[i] * static_cast<double>(place);
    }
    row /= ink;
    column /= ink;
  }
};

// How many rows and columns the ink spans.
struct Extent {
  std::size_t rows = 0;
  std::size_t columns = 0;

  explicit Extent(const Pixels& pixels) {
    std::set<std::size_t> inked_rows;
    std::set<std::size_t> inked_columns;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (pixels[i] == 0) continue;
      inked_rows.insert(i / kDigitSize);
      inked_columns.insert(i % kDigitSize);
    }
    rows = *inked_rows.rbegin() - *inked_rows.begin() + 1;
    columns = *inked_columns.rbegin() - *inked_columns.begin() + 1;
  }
};

std::vector<Digit> draw_digits(std::size_t count, std::uint64_t seed) {
  std::vector<Digit> digits;
  for (std::size_t k = 0; k < count; ++k) digits.push_back(draw_digit(seed, k));
  return digits;
}

// FNV-1a, 64 bits (Fowler, Noll, Vo).
void hash_byte(std::uint64_t& hash, std::uint8_t byte) {
  hash = (hash ^ byte) * 0x100000001b3u;
}

std::uint64_t hash_of(const std::vector<Digit>& digits) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const Digit& digit : digits) {
    hash_byte(hash, digit.label);
    for (const std::uint8_t pixel : digit.pixels) hash_byte(hash, pixel);
  }
  return hash;
}

// If this fails, the digits changed: every figure in the book that was
// measured on them has to be measured again.
TEST(Handwriting, IsTheSameToTheBitEverywhere) {
  EXPECT_EQ(hash_of(draw_digits(2000, 1)), 13264816358542779138u);
}

TEST(Handwriting, DependsOnSeedAndNumberAlone) {
  const Digit first = draw_digit(7, 3);
  draw_digit(8, 4);
  EXPECT_EQ(draw_digit(7, 3).pixels, first.pixels);
  EXPECT_NE(draw_digit(7, 4).pixels, first.pixels);
  EXPECT_NE(draw_digit(8, 3).pixels, first.pixels);
}

// MNIST puts the centre of mass within half a pixel of pixel (14, 14); we
// allow for the few digits whose box would leave the image.
TEST(Handwriting, HasItsCentreOfMassInTheMiddle) {
  for (const Digit& digit : draw_digits(5000, 2)) {
    const Mass mass(digit.pixels);
    EXPECT_NEAR(mass.row, 14, 1);
    EXPECT_NEAR(mass.column, 14, 1);
  }
}

TEST(Handwriting, FillsABoxOf20PixelsInItsLongerDirection) {
  for (const Digit& digit : draw_digits(5000, 3)) {
    const Extent extent(digit.pixels);
    const std::size_t longer = std::max(extent.rows, extent.columns);
    EXPECT_LE(longer, 20u);
    EXPECT_GE(longer, 19u);  // the last line may be too faint to count
  }
}

TEST(Handwriting, KeepsItsProportions) {
  double widths = 0;
  int ones = 0;
  for (const Digit& digit : draw_digits(5000, 4)) {
    if (digit.label != 1) continue;
    widths += static_cast<double>(Extent(digit.pixels).columns);
    ++ones;
  }
  EXPECT_LT(widths / ones, 12);  // fitted to the box both ways it were 20
}

TEST(Handwriting, IsInkOnCleanPaperWithGreyRims) {
  for (const Digit& digit : draw_digits(2000, 5)) {
    const auto paper = std::ranges::count(digit.pixels, 0);
    const auto ink = std::ranges::count(digit.pixels, 255);
    EXPECT_GT(paper, 392);                           // more than half
    EXPECT_GT(std::ranges::max(digit.pixels), 180);  // the thinnest pen
    EXPECT_LT(paper + ink, 784 - 20);                // anti-aliased
  }
}

// ---- What a set of them keeps -----------------------------------------------

TEST(SyntheticDigits, HoldTheDrawnBytesDividedBy255) {
  const Dataset data = synthetic_digits(300, 11);
  ASSERT_EQ(data.images.n_rows, 784u);
  ASSERT_EQ(data.images.n_cols, 300u);
  ASSERT_EQ(data.labels.size(), 300u);
  EXPECT_EQ(data.image_size, (ImageSize{28, 28}));
  for (std::size_t k = 0; k < 300; ++k) {
    const Digit digit = draw_digit(11, k);
    EXPECT_EQ(data.labels[k], digit.label);
    for (std::size_t i = 0; i < 784; ++i) {
      ASSERT_EQ(data.images(i, k), static_cast<float>(digit.pixels[i]) / 255);
    }
  }
}

bool same(const Dataset& a, const Dataset& b) {
  return a.labels == b.labels && a.images.n_cols == b.images.n_cols &&
         std::equal(a.images.begin(), a.images.end(), b.images.begin());
}

TEST(SyntheticDigits, AreTheSameForAnyNumberOfThreads) {
  const Dataset one = synthetic_digits(3001, 12, 1);
  for (const unsigned threads : {0u, 2u, 3u, 8u, 1000000u}) {
    EXPECT_TRUE(same(synthetic_digits(3001, 12, threads), one)) << threads;
  }
}

TEST(SyntheticDigits, BeginTheSameHoweverManyAreAskedFor) {
  const Dataset some = synthetic_digits(600, 13);
  EXPECT_TRUE(same(slice(some, 0, 100), synthetic_digits(100, 13)));
}

TEST(SyntheticDigits, DifferFromSeedToSeed) {
  const Dataset one = synthetic_digits(100, 1);
  const Dataset other = synthetic_digits(100, 2);
  EXPECT_NE(one.labels, other.labels);
  EXPECT_FALSE(same(one, other));
}

TEST(SyntheticDigits, MayBeNoneOrOne) {
  const Dataset none = synthetic_digits(0, 1);
  EXPECT_EQ(none.size(), 0u);
  EXPECT_EQ(none.images.n_rows, 784u);
  EXPECT_EQ(none.images.n_cols, 0u);
  const Dataset one = synthetic_digits(1, 1, 4);
  EXPECT_EQ(one.size(), 1u);
  EXPECT_EQ(one.images.n_cols, 1u);
}

TEST(SyntheticDigits, HoldAboutATenthOfEach) {
  std::array<int, 10> counts{};
  for (const std::uint8_t label : synthetic_digits(10000, 14).labels) {
    ++counts.at(label);
  }
  // 1000 each, give or take five standard deviations of 30.
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(SyntheticDigits, ComeInRandomOrder) {
  const Dataset data = synthetic_digits(10000, 15);
  std::array<int, 10> steps{};
  for (std::size_t k = 1; k < data.size(); ++k) {
    ++steps[static_cast<std::size_t>(data.labels[k] + 10 - data.labels[k - 1]) %
            10];
  }
  for (const int count : steps) EXPECT_NEAR(count, 1000, 150);
}

// ---- What they are drawn from -----------------------------------------------

TEST(Styles, AreSeveralForEachDigitAndDrawable) {
  for (int digit = 0; digit < 10; ++digit) {
    EXPECT_GE(styles_of(digit).size(), 4u) << digit;
    for (const WritingStyle& style : styles_of(digit)) {
      EXPECT_GT(style.weight, 0) << digit << ' ' << style.name;
      ASSERT_FALSE(style.strokes.empty()) << digit << ' ' << style.name;
      for (const Stroke& stroke : style.strokes) {
        EXPECT_GE(stroke.size(), 2u) << digit << ' ' << style.name;
      }
    }
  }
  EXPECT_THROW(styles_of(10), std::out_of_range);
  EXPECT_THROW(styles_of(-1), std::out_of_range);
}

// A slip of the pen in the tables, such as a missing comma, lands far away.
TEST(Styles, StayNearTheirFrame) {
  for (int digit = 0; digit < 10; ++digit) {
    for (const WritingStyle& style : styles_of(digit)) {
      for (const Stroke& stroke : style.strokes) {
        for (const Point p : stroke) {
          EXPECT_GE(p.x, -10) << digit << ' ' << style.name;
          EXPECT_LE(p.x, 130) << digit << ' ' << style.name;
          EXPECT_GE(p.y, 0) << digit << ' ' << style.name;
          EXPECT_LE(p.y, 100) << digit << ' ' << style.name;
        }
      }
    }
  }
}

// The first seven is one stroke with a corner, the first four is two strokes.
TEST(Styles, LiftThePenAndTurnAtCorners) {
  EXPECT_EQ(styles_of(4).front().strokes.size(), 2u);
  const std::vector<Stroke>& seven = styles_of(7).front().strokes;
  ASSERT_EQ(seven.size(), 1u);
  EXPECT_NE(std::ranges::adjacent_find(seven[0]), seven[0].end());
}

TEST(Flatten, PassesThroughEveryPointInShortPieces) {
  const Stroke stroke = {{0, 0}, {30, 40}, {60, 0}, {60, 0}, {100, 0}};
  const std::vector<Point> line = flatten(stroke, 5);
  for (const Point p : stroke)
    EXPECT_NE(std::ranges::find(line, p), line.end());
  for (std::size_t i = 1; i < line.size(); ++i) {
    const double length =
        std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
    EXPECT_LT(length, 10);
    EXPECT_GT(length, 0);
  }
}

TEST(Flatten, KeepsAStraightLineStraight) {
  for (const Point p : flatten({{0, 0}, {10, 20}, {20, 40}}, 1)) {
    EXPECT_NEAR(p.y, 2 * p.x, 1e-12);
  }
}

TEST(Flatten, TurnsSharplyAtACornerAndRoundElsewhere) {
  const auto highest = [](const std::vector<Point>& line) {
    return std::ranges::max(line, {}, &Point::x).x;
  };
  EXPECT_GT(highest(flatten({{0, 0}, {50, 0}, {50, 50}, {0, 50}}, 2)), 51);
  EXPECT_LE(highest(flatten({{0, 0}, {50, 0}, {50, 0}, {50, 50}}, 2)), 51);
}

TEST(Canvas, PoursInkWithinThePenAndNoneBeyond) {
  Canvas canvas(2);
  canvas.line({5, 10.5}, {15, 10.5});
  EXPECT_EQ(canvas.ink(10, 10, 2), 1);
  EXPECT_EQ(canvas.ink(11, 10, 2), 1);
  EXPECT_DOUBLE_EQ(canvas.ink(12, 10, 2), 0.5);  // its centre is on the rim
  EXPECT_EQ(canvas.ink(13, 10, 2), 0);
}

TEST(Canvas, EndsALineRound) {
  Canvas canvas(2);
  canvas.line({5, 5}, {15, 15});
  EXPECT_EQ(canvas.ink(5, 5, 1), 1);
  EXPECT_EQ(canvas.ink(3, 3, 1), 0);  // on the line, but before its start
}

TEST(Canvas, IsNoDarkerWhereALineIsDrawnTwice) {
  Canvas once(1);
  Canvas twice(1);
  once.line({3, 4}, {15, 11});
  twice.line({3, 4}, {15, 11});
  twice.line({15, 11}, {3, 4});
  for (std::size_t i = 0; i < kBoxSize * kBoxSize; ++i) {
    EXPECT_NEAR(once.ink(i / kBoxSize, i % kBoxSize, 1),
                twice.ink(i / kBoxSize, i % kBoxSize, 1), 1e-12);
  }
}

TEST(Canvas, CutsOffWhatLeavesTheSheet) {
  Canvas canvas(1);
  canvas.line({-30, 10}, {50, 10});
  canvas.line({-30, -30}, {-20, -20});
  EXPECT_EQ(canvas.ink(9, 0, 1), canvas.ink(9, 19, 1));
  EXPECT_EQ(canvas.ink(0, 0, 1), 0);
}

}  // namespace
}  // namespace nn
