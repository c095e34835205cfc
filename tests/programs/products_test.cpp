// Chapter 8's program where it multiplies, run as a user runs it.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/programs/checks.hpp"
#include "tests/programs/run.hpp"
#include "tests/programs/small_data.hpp"

namespace nn {
namespace {

using Arguments = std::vector<std::string>;

class Products : public ::testing::Test {
 protected:
  Products() { write_small_data(folder / "small"); }
  Ended trained(const Arguments& more) const {
    Arguments all = {"--data", "small", "--hidden", "40", "--epochs", "2"};
    all.insert(all.end(), more.begin(), more.end());
    return run("08", all, folder);
  }
  TempFolder folder;
};

TEST_F(Products, ClimbTheLadderAndEndInThreeLines) {
  const Ended ended = run(
      "08", {"--largest", "20", "--threads", "2", "--csv", "c.csv"}, folder);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  for (const char* rung : {"ordered", "tiles", "blocks", "packed", "vectors",
                           "cores", "divided", "blas"}) {
    EXPECT_EQ(all_matches(ended.out, "\n(" + std::string(rung) + ") ").size(),
              1u)
        << rung;
  }
  const auto lines = lines_of(ended.out);
  ASSERT_GT(lines.size(), 3u);
  const auto last = lines.end() - 3;
  EXPECT_TRUE(last[0].starts_with("At 20 x 20 x 20: from ")) << last[0];
  EXPECT_TRUE(last[1].starts_with("At 128 x 784 x 64,")) << last[1];
  EXPECT_TRUE(last[2].ends_with(" the same, bit for bit.")) << last[2];

  const auto rows = lines_of(contents(folder / "c.csv"));
  EXPECT_EQ(rows[0], "size,rung,gflops,share_of_peak");
  // Squares of 16, 20 and 100, and four shapes of the network; eight rungs.
  EXPECT_EQ(rows.size(), 1u + 7 * 8);
  EXPECT_EQ(std::set(rows.begin(), rows.end()).size(), rows.size());
}

// The digest that ends the output of a run.
std::string digest_in(const Ended& ended) {
  EXPECT_EQ(ended.status, 0) << ended.err;
  const auto found =
      all_matches(ended.out, "digest of the weights ([0-9a-f]{16})");
  return found.size() == 1 ? found[0] : "none";
}

TEST_F(Products, TrainTheSameWeightsOnAnyNumberOfThreads) {
  const Ended one = trained({"--engine", "own", "--threads", "1"});
  EXPECT_EQ(all_matches(one.out, "epoch +[12]/2   loss [0-9.]+").size(), 2u);
  const std::string expected = digest_in(one);
  EXPECT_NE(expected, "none");
  for (const char* threads : {"2", "5"}) {
    EXPECT_EQ(digest_in(trained({"--engine", "own", "--threads", threads})),
              expected);
  }
}

TEST_F(Products, TrainWithEveryEngineToNearlyTheSameLoss) {
  const auto last_loss = [&](const char* engine) {
    const Ended ended = trained({"--engine", engine});
    const auto found = all_matches(ended.out, "2/2   loss ([0-9.]+)");
    EXPECT_EQ(found.size(), 1u) << ended.out << ended.err;
    return found.empty() ? -1 : std::stod(found[0]);
  };
  const double own = last_loss("own");
  EXPECT_NEAR(own, last_loss("naive"), 1e-3);
  EXPECT_NEAR(own, last_loss("armadillo"), 1e-3);
}

TEST_F(Products, RaceAndSayWhereTheTimeWent) {
  for (const char* contest : {"--race", "--best"}) {
    std::string expected;
    for (const char* threads : {"1", "2"}) {
      const Ended ended = run("08",
                              {contest, "--data", "small", "--hidden", "150",
                               "--epochs", "4", "--threads", threads},
                              folder);
      EXPECT_EQ(ended.status, 0) << ended.err;
      EXPECT_EQ(all_matches(ended.out, "\n(epoch [1-4]) ").size(), 4u);
      const auto shares = all_matches(ended.out, " ([0-9.]+)%\n");
      EXPECT_EQ(shares.size(), 10u) << ended.out;
      EXPECT_NE(ended.out.find("at the start, and 0 in the "),
                std::string::npos)
          << ended.out;
      const auto right =
          all_matches(ended.out, "\n([0-9.]+)% of the test images in ");
      ASSERT_EQ(right.size(), 1u) << ended.out;
      // Moved by two pixels, an 8 x 8 image shows another digit.
      const bool moved = contest == std::string("--best");
      EXPECT_GT(std::stod(right[0]), moved ? 5 : 60) << contest;
      if (expected.empty()) expected = right[0];
      EXPECT_EQ(right[0], expected);
    }
  }
}

TEST_F(Products, RefuseOptionsThatHaveNoEffect) {
  const auto refused = [&](const Arguments& arguments, const char* words) {
    expect_refusal(run("08", arguments, folder), "08", words);
  };
  refused({"--epochs", "3"}, "--epochs");
  refused({"--engine", "own", "--sweep"}, "--sweep");
  refused({"--engine", "own", "--largest", "100"}, "--largest");
  refused({"--sweep", "--largest", "100"}, "--largest");
  refused({"--race", "--best"}, "--best");
  refused({"--race", "--csv", "x"}, "--csv");
  refused({"--best", "--hidden", "3,4"}, "one hidden layer");
  refused({"--hold-back"}, "--hold-back");
  refused({"--engine", "cuda"}, "--engine");
  refused({"--largest", "5000"}, "--largest");
}

}  // namespace
}  // namespace nn
