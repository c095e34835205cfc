// Chapter 7's program, run as a user runs it, on small images.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/programs/checks.hpp"
#include "tests/programs/run.hpp"
#include "tests/programs/small_data.hpp"

namespace nn {
namespace {

using Arguments = std::vector<std::string>;

class Speedup : public ::testing::Test {
 protected:
  Speedup() { write_small_data(folder / "small"); }

  // Ten models of 20 images, each point once.
  Ended measured(const Arguments& more = {}, const Start& start = {}) const {
    Arguments all = {"--data",   "small", "--models",      "10",
                     "--hidden", "8",     "--run-epochs",  "1",
                     "--rounds", "1",     "--empty-tasks", "100"};
    if (std::ranges::find(more, "--workers") == more.end()) {
      all.insert(all.end(), {"--workers", "1,2"});
    }
    all.insert(all.end(), more.begin(), more.end());
    return run("07", all, folder, start);
  }
  Ended simulated(const Arguments& more = {}) const {
    Arguments all = {"--from", "t.json"};
    all.insert(all.end(), more.begin(), more.end());
    return run("07", all, folder);
  }
  // A trace as chapter 5 writes it, on the virtual clock.
  void write_trace() const {
    const Ended ended =
        run("05", {"--virtual-clock", "--threads", "2", "--trace", "t.json"},
            folder);
    ASSERT_EQ(ended.status, 0) << ended.err;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
  }

