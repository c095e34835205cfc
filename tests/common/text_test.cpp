#include "common/terminal/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nn {
namespace {

TEST(Text, PercentRoundsToTheDecimalsAsked) {
  EXPECT_EQ(percent(0.97512), "97.51%");
  EXPECT_EQ(percent(0.97512, 0), "98%");
  EXPECT_EQ(percent(1), "100.00%");
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
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("plain"), 5u);
  EXPECT_EQ(display_width("é"), 1u);
  EXPECT_EQ(display_width("数字"), 4u);
  EXPECT_EQ(display_width("▀▀"), 2u);
}

TEST(Text, PrintableIsOneHarmlessLine) {
  EXPECT_EQ(printable("a\nb\tc\r\x1b[2J"), "a\\nb\\tc\\r\\x1b[2J");
  EXPECT_EQ(printable("é"), "é");
  EXPECT_EQ(printable("\u009b2J\u009f\u00a0"), "\\xc2\\x9b2J\\xc2\\x9f\u00a0");
  EXPECT_EQ(printable("\xc2"), "\xc2");
}

}  // namespace
}  // namespace nn
