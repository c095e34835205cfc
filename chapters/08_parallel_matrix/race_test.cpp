// Moved images, and the race on a few digits.

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "08_parallel_matrix/fused/shifts.hpp"
#include "08_parallel_matrix/program/race.hpp"

namespace nn {
namespace {

// Pixel (row, column) of an image, 0 beyond its edges.
int pixel(const std::vector<std::uint8_t>& image, ImageSize size, int row,
          int column) {
  if (row < 0 || column < 0 || row >= static_cast<int>(size.height) ||
      column >= static_cast<int>(size.width)) {
    return 0;
  }
  return image[static_cast<std::size_t>(row) * size.width +
               static_cast<std::size_t>(column)];
}

TEST(MoveImage, PutsEachPixelWhereItIsSent) {
  for (const ImageSize size :
       {ImageSize{5, 7}, ImageSize{1, 1}, ImageSize{3, 2}}) {
    std::vector<std::uint8_t> image(size.pixels());
    for (std::size_t i = 0; i < image.size(); ++i) {
      image[i] = static_cast<std::uint8_t>(i + 1);
    }
    for (int down = -8; down <= 8; ++down) {
      for (int right = -8; right <= 8; ++right) {
        std::vector<std::uint8_t> moved(image.size(), 99);
        move_image(image, size, down, right, moved);
        for (int row = 0; row < static_cast<int>(size.height); ++row) {
          for (int column = 0; column < static_cast<int>(size.width);
               ++column) {
            ASSERT_EQ(pixel(moved, size, row, column),
                      pixel(image, size, row - down, column - right))
                << down << ' ' << right << ' ' << row << ' ' << column;
          }
        }
      }
    }
  }
}

// One pixel in the middle of each image: where it ends up is the move.
TEST(MoveAll, MakesEachMoveAboutEquallyOften) {
  const ImageSize size = {5, 5};
  constexpr std::size_t kImages = 9000;
  ByteMatrix images(size.pixels(), kImages);
  for (std::size_t n = 0; n < kImages; ++n) images(12, n) = 200;
  Rng rng(1);
  ByteMatrix copies;
  move_all(images, size, 1, rng, copies);
  std::vector<int> times(size.pixels());
  for (std::size_t n = 0; n < kImages; ++n) {
    const auto* image = copies.colptr(n);
    const auto* found = std::find(image, image + size.pixels(), 200);
    ASSERT_NE(found, image + size.pixels());
    ++times[static_cast<std::size_t>(found - image)];
  }
  int all = 0;
  for (const std::size_t place : {6u, 7u, 8u, 11u, 12u, 13u, 16u, 17u, 18u}) {
    EXPECT_NEAR(times[place], 1000, 150);
    all += times[place];
  }
  EXPECT_EQ(all, static_cast<int>(kImages));
}

RaceSettings small(RaceSettings settings) {
  settings.common.data = "synthetic";
  settings.common.limit = 3000;
  settings.common.threads = 2;
  settings.common.epochs = 2;
  settings.common.hidden = {64};
  return settings;
}

// What a race prints, and its result.
std::string race(const RaceSettings& settings, double& right) {
  testing::internal::CaptureStdout();
  Laps laps;
  right = run_race(settings, laps);
  return testing::internal::GetCapturedStdout();
}

TEST(Race, LearnsAndSaysWhereTheTimeWent) {
  double right = 0;
  const std::string text = race(small(race_recipe()), right);
  EXPECT_GT(right, 0.85);
  for (const char* part : {"reading", "live tiles", "epoch 2", "evaluation",
                           "missed the goal", "of the test images"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
}

TEST(Race, LearnsFromMovedImages) {
  double right = 0;
  race(small(best_recipe()), right);
  EXPECT_GT(right, 0.8);
}

TEST(Race, DoesNotDependOnTheThreads) {
  for (const RaceSettings& recipe : {race_recipe(), best_recipe()}) {
    RaceSettings settings = small(recipe);
    settings.common.hidden = {200};
    double expected = 0;
    race(settings, expected);
    settings.common.threads = 1;
    double right = 0;
    race(settings, right);
    EXPECT_EQ(right, expected);
  }
}

// The last sixth is tried: the test images are not looked at.
TEST(Race, HoldsImagesBack) {
  RaceSettings settings = small(race_recipe());
  settings.hold_back = true;
  double right = 0;
  const std::string text = race(settings, right);
  EXPECT_NE(text.find("of the images held back"), std::string::npos);
  EXPECT_EQ(right * 500, static_cast<int>(right * 500 + 0.5));
}

}  // namespace
}  // namespace nn