  TempFolder folder;
};

// ---- Measuring -------------------------------------------------------------

TEST_F(Speedup, EndsInFourLinesThatAnswerTheQuestions) {
  const Ended ended = measured();
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  const auto lines = lines_of(ended.out);
  ASSERT_GT(lines.size(), 4u);
  const auto last = lines.end() - 4;
  EXPECT_TRUE(last[0].starts_with("On 2 workers: stealing ")) << last[0];
  EXPECT_TRUE(last[1].starts_with("Even (simulated): ")) << last[1];
  EXPECT_TRUE(last[2].starts_with("Skewed (simulated): ")) << last[2];
  EXPECT_NE(last[1].find(" on 9 workers, "), std::string::npos) << last[1];
  EXPECT_NE(last[2].find(" on 1,024; the longest allows "), std::string::npos)
      << last[2];
  EXPECT_TRUE(last[3].starts_with("Loading is ")) << last[3];
}

// However noisy the machine: ten shards of 20 images each are equal work.
TEST_F(Speedup, SimulatesShardsOfOneSizeAsEqual) {
  const Ended ended = measured({"--csv", "c.csv"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("; 10 equal tasks allow 10.0.\n"),
            std::string::npos);
  const std::string csv = contents(folder / "c.csv");
  for (const char* bound : {"9,0,,9.0000\n", "10,0,,10.0000\n"}) {
    const std::string row = "bound,\"even, by a task\",any,";
    EXPECT_NE(csv.find(row + bound), std::string::npos) << bound;
  }
}

TEST_F(Speedup, SaysWhatItsIntervalIs) {
  EXPECT_NE(measured().out.find("the median of 1 round, lowest..highest\n"),
            std::string::npos);
  const Ended more =
      run("07",
          {"--data", "small", "--models", "2", "--rounds", "6", "--run-epochs",
           "1", "--empty-tasks", "100", "--workers", "1", "--hidden", "8"},
          folder);
  EXPECT_NE(more.out.find("the median of 6 rounds and its interval of 95%\n"),
            std::string::npos);
}

TEST_F(Speedup, HelpNamesNoEmptyDefault) {
  const std::string help = run("07", {"--help"}, folder).out;
  EXPECT_NE(help.find("twice as many"), std::string::npos);
  std::string words;  // however the lines are broken
  for (const char c : help) {
    if (c != ' ' && c != '\n' && c != '\xa0') words += c;
  }
  EXPECT_EQ(words.find(";default;"), std::string::npos);
}

TEST_F(Speedup, ShowsEveryWayAndEveryPart) {
  const std::string out = measured().out;
  for (const char* words :
       {"even, by a task", "small first", "large first", "shuffled",
        "empty, by a task", "bare threads", "load", "cut", "train", "aggregate",
        "evaluate", "Amdahl", "Gustafson", "measured, simulated",
        "Simulated past this machine",
        "without caches, memory bandwidth or a clock that changes"}) {
    EXPECT_NE(out.find(words), std::string::npos) << words;
  }
}

TEST_F(Speedup, WritesEveryMeasurementAsCsv) {
  const Ended ended =
      measured({"--rounds", "2", "--workers", "1,3", "--csv", "c.csv"});
  // --rounds is given twice.
  EXPECT_EQ(ended.status, 2);
  Arguments once = {"--data",    "small", "--models",      "10",
                    "--hidden",  "8",     "--run-epochs",  "1",
                    "--rounds",  "2",     "--empty-tasks", "100",
                    "--workers", "3,1",   "--csv",         "c.csv"};
  ASSERT_EQ(run("07", once, folder).status, 0);
  const auto lines = lines_of(contents(folder / "c.csv"));
  EXPECT_EQ(lines[0], "kind,way,executor,workers,round,seconds,speedup");
  std::map<std::string, int> kinds;
  for (const std::string& line : lines) ++kinds[line.substr(0, line.find(','))];
  // Six ways, two numbers of workers; serial, ceiling and three executors.
  EXPECT_EQ(kinds["measured"], 6 * 2 * 5 * 2);
  EXPECT_EQ(kinds["median"], 6 * 2 * 4);
  // Five parts on one worker and on two, and on three if there are so many.
  EXPECT_EQ(kinds["stage"] % (5 * 2), 0);
  EXPECT_GE(kinds["stage"], 5 * 2 * 2);
  // Five ways with shards, 15 numbers of workers.
  EXPECT_EQ(kinds["simulated"], 5 * 15 * 3);
  EXPECT_EQ(kinds["bound"], 5 * 15);
  EXPECT_EQ(std::set(lines.begin(), lines.end()).size(), lines.size());
}

TEST_F(Speedup, TakesMoreWorkersThanTasks) {
  const Ended ended = measured({"--workers", "1,2,16"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("     16  "), std::string::npos);
}

TEST_F(Speedup, TakesOneWorkerOrOneModel) {
  EXPECT_EQ(measured({"--workers", "1"}).status, 0);
  EXPECT_EQ(measured({"--workers", "7"}).status, 0);
  const Ended ended =
      run("07",
          {"--data", "small", "--models", "1", "--rounds", "1", "--run-epochs",
           "1", "--empty-tasks", "100", "--workers", "2", "--hidden", "8"},
          folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
}

// ---- Simulating and trying -------------------------------------------------

TEST_F(Speedup, SimulatesATraceTheSameEachTime) {
  write_trace();
  const Ended first = simulated({"--csv", "c.csv"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_NE(first.out.find("60 tasks"), std::string::npos);
  EXPECT_NE(first.out.find("Simulated"), std::string::npos);
  const std::string csv = contents(folder / "c.csv");
  EXPECT_EQ(simulated({"--csv", "c.csv"}).out, first.out);
  EXPECT_EQ(contents(folder / "c.csv"), csv);
  // Sixty even shards: exactly the staircase, but for what moves cost.
  EXPECT_NE(csv.find("bound,\"longest first\",any,30,0,,30.0000\n"),
            std::string::npos);
}

TEST_F(Speedup, TriesTheTheoremsTheSameEachTime) {
  const Arguments arguments = {"--bounds", "--instances", "200"};
  const Ended first = run("07", arguments, folder);
  ASSERT_EQ(first.status, 0) << first.err;
  for (const char* words :
       {"3 processors: 12", "4 processors: 15", "5 processors: 12", "200"}) {
    EXPECT_NE(first.out.find(words), std::string::npos) << words;
  }
  EXPECT_EQ(run("07", arguments, folder).out, first.out);
}

// ---- Bad input -------------------------------------------------------------

TEST_F(Speedup, RefusesATraceThatIsNone) {
  write("t.json", "kind,way\n");
  expect_refusal(simulated(), "07", "t.json: not a trace: line 1");
  write("t.json", "{\"traceEvents\": []}");
  expect_refusal(simulated(), "07", "there is no task in it");
  expect_refusal(run("07", {"--from", "none.json"}, folder), "07",
                 "none.json: cannot read");
  expect_refusal(run("07", {"--from", "small"}, folder), "07",
                 "it is a directory");
}

TEST_F(Speedup, RefusesWorkersThatCannotBe) {
  for (const char* workers : {"0", "1025", "1,", "two", "-1"}) {
    expect_refusal(measured({"--workers", workers}), "07", "--workers");
  }
  expect_refusal(measured({"--workers", "2,1,2"}), "07", "names 2 twice");
}

TEST_F(Speedup, RefusesWhatHasNoEffect) {
  write_trace();
  expect_refusal(simulated({"--rounds", "3"}), "07",
                 "--rounds has no effect with --from");
  expect_refusal(run("07", {"--bounds", "--csv", "c.csv"}, folder), "07",
                 "--csv has no effect with --bounds");
  expect_refusal(run("07", {"--instances", "7"}, folder), "07", "--bounds");
}

TEST_F(Speedup, RefusesMoreModelsThanImages) {
  expect_refusal(run("07", {"--data", "small", "--models", "201"}, folder),
                 "07", "cannot cut 200 images into 201 shards");
}

TEST_F(Speedup, LeavesAnOldFileAloneWhenTheDiskIsFull) {
  write("c.csv", "old");
  const Ended ended = measured({"--csv", "c.csv"}, {.largest_file = 2048});
  expect_one_line(ended, 1, "07", "c.csv");
  EXPECT_EQ(contents(folder / "c.csv"), "old");
}

TEST_F(Speedup, EndsAtACtrlC) {
  write("c.csv", "old");
  const Ended ended =
      measured({"--csv", "c.csv"}, {.interrupt_at = "(skew 1)"});
  EXPECT_EQ(ended.status, 130) << ended.err;
  EXPECT_EQ(contents(folder / "c.csv"), "old");
}

}  // namespace
}  // namespace nn
