// Chapter 6, run as a user runs it: what it prints and writes, and how it ends
// when it cannot go on.

#include <map>

#include "tests/programs/checks.hpp"
#include "tests/programs/run.hpp"
#include "tests/programs/small_data.hpp"

namespace nn {
namespace {

using Arguments = std::vector<std::string>;

/// Ten networks on 20 small images each, and three rounds: it takes a moment.
class Averaging : public ::testing::Test {
 protected:
  Averaging() { write_small_data(folder / "small"); }

  Ended run_with(const Arguments& more = {}, const Start& start = {}) const {
    Arguments all;
    // What is given once more is not given here.
    for (const auto& [name, value] : {std::pair{"--data", "small"},
                                      {"--hidden", "8"},
                                      {"--models", "10"},
                                      {"--epochs", "20"},
                                      {"--rate", "0.5"},
                                      {"--rounds", "3"},
                                      {"--threads", "3"}}) {
      if (std::ranges::find(more, name) != more.end()) continue;
      all.insert(all.end(), {name, value});
    }
    all.insert(all.end(), more.begin(), more.end());
    return run("06", all, folder, start);
  }

  TempFolder folder;
};

// What follows a title, up to the next one.
std::string section(const std::string& title, const std::string& out) {
  const std::string rest = after("\n" + title + "\n\n", out);
  EXPECT_NE(rest, "") << "no section " << title;
  return rest;
}

// The cells of the first line of a text that starts so.
std::vector<std::string> cells_of(const std::string& text,
                                  const std::string& start) {
  for (const std::string& line : lines_of(text)) {
    if (all_matches(line, "^ *" + start + "  ").empty()) continue;
    return all_matches(line, "\\S+(?: \\S+)*");
  }
  ADD_FAILURE() << "no line starts with " << start;
  return std::vector<std::string>(9, "0");
}

const char* const kTwins = "One network, and the same in another order";
const char* const kAverages = "How good the average of n networks is";
const char* const kLines = "On the line between two networks";
const char* const kRounds = "In rounds, from one start";
const char* const kCosts = "What the averaging costs";
const char* const kEnd = "What you have just seen";

// ---- What it prints ---------------------------------------------------------

TEST_F(Averaging, TellsItsStoryInOrder) {
  const Ended ended = run_with();
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  std::size_t at = 0;
  for (const char* title : {"10 shards of 20 images; a 64-8-10 network each",
                            kTwins, "How the units of all were matched",
                            kAverages, kLines, kRounds, kCosts, kEnd}) {
    const std::size_t found = ended.out.find(title, at);
    EXPECT_NE(found, std::string::npos) << title << '\n' << ended.out;
    at = found == std::string::npos ? at : found;
  }
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
}

TEST_F(Averaging, ShowsATwinWithOtherBitsAndTheSameAnswers) {
  const std::string twins = section(kTwins, run_with().out);
  const auto own = cells_of(twins, "model 0");
  const auto twin = cells_of(twins, "its twin, units in another order");
  EXPECT_NE(own.at(1), twin.at(1));
  EXPECT_EQ(own.at(2), twin.at(2));
  EXPECT_NE(twins.find("They agree on 200 of 200 test images."),
            std::string::npos)
      << twins;
}

TEST_F(Averaging, HasARowForEachNumberOfNetworks) {
  const std::string averages = section(kAverages, run_with().out);
  for (const char* n : {"1", "2", "3", "5", "10"}) {
    EXPECT_EQ(cells_of(averages, n).size(), 8u) << averages;
  }
  // One network is the average of itself, in every way.
  const auto one = cells_of(averages, "1");
  for (const std::size_t column : {4u, 5u, 6u, 7u}) {
    EXPECT_EQ(one.at(column), one.at(1)) << averages;
  }
}

TEST_F(Averaging, DrawsTheLinesAndPrintsTheirBarriers) {
  const std::string lines = section(kLines, run_with().out);
  EXPECT_GE(all_matches(lines, "\n     \\|[ xo+]*[xo+]").size(), 3u) << lines;
  const double apart = std::stod(cells_of(lines, "different starts").back());
  const double matched =
      std::stod(cells_of(lines, "the same two, matched").back());
  EXPECT_GT(apart, 0) << lines;
  EXPECT_LT(matched, apart) << lines;
  // Below them stands the least that each can be.
  const std::string words =
      "No barrier is below half the difference of its ends: ";
  const auto least =
      all_matches(lines_of(after(words, lines)).front(), "\\d\\.\\d{3}");
  ASSERT_EQ(least.size(), 3u) << lines;
  EXPECT_LE(std::stod(least[0]), apart) << lines;
  EXPECT_LE(std::stod(least[1]), matched) << lines;
}

TEST_F(Averaging, ShowsFiveWaysToTrainInRounds) {
  const std::string rounds = section(kRounds, run_with().out);
  for (const char* round : {"1", "2", "3"}) {
    EXPECT_EQ(cells_of(rounds, round).size(), 6u) << rounds;
  }
  EXPECT_NE(rounds.find("3 rounds took "), std::string::npos) << rounds;
}

TEST_F(Averaging, TimesThreeWaysToAverageAFewAndAThousand) {
  const std::string costs = section(kCosts, run_with().out);
  for (const char* way : {"loop", "tree", "slices"}) {
    for (const char* n : {"10", "1,000"}) {
      EXPECT_EQ(cells_of(costs, n + std::string("  +") + way).size(), 4u);
    }
  }
  EXPECT_EQ(all_matches(costs, "All workers together read [\\d.]+ GB/s").size(),
            1u);
}

TEST_F(Averaging, LeavesAThousandOutWhereTheyHaveNoRoom) {
  const Ended ended = run_with({"--hidden", "512,512", "--models", "2",
                                "--epochs", "1", "--rounds", "1"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("1,000 of these would take 1.2 GB: left out."),
            std::string::npos)
      << ended.out;
}

// The last three lines, from the tables before them.
// @param n, round the last rows of the tables
void expect_the_verdict(const std::string& out, const std::string& says,
                        const std::string& n, const std::string& round) {
  const std::vector<std::string> lines = lines_of(section(kEnd, out));
  ASSERT_EQ(lines.size(), 3u) << out;
  const std::string averages = section(kAverages, out);
  const auto one = cells_of(averages, "1"), all = cells_of(averages, n);
  EXPECT_EQ(lines[0], says + ": " + n + " averaged have " + all.at(1) +
                          ", one of them " + one.at(1) + ".");
  EXPECT_EQ(lines[1], "With their units in one order the same code gives " +
                          all.at(7) + "; shuffled twins, " + all.at(5) + ".");
  const auto last = cells_of(section(kRounds, out), round);
  const std::string form = "In " + round +
                           " rounds? from one start, averaged after each: "
                           "([\\d.]+)%; with momentum: ([\\d.]+)%\\.";
  const std::vector<std::string> shares = groups_of(lines[2], form);
  ASSERT_FALSE(shares.empty()) << lines[2];
  // The table has two decimals, the line one.
  EXPECT_NEAR(std::stod(shares[1]), std::stod(last.at(1)), 0.051);
  EXPECT_NEAR(std::stod(shares[2]), std::stod(last.at(2)), 0.051);
  for (const std::string& line : lines) EXPECT_LE(line.size(), 80u) << line;
}

const char* const kIdea = "The idea was wrong, not the code";

TEST_F(Averaging, EndsInThreeLinesWithThisRunsNumbers) {
  expect_the_verdict(run_with().out, kIdea, "10", "3");
}

TEST_F(Averaging, DoesNotBlameTheIdeaWhereNothingIsLost) {
  // Networks that have learned nothing lose nothing.
  expect_the_verdict(
      run_with({"--models", "2", "--epochs", "1", "--rate", "1e-6"}).out,
      "Neither idea nor code failed here", "2", "3");
}

TEST_F(Averaging, BlamesTheIdeaOnTheBuiltInDigitsAndWithFewerModels) {
  const Ended ended = run("06",
                          {"--models", "10", "--limit", "5000", "--epochs", "6",
                           "--rounds", "1", "--quiet"},
                          folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  expect_the_verdict(ended.out, kIdea, "10", "1");
}

TEST_F(Averaging, RunsOnTheBuiltInDigitsWithoutData) {
  const Ended ended = run("06",
                          {"--models", "3", "--limit", "300", "--epochs", "1",
                           "--rounds", "1", "--hidden", "8"},
                          folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("built-in synthetic digits")) << ended.out;
}

// ---- The same on any number of threads --------------------------------------

TEST_F(Averaging, IsTheSameOnAnyNumberOfThreads) {
  const auto results = [&](const Arguments& more) {
    Arguments all = {"--csv", "c.csv"};
    all.insert(all.end(), more.begin(), more.end());
    EXPECT_EQ(run_with(all).status, 0);
    // All but times.
    std::vector<std::string> kept;
    for (std::string& line : lines_of(contents(folder / "c.csv"))) {
      if (line.starts_with("sum,")) continue;
      kept.push_back(line.substr(0, line.rfind(',')));
    }
    return kept;
  };
  const auto first = results({"--threads", "1"});
  EXPECT_EQ(results({"--threads", "2"}), first);
  EXPECT_EQ(results({"--threads", "13"}), first) << "more than tasks";
  EXPECT_NE(results({"--seed", "2"}), first);
}

TEST_F(Averaging, ChangesTheRoundsOnlyWithTheirOptions) {
  const std::string plain = run_with().out;
  for (const Arguments& more : {Arguments{"--round-batch", "2"},
                                {"--round-rate", "0.05"},
                                {"--round-epochs", "2"},
                                {"--outer-rate", "0.5"},
                                {"--outer-momentum", "0.9"},
                                {"--pieces", "1"}}) {
    SCOPED_TRACE(more.front());
    const std::string out = run_with(more).out;
    EXPECT_EQ(cells_of(section(kAverages, out), "10"),
              cells_of(section(kAverages, plain), "10"));
    EXPECT_NE(cells_of(section(kRounds, out), "3"),
              cells_of(section(kRounds, plain), "3"));
  }
}

// ---- The chart --------------------------------------------------------------

TEST_F(Averaging, DrawsAChartOverWidthsAndRates) {
  const Ended ended =
      run("06", {"--data", "small", "--chart", "--epochs", "1", "--csv", "c"},
          folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  for (const char* table :
       {"matched", "as they are", "W1 moved by", "accuracy"}) {
    EXPECT_EQ(cells_of(ended.out, table).size(), 8u) << ended.out;
  }
  const auto csv = lines_of(contents(folder / "c"));
  ASSERT_EQ(csv.size(), 1u + 7 * 5);
  EXPECT_EQ(csv[0], "width,rate,accuracy,different,matched,moved");
  EXPECT_TRUE(csv.back().starts_with("1024,0.3,")) << csv.back();
}

TEST_F(Averaging, RefusesWhatTheChartIgnores) {
  for (const auto& [option, value] : {std::pair{"--models", "2"},
                                      {"--skew", "1"},
                                      {"--hidden", "8"},
                                      {"--rate", "0.1"},
                                      {"--rounds", "2"},
                                      {"--pieces", "2"},
                                      {"--outer-momentum", "0.5"}}) {
    expect_refusal(run("06", {"--chart", option, value}, folder), "06",
                   std::string(option) + " has no effect with --chart");
  }
}

// ---- Bad input --------------------------------------------------------------

TEST_F(Averaging, RefusesOptionsOutOfRange) {
  const std::vector<std::pair<Arguments, std::string>> bad = {
      {{"--models", "1"}, "from 2 to 100000"},
      {{"--models", "201"}, "cannot cut 200 images into 201 shards"},
      {{"--pieces", "21"}, "cannot cut 200 images into 210"},
      {{"--pieces", "0"}, "from 1 to 1000"},
      {{"--rounds", "0"}, "from 1 to 100000"},
      {{"--round-epochs", "0"}, "from 1 to 100000"},
      {{"--round-batch", "0"}, "from 1 to 1000000"},
      {{"--round-rate", "nan"}, "--round-rate"},
      {{"--outer-rate", "0"}, "from 0.01 to 10"},
      {{"--outer-momentum", "1"}, "from 0 to 0.99"},
      {{"--threads", "0"}, "from 1 to 1024"},
      {{"--data", "nowhere"}, "nowhere"},
      {{"--csv", "no/such/folder/c"}, "cannot write"}};
  for (const auto& [arguments, words] : bad) {
    SCOPED_TRACE(arguments.front());
    expect_refusal(run_with(arguments), "06", words);
    EXPECT_EQ(folder.entries(), 3) << "small, out and err";
  }
}

TEST_F(Averaging, SaysWhichModelDivergedAndKeepsTheOldFile) {
  folder.put("c.csv", "old figures");
  const Ended ended = run_with({"--hidden", "64,64,64", "--rate", "0.1",
                                "--round-rate", "100", "--csv", "c.csv"});
  expect_one_line(ended, 1, "06", "the loss stopped being a number");
  EXPECT_NE(ended.err.find("smaller --round-rate"), std::string::npos);
  EXPECT_EQ(contents(folder / "c.csv"), "old figures");
}

TEST_F(Averaging, FailsOnAFullDiskAndKeepsTheOldFile) {
  folder.put("c.csv", "old figures");
  expect_one_line(run_with({"--csv", "c.csv"}, {.largest_file = 200}), 1, "06",
                  "cannot write");
  EXPECT_EQ(contents(folder / "c.csv"), "old figures");
}

TEST_F(Averaging, LeavesOldFilesAloneWhenItIsInterrupted) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  folder.put("c.csv", "old figures");
  for (const auto& [option, at] :
       {std::pair{"--epochs", "worker 0"}, {"--rounds", "alike, round 2"}}) {
    expect_one_line(run_with({option, "100000", "--csv", "c.csv"},
                             {.interrupt_at = at, .columns = 80}),
                    130, "06", "interrupted");
    EXPECT_EQ(contents(folder / "c.csv"), "old figures");
  }
}

// ---- The plot ---------------------------------------------------------------

void expect_the_plot(const Ended& ended) {
  const std::string& out = ended.out;
  ASSERT_EQ(ended.status, 0) << ended.err;
  const auto share = [](const std::string& cell) { return std::stod(cell); };
  const std::string averages = section(kAverages, out);
  const auto one = cells_of(averages, "1"), all = cells_of(averages, "60");
  EXPECT_LT(share(all.at(1)), 30) << out;  // as they are
  EXPECT_LT(share(all.at(5)), 30) << out;  // twins
  EXPECT_GT(share(all.at(4)), share(all.at(1)) + 5) << out;
  EXPECT_LT(share(all.at(4)), share(one.at(1)) - 20) << "rescaled" << out;
  EXPECT_GE(share(all.at(7)), 87.5) << out;  // matched
  const auto last = cells_of(section(kRounds, out), "20");
  EXPECT_GE(share(last.at(1)), 96.5) << out;
  EXPECT_GE(share(last.at(2)), 97) << out;
  EXPECT_LT(share(last.at(4)), share(last.at(1)) - 1) << "by digit" << out;
  expect_the_verdict(out, kIdea, "60", "20");
}

TEST_F(Averaging, GuessesAndIsCuredOnBuiltInDigits) {
  expect_the_plot(run("06", {}, folder));
}

TEST_F(Averaging, GuessesAndIsCuredOnRealDigits) {
  const char* real = std::getenv("MNIST_DIR");
  if (real == nullptr) GTEST_SKIP() << "MNIST_DIR is not set";
  const Ended ended = run("06", {}, folder, {.mnist_dir = real});
  EXPECT_TRUE(ended.out.starts_with("real MNIST")) << ended.out;
  expect_the_plot(ended);
}

}  // namespace
}  // namespace nn
