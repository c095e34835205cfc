#include "common/terminal/progress.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/terminal/text.hpp"

namespace nn {
namespace {

const Terminal kPlain = {};
const Terminal kAscii = {.interactive = true};
const Terminal kScreen = {.interactive = true, .utf8 = true};

// A clock that the test sets.
struct TestClock {
  double now = 100;
  Clock clock() {
    return [this] { return now; };
  }
};

// What a screen shows after this output: lines, from the top.
// Knows what progress.cpp uses: \r, \n, ESC[nA, ESC[J.
std::vector<std::string> screen_after(const std::string& output) {
  std::vector<std::string> screen(1);
  std::size_t row = 0;
  std::size_t column = 0;  // in bytes
  for (std::size_t i = 0; i < output.size(); ++i) {
    const char c = output[i];
    if (c == '\n') {
      if (++row == screen.size()) screen.emplace_back();
      column = 0;
    } else if (c == '\r') {
      column = 0;
    } else if (c == '\x1b') {
      std::size_t number = 0;
      for (i += 2; output[i] >= '0' && output[i] <= '9'; ++i) {
        number = number * 10 + static_cast<std::size_t>(output[i] - '0');
      }
      if (output[i] == 'A') row -= number;
      if (output[i] == 'J') {
        screen.resize(row + 1);
        screen[row].resize(column);
      }
    } else {
      if (screen[row].size() <= column) screen[row].resize(column + 1, ' ');
      screen[row][column++] = c;
    }
  }
  return screen;
}

using Lines = std::vector<std::string>;

TEST(Progress, WritesOnlyLinesWhereThereIsNoTerminal) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kPlain, false, time.clock());
  progress.start("epoch 1", 100, "images");
  time.now += 10;
  progress.update(50);
  progress.finish("done");
  EXPECT_EQ(out.str(), "done\n");
}

TEST(Progress, WritesNothingWhenQuiet) {
  for (const Terminal& terminal : {kPlain, kScreen}) {
    std::ostringstream out;
    TestClock time;
    Progress progress(out, terminal, true, time.clock());
    progress.start("epoch 1", 100, "images");
    time.now += 10;
    progress.update(50);
    progress.finish("done");
    EXPECT_EQ(out.str(), "");
  }
}

TEST(Progress, ShowsShareRateAndTimeLeft) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kAscii, false, time.clock());
  progress.start("epoch 1", 60000, "images");
  time.now += 2;
  progress.update(15000);
  EXPECT_EQ(screen_after(out.str()),
            (Lines{"epoch 1  #######.......................   25%      7,500 "
                   "images/s   6.0 s left",
                   ""}));
}

TEST(Progress, DrawsBlocksWhereThereIsUtf8) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kScreen, false, time.clock());
  progress.start("x", 2, "images");
  time.now += 1;
  progress.update(1);
  const std::string half = "█████░░░░░";
  EXPECT_NE(out.str().find(half), std::string::npos);
}

TEST(Progress, DrawsAtMostTenTimesASecond) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kScreen, false, time.clock());
  progress.start("x", 1000, "images");
  const std::size_t once = out.str().size();
  time.now += 0.05;
  progress.update(50);
  EXPECT_EQ(out.str().size(), once);
  time.now += 0.06;
  progress.update(110);
  EXPECT_GT(out.str().size(), once);
}

TEST(Progress, TheLineTakesThePlaceOfTheBar) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kScreen, false, time.clock());
  progress.start("epoch 1", 100, "images");
  time.now += 1;
  progress.update(50);
  progress.finish("epoch 1 done");
  EXPECT_EQ(screen_after(out.str()), (Lines{"epoch 1 done", ""}));
}

TEST(Progress, AnExceptionLeavesNoBar) {
  std::ostringstream out;
  TestClock time;
  try {
    Progress progress(out, kScreen, false, time.clock());
    progress.start("epoch 1", 100, "images");
    throw std::runtime_error("stop");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(screen_after(out.str()), Lines{""});
}

TEST(Progress, NeverFillsTheLastColumn) {
  for (std::size_t width = 1; width < 130; ++width) {
    std::ostringstream out;
    TestClock time;
    Terminal terminal = kAscii;
    terminal.width = width;
    Progress progress(out, terminal, false, time.clock());
    progress.start("epoch 1/10", 60000, "images");
    time.now += 1000;
    progress.update(1);
    EXPECT_LE(screen_after(out.str())[0].size(), std::max(width - 1, 1ul));
  }
}

TEST(Progress, CopesWithTooMuchDone) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kAscii, false, time.clock());
  progress.start("reading", 10, "images");
  time.now += 1;
  progress.update(20);
  EXPECT_NE(screen_after(out.str())[0].find(" 100% "), std::string::npos);
}

