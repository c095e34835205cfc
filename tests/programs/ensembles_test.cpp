// Chapters 4 and 5, run as a user runs them: what they print.

#include "tests/programs/ensembles.hpp"

#include <map>
#include <set>

namespace nn {
namespace {

std::vector<std::string> digests_of(const std::string& out) {
  return all_matches(out, "\\b[0-9a-f]{16}\\b");
}

// The cells of the first line that starts so; two spaces stand between them.
std::vector<std::string> cells_of(const std::string& out,
                                  const std::string& start) {
  for (const std::string& line : lines_of(out)) {
    if (line.starts_with(start + "  "))
      return all_matches(line, "\\S+(?: \\S+)*");
  }
  ADD_FAILURE() << "no line starts with " << start;
  return std::vector<std::string>(9, "0");
}

// ---- What both print --------------------------------------------------------

class EnsembleOutput : public EitherEnsemble {};

INSTANTIATE_TEST_SUITE_P(Programs, EnsembleOutput,
                         ::testing::Values("04", "05"),
                         [](const auto& p) { return p.param; });

TEST_P(EnsembleOutput, ShowsPicturesCountersSpeedAndCombinations) {
  const Ended ended = run_either();
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  for (const char* words :
       {"10 shards of 20 images; a 64-8-10 network each",
        "Which worker trained each model, and when",
        "tasks run  tasks moved  moves tried  moves done", "serial",
        "bare threads",
        "10 models                  different starts  one start",
        "What you have just seen"}) {
    EXPECT_NE(ended.out.find(words), std::string::npos) << words;
  }
  EXPECT_EQ(combinations_of(ended.out).size(), 6u) << ended.out;
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
}

// The tasks that each executor ran, by the tables of counters. A row that
// names no executor belongs to the one above.
std::vector<int> tasks_run(const std::string& out) {
  const char* row = R"((.*?) +\d+ +(\d+) +\d+ +\d+ +\d+ +[\d.]+ (?:us|ms|s))";
  std::vector<int> sums;
  for (const std::string& line : lines_of(out)) {
    const std::vector<std::string> found = groups_of(line, row);
    if (found.empty()) continue;
    if (!found[1].empty() || sums.empty()) sums.push_back(0);
    sums.back() += std::stoi(found[2]);
  }
  return sums;
}

TEST_P(EnsembleOutput, CountsEachModelOnceOnEveryExecutor) {
  // Chapter 5 has three executors with workers, and two tables.
  const std::vector<int> expected(GetParam() == "04" ? 1 : 6, 10);
  EXPECT_EQ(tasks_run(run_either().out), expected);
  EXPECT_EQ(tasks_run(run_either({"--threads", "1"}).out), expected);
}

TEST_P(EnsembleOutput, MayHaveMoreThreadsThanModels) {
  for (const char* models : {"1", "2"}) {
    const Ended ended = run_either({"--models", models, "--threads", "13"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    for (const int sum : tasks_run(ended.out)) {
      EXPECT_EQ(sum, std::stoi(models)) << ended.out;
    }
  }
}

TEST_P(EnsembleOutput, MayHaveAsManyModelsAsImages) {
  const Ended ended = run_either({"--models", "200", "--epochs", "1"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("200 shards of 1 image;"), std::string::npos);
}

TEST_P(EnsembleOutput, CutsUnevenShardsIfAskedTo) {
  const Ended ended = run_either({"--skew", "2"});
  EXPECT_NE(ended.out.find("10 shards of 2 to 124 images"), std::string::npos)
      << ended.out;
  // Then chapter 5 compares on even shards twice.
  const Ended even = run_either({"--skew", "0"});
  EXPECT_TRUE(all_matches(even.out, "shards of .* to").empty()) << even.out;
}

TEST_P(EnsembleOutput, RunsOnTheBuiltInDigitsWithoutData) {
  const Ended ended = run(
      GetParam(), {"--models", "3", "--limit", "300", "--epochs", "1"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("built-in synthetic digits")) << ended.out;
  EXPECT_NE(ended.out.find("3 shards of 100 images"), std::string::npos);
}

// ---- One image --------------------------------------------------------------

TEST_P(EnsembleOutput, ShowsHowTheModelsVoteOnOneImage) {
  const std::string out = run_either().out;
  EXPECT_EQ(all_matches(out, "Test image [\\d,]+ shows a \\d\\.").size(), 1u);
  EXPECT_NE(out.find("votes of 10 models"), std::string::npos) << out;
  int votes = 0;
  for (const std::string& count : all_matches(out, "\\b\\d +(\\d+)  #+\n")) {
    votes += std::stoi(count);
  }
  EXPECT_EQ(votes, 10) << out;
}

TEST_P(EnsembleOutput, ShowsNoImageIfQuiet) {
  EXPECT_EQ(run_either({"--quiet"}).out.find("Test image"), std::string::npos);
}

// ---- The same models, whoever trained them ----------------------------------

TEST_P(EnsembleOutput, FindsTheSameModelsHoweverOftenAndOnAnyThreads) {
  const Ended first = run_either();
  const std::vector<std::string> digests = digests_of(first.out);
  ASSERT_EQ(digests.size(), GetParam() == "04" ? 2u : 8u) << first.out;
  for (const Arguments& more : {Arguments{},
                                {"--threads", "1"},
                                {"--threads", "7"},
                                {"--threshold", "1000000"},
                                {"--quiet"}}) {
    const Ended again = run_either(more);
    EXPECT_EQ(digests_of(again.out), digests);
    EXPECT_EQ(combinations_of(again.out), combinations_of(first.out));
  }
  EXPECT_NE(digests_of(run_either({"--seed", "2"}).out), digests);
}

TEST_P(EnsembleOutput, FindsTheSameModelsOnEveryExecutor) {
  const std::vector<std::string> found = digests_of(run_either().out);
  // Chapter 5 has a column for even shards and one for uneven ones.
  const std::size_t columns = GetParam() == "04" ? 1 : 2;
  for (std::size_t i = columns; i < found.size(); ++i) {
    EXPECT_EQ(found[i], found[i - columns]);
  }
}

TEST_F(Ensembles, OfBothChaptersAreTheSame) {
  EXPECT_EQ(combinations_of(run_with("04").out),
            combinations_of(run_with("05").out));
}

TEST_F(Ensembles, AreTheSameOnEitherDeque) {
  const Ended bounded = run_with("05", {"--deque", "bounded"});
  EXPECT_EQ(bounded.status, 0) << bounded.err;
  EXPECT_EQ(digests_of(bounded.out),
            digests_of(run_with("05", {"--deque", "growing"}).out));
}

// ---- The closing lines ------------------------------------------------------

std::vector<std::string> closing_lines(const std::string& out) {
  const std::string title = "What you have just seen\n\n";
  const std::size_t at = out.find(title);
  if (at == std::string::npos) return {};
  return lines_of(out.substr(at + title.size()));
}

// "different starts" and "one start" of a combination, to one decimal.
std::vector<std::string> shares_of(const std::string& out,
                                   const std::string& combination) {
  std::vector<std::string> shares;
  for (const std::string& cell : cells_of(out, combination)) {
    if (!cell.ends_with('%')) continue;
    std::ostringstream rounded;
    rounded << std::fixed << std::setprecision(1) << std::stod(cell);
    shares.push_back(rounded.str() + "%");
  }
  return shares;
}

// The line on averages has the numbers of the table above it. Rounding twice
// may differ by one in the last place, and with 200 test images does not.
void expect_line_on_averages(const std::string& line, const std::string& out) {
  const auto weights = shares_of(out, "average of weights");
  const auto predictions = shares_of(out, "average of predictions");
  EXPECT_EQ(line, "Weights averaged: " + weights.at(0) +
                      " (one start: " + weights.at(1) +
                      "). Predictions averaged: " + predictions.at(0) + ".");
}

TEST_F(Ensembles, Chapter04EndsInThreeLinesWithThisRunsNumbers) {
  const Ended ended = run_with("04");
  const std::vector<std::string> lines = closing_lines(ended.out);
  ASSERT_EQ(lines.size(), 3u) << ended.out;
  const std::string table = ended.out.substr(ended.out.find("Was it worth it"));
  EXPECT_EQ(lines[0], "Speed: " + cells_of(table, "work balancing").at(2) +
                          " times serial (3 bare threads: " +
                          cells_of(table, "3 bare threads").at(2) +
                          "), the weights equal bit for bit.");
  expect_line_on_averages(lines[1], ended.out);
  EXPECT_TRUE(lines[2].starts_with("One network on all images: ")) << lines[2];
}

// "(1.95 and 1.94; bare threads 1.96)", from a row of the table of speedups.
std::string speedups_in(const std::string& out, const std::string& row,
                        std::size_t one, std::size_t other) {
  const std::vector<std::string> cells = cells_of(out, row);
  return "(" + cells.at(one) + " and " + cells.at(other) + "; bare threads " +
         cells.back() + ").";
}

TEST_F(Ensembles, Chapter05EndsInThreeLinesWithThisRunsNumbers) {
  constexpr std::size_t kStatic = 2, kBalancing = 3, kStealing = 4;
  const Ended ended = run_with("05");
  const std::vector<std::string> lines = closing_lines(ended.out);
  ASSERT_EQ(lines.size(), 3u) << ended.out;
  EXPECT_TRUE(lines[0].starts_with("Even shards: ")) << lines[0];
  EXPECT_TRUE(lines[0].ends_with(
      speedups_in(ended.out, "even, by a task", kStealing, kBalancing)))
      << ended.out;
  EXPECT_TRUE(lines[1].starts_with("Uneven shards: ")) << lines[1];
  EXPECT_TRUE(lines[1].ends_with(
      speedups_in(ended.out, "small first, by a task", kStealing, kStatic)))
      << ended.out;
  expect_line_on_averages(lines[2], ended.out);
}

TEST_F(Ensembles, Chapter05SaysHowOftenItMeasured) {
  EXPECT_NE(run_with("05", {"--laps", "3"})
                .out.find("The fastest of 3 laps, 1 epoch a model."),
            std::string::npos);
  EXPECT_NE(run_with("05", {"--laps", "1", "--lap-epochs", "2"})
                .out.find("Of 1 lap, 2 epochs a model."),
            std::string::npos);
}

// ---- On a terminal ----------------------------------------------------------

std::size_t width_of(const std::string& line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (c & 0xc0) != 0x80; }));  // UTF-8
}

TEST_P(EnsembleOutput, ShowsOnATerminalWhatEachWorkerIsAt) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  // Once the second worker has a bar: before that, its name stands alone.
  const Ended ended = run_either(
      {"--threads", "2", "--epochs", "20000"},
      {.interrupt_at = "worker 1          ", .columns = 60, .no_colour = true});
  expect_one_line(ended, 130, GetParam(), "interrupted");
  EXPECT_FALSE(all_matches(ended.out, " of 10 models").empty());
  const std::vector<std::string> live = all_matches(
      ended.out, "worker [01] +[░█]+  model \\d of 9  epoch[^\\r\\n]*");
  EXPECT_FALSE(live.empty()) << ended.out;
  for (const std::string& line : live) EXPECT_LT(width_of(line), 60u) << line;
}

TEST_P(EnsembleOutput, FitsItsPicturesToTheTerminal) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  const Ended ended =
      run_either({"--quiet"}, {.columns = 60, .no_colour = true});
  EXPECT_EQ(ended.status, 0) << ended.err;
  const std::vector<std::string> rows =
      all_matches(ended.out, "worker \\d  [^\\r\\n]+");
  EXPECT_EQ(rows.size(), GetParam() == "04" ? 3u : 18u);
  for (const std::string& row : rows) EXPECT_EQ(width_of(row), 59u) << row;
}

TEST_P(EnsembleOutput, MovesNoCursorIfQuiet) {
  const Ended ended =
      run_either({"--quiet"}, {.columns = 80, .no_colour = true});
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos) << ended.out;
}

