// Chapters 4 and 5 on the virtual clock: run as a user runs them, and to be the
// same on every machine.

#include <set>

#include "tests/programs/ensembles.hpp"

namespace nn {
namespace {

class VirtualClock : public EitherEnsemble {
 protected:
  Ended run_virtually(Arguments arguments = {}, const Start& start = {}) const {
    arguments.insert(arguments.begin(), "--virtual-clock");
    return run(GetParam(), arguments, folder, start);
  }
};

INSTANTIATE_TEST_SUITE_P(Programs, VirtualClock, ::testing::Values("04", "05"),
                         [](const auto& p) { return p.param; });

TEST_P(VirtualClock, ShowsTheSameEachTime) {
  const Ended first = run_virtually({"--skew", "1", "--threads", "4"});
  EXPECT_EQ(first.status, 0);
  EXPECT_EQ(first.err, "");
  for (const char* words :
       {"On a virtual clock", "60 shards of 214 to 12,809 images", "static",
        "balancing", "worker 3", "tasks moved", "6.00 s"}) {
    EXPECT_NE(first.out.find(words), std::string::npos) << words;
  }
  EXPECT_EQ(run_virtually({"--skew", "1", "--threads", "4"}).out, first.out);
}

TEST_P(VirtualClock, TrainsNothing) {
  const Start soon = {.seconds = 2};
  const Ended ended = run_virtually({"--models", "6000"}, soon);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out.find("synthetic"), std::string::npos);
  EXPECT_EQ(ended.out.find("accuracy"), std::string::npos);
}

TEST_P(VirtualClock, DependsOnTheOptionsThatMatter) {
  const std::string out = run_virtually({"--skew", "1", "--threads", "3"}).out;
  for (const Arguments& more : {Arguments{"--seed", "2"},
                                {"--models", "59"},
                                {"--limit", "59999"},
                                {"--skew", "2"},
                                {"--threads", "2"}}) {
    Arguments all = {"--skew", "1", "--threads", "3"};
    const auto place = std::ranges::find(all, more[0]);
    if (place != all.end()) all.erase(place, place + 2);
    all.insert(all.end(), more.begin(), more.end());
    EXPECT_NE(run_virtually(all).out, out) << more[0];
  }
}

TEST_P(VirtualClock, WritesItsSchedules) {
  const Ended ended =
      run_virtually({"--models", "10", "--limit", "200", "--threads", "2",
                     "--csv", "c.csv", "--trace", "t.json"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(contents(folder / "t.json").find("\"model 9\""), std::string::npos);
  const auto lines = lines_of(contents(folder / "c.csv"));
  // Two executors in chapter 4; in chapter 5 three, in each of four heats.
  ASSERT_EQ(lines.size(), 1u + 10 * (GetParam() == "04" ? 2 : 12));
  EXPECT_EQ(lines[0], "group,task,worker,start,end");
  EXPECT_EQ(std::set(lines.begin(), lines.end()).size(), lines.size());
}

TEST_P(VirtualClock, RefusesWhatOnlyTrainingNeeds) {
  std::vector<Arguments> useless = {{"--epochs", "2"}, {"--batch", "8"},
                                    {"--rate", "1"},   {"--hidden", "8"},
                                    {"--alone", "1"},  {"--data", "small"}};
  if (GetParam() == "05") {
    useless.insert(
        useless.end(),
        {{"--laps", "1"}, {"--lap-epochs", "1"}, {"--deque", "growing"}});
  }
  for (const Arguments& option : useless) {
    const Ended ended = run_virtually(option);
    expect_refusal(ended, GetParam(),
                   option[0] + " has no effect with --virtual-clock");
    EXPECT_EQ(ended.out, "");
  }
}

TEST_P(VirtualClock, RefusesMoreModelsThanImages) {
  expect_refusal(run_virtually({"--models", "10", "--limit", "9"}), GetParam(),
                 "cannot cut 9 images into 10 shards");
  expect_refusal(run_virtually({"--models", "60001"}), GetParam(),
                 "cannot cut 60,000 images into 60,001 shards");
}

}  // namespace
}  // namespace nn