TEST(Progress, TheNextPieceOfWorkHasABarAtOnce) {
  std::ostringstream out;
  TestClock time;
  Progress progress(out, kAscii, false, time.clock());
  progress.start("epoch 1", 10, "images");
  progress.finish("done");
  progress.start("epoch 2", 10, "images");
  const Lines screen = screen_after(out.str());
  ASSERT_EQ(screen.size(), 3u);
  EXPECT_EQ(screen[0], "done");
  EXPECT_TRUE(screen[1].starts_with("epoch 2  ....."));
}

TEST(Progress, ADestructorDoesNotThrowOnABrokenStream) {
  std::ostringstream out;
  TestClock time;
  {
    Progress progress(out, kScreen, false, time.clock());
    progress.start("x", 10, "images");
    LiveLines lines(out, kScreen, 1, false, time.clock());
    lines.set(0, "x");
    out.exceptions(std::ios::badbit);
    EXPECT_THROW(out.setstate(std::ios::badbit), std::ios_base::failure);
  }
}

TEST(LiveLines, RedrawsTheLinesInPlace) {
  std::ostringstream out;
  TestClock time;
  LiveLines lines(out, kScreen, 2, false, time.clock());
  lines.set(0, "worker 0: a long line");
  time.now += 1;
  lines.set(1, "worker 1: 1");
  time.now += 1;
  lines.set(0, "worker 0: 2");
  EXPECT_EQ(screen_after(out.str()), (Lines{"worker 0: 2", "worker 1: 1", ""}));
}

TEST(LiveLines, DrawsAtMostTenTimesASecond) {
  std::ostringstream out;
  TestClock time;
  LiveLines lines(out, kScreen, 1, false, time.clock());
  EXPECT_TRUE(lines.is_due());
  lines.set(0, "1");
  const std::size_t once = out.str().size();
  EXPECT_FALSE(lines.is_due());
  lines.set(0, "2");
  EXPECT_EQ(out.str().size(), once);
  time.now += 0.11;
  EXPECT_TRUE(lines.is_due());
}

TEST(LiveLines, ClearTakesThemAway) {
  std::ostringstream out;
  TestClock time;
  LiveLines lines(out, kScreen, 2, false, time.clock());
  lines.set(0, "worker 0");
  lines.clear();
  EXPECT_EQ(screen_after(out.str()), Lines{""});
  lines.set(0, "more work");
  EXPECT_EQ(screen_after(out.str()), (Lines{"more work", "", ""}));
}

TEST(LiveLines, DestructionTakesThemAway) {
  std::ostringstream out;
  TestClock time;
  { LiveLines(out, kScreen, 1, false, time.clock()).set(0, "worker"); }
  EXPECT_EQ(screen_after(out.str()), Lines{""});
}

TEST(LiveLines, WriteNothingWhenQuietOrWhereThereIsNoTerminal) {
  for (const bool quiet : {true, false}) {
    std::ostringstream out;
    TestClock time;
    LiveLines lines(out, quiet ? kScreen : kPlain, 1, quiet, time.clock());
    lines.set(0, "worker 0: 1");
    EXPECT_FALSE(lines.is_due());
    lines.clear();
    EXPECT_EQ(out.str(), "");
  }
}

TEST(LiveLines, FitTheTerminal) {
  std::ostringstream out;
  TestClock time;
  Terminal small = kScreen;
  small.width = 10;
  small.height = 3;
  LiveLines lines(out, small, 5, false, time.clock());
  lines.set(0, "a line that is too long");
  EXPECT_EQ(screen_after(out.str()), (Lines{"a line th", "", ""}));
}

TEST(LiveLines, CutNoColourSequence) {
  std::ostringstream out;
  TestClock time;
  Terminal small = kScreen;
  small.width = 6;
  LiveLines lines(out, small, 1, false, time.clock());
  lines.set(0, "é\x1b[36m██\x1b[0m and more");
  EXPECT_EQ(out.str(), "é\x1b[36m██\x1b[0m a\n");
  time.now += 1;
  lines.set(0, "12345\x1b[36m█\x1b[0m");
  EXPECT_TRUE(out.str().ends_with("12345\x1b[36m\x1b[0m\n"));
}

TEST(LiveLines, RefuseALineThatIsNotThere) {
  std::ostringstream out;
  LiveLines lines(out, kPlain, 2);
  EXPECT_THROW(lines.set(2, "x"), std::out_of_range);
}

TEST(LiveLines, TakeUpdatesFromManyThreads) {
  std::ostringstream out;
  double now = 0;  // read only while the lines are locked
  LiveLines lines(out, kScreen, 4, false, [&now] { return now += 1; });
  std::vector<std::thread> workers;
  for (std::size_t k = 0; k < 4; ++k) {
    workers.emplace_back([&lines, k] {
      for (int i = 0; i <= 1000; ++i) {
        lines.set(k, std::to_string(k) + ": " + std::to_string(i));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(screen_after(out.str()),
            (Lines{"0: 1000", "1: 1000", "2: 1000", "3: 1000", ""}));
}

}  // namespace
}  // namespace nn