TEST_P(EnsembleOutput, UsesColoursOnATerminalUnlessNoColorIsSet) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  const std::string colour = "\\x1b\\[[0-9;]*m";
  EXPECT_FALSE(
      all_matches(run_either({}, {.columns = 80}).out, colour).empty());
  EXPECT_TRUE(
      all_matches(run_either({}, {.columns = 80, .no_colour = true}).out,
                  colour)
          .empty());
}

// ---- The plot ---------------------------------------------------------------

// The accuracy of a combination, first from different starts.
std::vector<double> accuracies(const std::string& out,
                               const std::string& combination) {
  std::vector<double> found;
  for (const std::string& share : shares_of(out, combination)) {
    found.push_back(std::stod(share));
  }
  return found;
}

// Twenty models of 500 images each already show what sixty of 1,000 do.
void expect_the_plot(const Ended& ended) {
  const std::string& out = ended.out;
  EXPECT_EQ(ended.status, 0) << ended.err;
  const double single = accuracies(out, "single model, on average").at(0);
  const std::vector<double> weights = accuracies(out, "average of weights");
  EXPECT_GT(single, 75) << out;
  EXPECT_LT(weights.at(0), single - 40) << out;
  EXPECT_GT(weights.at(1), single) << out;
  EXPECT_GT(accuracies(out, "average of predictions").at(0), single + 3) << out;
  EXPECT_GT(accuracies(out, "majority vote").at(0), single + 3) << out;
  EXPECT_GT(accuracies(out, "one network on all images").at(0), 92) << out;
}

