#include "common/terminal/picture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace nn {
namespace {

const Terminal kGreys = {
    .interactive = true, .colours = Colours::full, .utf8 = true};

std::string drawn(const std::vector<Picture>& pictures,
                  const Terminal& terminal = {}) {
  std::ostringstream out;
  draw_pictures(out, terminal, pictures);
  return out.str();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size())) {
    ++n;
  }
  return n;
}

TEST(Picture, PlainCharactersAreTheMeanOfTwoPixels) {
  const std::vector<float> pixels = {0, 1, 1,  //
                                     0, 0, 1,  //
                                     1, 1, 1,  //
                                     0, 1, 1};
  EXPECT_EQ(drawn({{pixels, {4, 3}, ""}}), " +@\n+@@\n");
}

TEST(Picture, TakesAnOddNumberOfRows) {
  const std::vector<float> pixels = {1, 1, 1};
  EXPECT_EQ(drawn({{pixels, {3, 1}, ""}}), "@\n+\n");
}

TEST(Picture, ADigitTakes28ColumnsAnd14Lines) {
  const std::vector<float> pixels(784, 1.0F);
  const std::string text = drawn({{pixels, {28, 28}, ""}}, kGreys);
  EXPECT_EQ(count(text, "▀"), 28u * 14u);
  EXPECT_EQ(count(text, "\n"), 14u);
}

TEST(Picture, HalfBlocksShowBothPixelsInGrey) {
  const std::vector<float> pixels = {1, 0};
  EXPECT_EQ(drawn({{pixels, {2, 1}, ""}}, kGreys),
            "\x1b[38;2;255;255;255;48;2;0;0;0m▀\x1b[0m\n");
  Terminal palette = kGreys;
  palette.colours = Colours::palette256;
  EXPECT_EQ(drawn({{pixels, {2, 1}, ""}}, palette),
            "\x1b[38;5;231;48;5;16m▀\x1b[0m\n");
  const std::vector<float> grey = {0.5F, 0.5F};
  EXPECT_EQ(drawn({{grey, {2, 1}, ""}}, palette),
            "\x1b[38;5;244;48;5;244m▀\x1b[0m\n");
}

TEST(Picture, ColoursAreSwitchedOffAtTheEndOfEachLine) {
  const std::vector<float> pixels(784, 0.5F);
  const std::string text = drawn({{pixels, {28, 28}, ""}}, kGreys);
  EXPECT_EQ(count(text, "\x1b[0m\n"), 14u);
}

TEST(Picture, WithoutColoursOrUtf8ItIsPlain) {
  const std::vector<float> pixels = {1, 1};
  Terminal terminal = kGreys;
  terminal.utf8 = false;
  EXPECT_EQ(drawn({{pixels, {2, 1}, ""}}, terminal), "@\n");
  terminal = kGreys;
  terminal.colours = Colours::none;
  EXPECT_EQ(drawn({{pixels, {2, 1}, ""}}, terminal), "@\n");
  terminal.colours = Colours::basic;
  EXPECT_EQ(drawn({{pixels, {2, 1}, ""}}, terminal), "@\n");
}

TEST(Picture, SeveralStandSideBySideUnderTheirCaptions) {
  const std::vector<float> pixels(4, 1.0F);
  EXPECT_EQ(drawn({{pixels, {2, 2}, "7, not 1"}, {pixels, {2, 2}, "3\nsure"}}),
            "          3\n"
            "7, not 1  sure\n"
            "@@        @@\n");
}

TEST(Picture, WhatDoesNotFitGoesToTheNextRow) {
  const std::vector<float> pixels(8, 1.0F);
  Terminal narrow;
  narrow.width = 10;
  const Picture picture = {pixels, {2, 4}, ""};
  EXPECT_EQ(drawn({picture, picture, picture}, narrow), "@@@@  @@@@\n\n@@@@\n");
  narrow.width = 1;
  EXPECT_EQ(drawn({picture, picture}, narrow), "@@@@\n\n@@@@\n");
}

TEST(Picture, DrawsStrangeValuesAsTheNearerEnd) {
  const std::vector<float> pixels = {-5, 99, NAN, INFINITY};
  EXPECT_EQ(drawn({{pixels, {1, 4}, ""}}), " + +\n");
}

TEST(Picture, RefusesPixelsThatDoNotFillIt) {
  const std::vector<float> pixels(5);
  EXPECT_THROW(drawn({{pixels, {2, 2}, ""}}), std::invalid_argument);
}

TEST(Picture, NoneIsNothing) {
  EXPECT_EQ(drawn({}), "");
}

}  // namespace
}  // namespace nn
