#include "common/text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nn {
namespace {

TEST(Text, PercentRoundsToTheDecimalsAsked) {
  EXPECT_EQ(percent(0.97512), "97.51%");
  EXPECT_EQ(percent(0.97512, 0), "98%");
  EXPECT_EQ(percent(1), "100.00%");
}

TEST(Text, FixedTakesAnyNumber) {
  EXPECT_EQ(fixed(0.126, 2), "0.13");
  EXPECT_EQ(fixed(-1, 0), "-1");
  EXPECT_EQ(fixed(std::nan(""), 2), "nan");
  EXPECT_EQ(fixed(std::numeric_limits<double>::max(), 0).size(), 309u);
}

TEST(Text, ThousandsHaveCommas) {
  EXPECT_EQ(thousands(0), "0");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1000), "1,000");
  EXPECT_EQ(thousands(1234567), "1,234,567");
  EXPECT_EQ(thousands(18446744073709551615u), "18,446,744,073,709,551,615");
}

TEST(Text, DurationChoosesTheUnit) {
  EXPECT_EQ(duration(0.0000021), "2.1 us");
  EXPECT_EQ(duration(0.0031), "3.1 ms");
  EXPECT_EQ(duration(0.42), "0.42 s");
  EXPECT_EQ(duration(12.34), "12.3 s");
  EXPECT_EQ(duration(59.96), "1 min 00 s");
  EXPECT_EQ(duration(125), "2 min 05 s");
  EXPECT_EQ(duration(3599.9), "1 h 00 min");
  EXPECT_EQ(duration(3720), "1 h 02 min");
}

TEST(Text, DurationOfNonsenseIsAQuestionMark) {
  EXPECT_EQ(duration(-1), "?");
  EXPECT_EQ(duration(std::nan("")), "?");
  EXPECT_EQ(duration(INFINITY), "?");
}

TEST(Text, WidthCountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("plain"), 5u);
  EXPECT_EQ(display_width("é"), 1u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // e and a combining accent
  EXPECT_EQ(display_width("数字"), 4u);
  EXPECT_EQ(display_width("▀▀"), 2u);
  EXPECT_EQ(display_width("\x1b[1;31mred\x1b[0m"), 3u);
}

TEST(Text, WidthSurvivesMalformedText) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_LE(display_width("\xe2\x96"), 1u);  // a character cut off
  EXPECT_EQ(display_width("\x1b["), 0u);
  EXPECT_EQ(display_width("\x80"), 0u);
}

TEST(Text, PaddingFillsUpToTheWidth) {
  EXPECT_EQ(pad_right("é", 3), "é  ");
  EXPECT_EQ(pad_left("é", 3), "  é");
  EXPECT_EQ(pad_left("long", 3), "long");
}

TEST(Text, CutKeepsWholeCharactersAndTheEndOfColours) {
  EXPECT_EQ(cut_to_width("abc", 2), "ab");
  EXPECT_EQ(cut_to_width("aé数x", 3), "aé");
  EXPECT_EQ(cut_to_width("\x1b[31mred\x1b[0m", 1), "\x1b[31mr\x1b[0m");
}

TEST(Text, PrintableIsOneHarmlessLine) {
  EXPECT_EQ(printable("a\nb\tc\r\x1b[2J"), "a\\nb\\tc\\r\\x1b[2J");
  EXPECT_EQ(printable("é"), "é");
}

}  // namespace
}  // namespace nn