const Arguments kPlot = {"--models", "20", "--limit", "10000", "--epochs", "10",
                         "--alone",  "5",  "--laps",  "1",     "--seed",   "2"};

TEST_F(Ensembles, GuessWhenAveragedFromDifferentStartsOnBuiltInDigits) {
  expect_the_plot(run("05", kPlot, folder));
}

TEST_F(Ensembles, GuessWhenAveragedFromDifferentStartsOnRealDigits) {
  const char* real = std::getenv("MNIST_DIR");
  if (real == nullptr) GTEST_SKIP() << "MNIST_DIR is not set";
  const Ended ended = run("05", kPlot, folder, {.mnist_dir = real});
  EXPECT_TRUE(ended.out.starts_with("real MNIST")) << ended.out;
  expect_the_plot(ended);
}

// ---- Options out of range ---------------------------------------------------

struct BadOption {
  Arguments arguments;
  const char* words;
};

const std::vector<BadOption> kBadForBoth = {
    {{"--threads", "0"}, "from 1 to 1024"},
    {{"--threads", "-1"}, "from 1 to 1024"},
    {{"--threads", "99999"}, "from 1 to 1024"},
    {{"--threads", "two"}, "from 1 to 1024"},
    {{"--models", "0"}, "from 1 to 100000"},
    {{"--models", "100001"}, "from 1 to 100000"},
    {{"--models", "201"}, "cannot cut 200 images into 201 shards"},
    {{"--limit", "9"}, "cannot cut 9 images into 10 shards"},
    {{"--limit", "0"}, "from 1 to 10000000"},
    {{"--threshold", "-1"}, "from 0 to 1000000"},
    {{"--threshold", "1000001"}, "from 0 to 1000000"},
    {{"--threshold", "0.5"}, "a whole number"},
    {{"--skew", "-1"}, "from 0 to 5"},
    {{"--skew", "5.1"}, "from 0 to 5"},
    {{"--skew", "1e300"}, "from 0 to 5"},
    {{"--skew", "nan"}, "from 0 to 5"},
    {{"--skew", "inf"}, "from 0 to 5"},
    {{"--skew", "1,5"}, "from 0 to 5"},
    {{"--epochs", "0"}, "from 1 to 100000"},
    {{"--alone", "0"}, "from 1 to 100000"},
    {{"--alone", "100001"}, "from 1 to 100000"},
    {{"--batch", "0"}, "from 1 to 1000000"},
    {{"--rate", "0"}, "from 1e-06 to 100"},
    {{"--rate", "nan"}, "--rate"},
    {{"--hidden", "8,0"}, "from 1 to 16384"},
    {{"--hidden", ""}, "--hidden"},
    {{"--seed", "-1"}, "--seed"},
    {{"--data", "nowhere"}, "nowhere"},
    {{"--trace"}, "--trace: needs a value"},
    {{"--trace="}, "--trace: needs a value"},
    {{"--trace", "--quiet"}, "--trace: needs a value"},
    {{"--trace", "no/such/folder/t"}, "no/such/folder/t: cannot write"},
    {{"--trace", "."}, "it is a directory"},
    {{"--csv", "no/such/folder/c"}, "no/such/folder/c: cannot write"},
    {{"--csv", "same", "--trace", "same"}, "same file for two"},
    {{"--quiet=yes"}, "--quiet yes: must be given without a value"},
    {{"--virtual-clock=1"}, "--virtual-clock 1: must be given without"},
    {{"--models", "2", "--models", "3"}, "--models: given twice"}};

// Refused at once: nothing has been printed or left behind.
void expect_refusals(const std::string& chapter,
                     const std::vector<BadOption>& bad) {
  const TempFolder folder;
  write_small_data(folder / "small");
  for (const auto& [arguments, words] : bad) {
    SCOPED_TRACE(arguments.front());
    Arguments all;
    for (const auto& [name, value] :
         {std::pair{"--data", "small"}, {"--models", "10"}}) {
      if (std::ranges::find(arguments, name) != arguments.end()) continue;
      all.insert(all.end(), {name, value});
    }
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ended ended = run(chapter, all, folder);
    expect_refusal(ended, chapter, words);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(folder.entries(), 3) << "small, out and err";
  }
}

TEST_P(EnsembleOutput, RefusesOptionsOutOfRange) {
  expect_refusals(GetParam(), kBadForBoth);
}

TEST_F(Ensembles, Chapter05RefusesItsOwnOptionsOutOfRange) {
  expect_refusals("05",
                  {{{"--deque", "nonsense"}, "must be bounded or growing"},
                   {{"--deque", "Growing"}, "must be bounded or growing"},
                   {{"--deque"}, "bounded or growing"},
                   {{"--laps", "0"}, "from 1 to 1000"},
                   {{"--laps", "1001"}, "from 1 to 1000"},
                   {{"--lap-epochs", "0"}, "from 1 to 100000"}});
}

TEST_F(Ensembles, Chapter04RefusesTheOptionsOfChapter05) {
  expect_refusals("04", {{{"--deque", "growing"}, "unknown option --deque"},
                         {{"--laps", "1"}, "unknown option --laps"}});
}

TEST_P(EnsembleOutput, StatesEveryOptionInItsHelp) {
  const Ended ended = run(GetParam(), {"--help"}, folder);
  for (const BadOption& bad : kBadForBoth) {
    const std::string name =
        bad.arguments.front().substr(0, bad.arguments.front().find('='));
    EXPECT_NE(ended.out.find("\n  " + name + " "), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace nn
