// Every chapter's program, run as a user runs it: what it prints, how it ends,
// and the one line that bad input gets.

#include <algorithm>
#include <regex>
#include <sstream>

#include "checks.hpp"
#include "common/safetensors.hpp"
#include "run.hpp"
#include "small_data.hpp"

namespace nn {
namespace {

std::vector<std::string> chapters() {
  std::vector<std::string> found;
  for (int n = 1; n <= 99; ++n) {
    const std::string number = (n < 10 ? "0" : "") + std::to_string(n);
    if (std::filesystem::exists(program(number))) found.push_back(number);
  }
  return found;
}

// ---- What holds for all of them ---------------------------------------------

class EveryProgram : public ::testing::TestWithParam<std::string> {
 protected:
  TempFolder folder;
};

TEST_P(EveryProgram, TeachesItsOptionsAndEndsWith0) {
  const Ended ended = run(GetParam(), {"--help"}, folder);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_NE(ended.out.find("--seed"), std::string::npos);
  EXPECT_NE(ended.out.find("Examples:"), std::string::npos);
}

TEST_P(EveryProgram, RefusesAnOptionThatItDoesNotKnow) {
  expect_refusal(run(GetParam(), {"--seeds", "1"}, folder), GetParam(),
                 "did you mean --seed?");
}

TEST_P(EveryProgram, RefusesASeedThatIsNoNumber) {
  expect_refusal(run(GetParam(), {"--seed", "soon"}, folder), GetParam(),
                 "--seed");
}

TEST_P(EveryProgram, RefusesWhatIsLeftOver) {
  expect_refusal(run(GetParam(), {"digits"}, folder), GetParam(), "digits");
}

TEST_P(EveryProgram, FailsWhenItsOutputCannotBeWritten) {
  const Ended ended =
      run(GetParam(), {"--help"}, folder, {.stdout_to = "/dev/full"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
}

INSTANTIATE_TEST_SUITE_P(Programs, EveryProgram,
                         ::testing::ValuesIn(chapters()),
                         [](const auto& p) { return p.param; });

// ---- What each of them does -------------------------------------------------

class Programs : public ::testing::Test {
 protected:
  Programs() { write_small_data(data); }
  TempFolder folder;
  const std::string data = (folder / "small").string();
  const std::string model = (folder / "m.safetensors").string();
};

TEST_F(Programs, Chapter01MultipliesAndMeasures) {
  const Ended ended = run("01", {"--largest", "64", "--csv", "c.csv"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("A (2 x 3)"), std::string::npos);
  EXPECT_NE(ended.out.find("64 x 64 x 64"), std::string::npos);
  EXPECT_TRUE(contents(folder / "c.csv")
                  .starts_with("size,order,gflops,share_of_peak\n"
                               "32 x 32 x 32,obvious,"));
}

TEST_F(Programs, Chapter02ChecksItsGradientsAndLearnsByHeart) {
  const Ended ended = run("02", {"--data", data, "--hidden", "9,8"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("W1      (9 x 64)"), std::string::npos);
  EXPECT_NE(ended.out.find("755 derivatives"), std::string::npos);
  EXPECT_NE(ended.out.find("100% of 32 images right"), std::string::npos);
}

TEST_F(Programs, Chapter02WorksOnTheBuiltInDigits) {
  const Ended ended = run("02", {}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("built-in synthetic digits"));
  EXPECT_NE(ended.out.find("100% of 32 images right"), std::string::npos);
}

TEST_F(Programs, Chapter03LearnsSmallImages) {
  const Ended ended =
      run("03", {"--data", data, "--hidden", "16", "--rate", "0.5"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("8 x 8"), std::string::npos);
  EXPECT_GT(share_after("Test accuracy: ", ended.out), 0.95) << ended.out;
}

TEST_F(Programs, Chapter03ReadsGzipAsPlain) {
  write_small_data(folder / "zipped", 200, ".gz");
  const std::vector<std::string> rest = {"--quiet", "--epochs", "2", "--save",
                                         model};
  const auto train_on = [&](const std::string& where) {
    std::vector<std::string> arguments = {"--data", where};
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    const Ended ended = run("03", arguments, folder);
    EXPECT_EQ(ended.status, 0) << ended.err;
    return contents(model);
  };
  EXPECT_EQ(train_on(data), train_on((folder / "zipped").string()));
}

TEST_F(Programs, Chapter03FindsItsDataWhereMnistDirPoints) {
  const Ended ended =
      run("03", {"--epochs", "1", "--quiet"}, folder, {.mnist_dir = data});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find(data), std::string::npos);
}

TEST_F(Programs, Chapter03KeepsToItsLimit) {
  const Ended ended =
      run("03", {"--data", data, "--limit", "50", "--epochs", "1"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("the first 50 of 200 training"), std::string::npos)
      << ended.out;
}

TEST_F(Programs, Chapter03WritesALineOfCsvAnEpoch) {
  const Ended ended =
      run("03", {"--data", data, "--epochs", "3", "--csv", "c.csv"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  std::istringstream csv(contents(folder / "c.csv"));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "epoch,seconds,loss,test_accuracy");
  const std::regex figures(R"(\d,\d+\.\d+,\d+\.\d+,[01]\.\d+)");
  int lines = 0;
  while (std::getline(csv, line)) {
    EXPECT_TRUE(std::regex_match(line, figures)) << line;
    ++lines;
  }
  EXPECT_EQ(lines, 3);
}

TEST_F(Programs, Chapter03GivesTheSameModelForASeed) {
  const auto train = [&](const std::string& seed) {
    run("03",
        {"--data", data, "--epochs", "2", "--seed", seed, "--save", model},
        folder);
    return contents(model);
  };
  const std::string first = train("7");
  EXPECT_GT(first.size(), 1000u);
  EXPECT_EQ(train("7"), first);
  EXPECT_NE(train("8"), first);
}

TEST_F(Programs, Chapter03GoesOnFromASavedModel) {
  const Ended saved = run("03", {"--data", data, "--save", model}, folder);
  ASSERT_EQ(saved.status, 0) << saved.err;
  const Ended loaded = run("03", {"--data", data, "--load", model}, folder);
  EXPECT_EQ(loaded.status, 0) << loaded.err;
  EXPECT_EQ(share_after("Test accuracy: ", loaded.out),
            share_after("Test accuracy: ", saved.out));
  EXPECT_EQ(loaded.out.find("epoch"), std::string::npos);
}

TEST_F(Programs, Chapter03RefusesAModelForOtherImages) {
  ASSERT_EQ(
      run("03", {"--data", data, "--epochs", "1", "--save", model}, folder)
          .status,
      0);
  expect_refusal(run("03", {"--data", "synthetic", "--load", model}, folder),
                 "03", "this network reads images of 8 x 8");
}

TEST_F(Programs, Chapter03RefusesABrokenModel) {
  ASSERT_EQ(
      run("03", {"--data", data, "--epochs", "1", "--save", model}, folder)
          .status,
      0);
  std::filesystem::resize_file(model, 100);
  expect_refusal(run("03", {"--data", data, "--load", model}, folder), "03",
                 model);
}

TEST_F(Programs, Chapter03RefusesAPictureThatIsNone) {
  ASSERT_EQ(
      run("03", {"--data", data, "--epochs", "1", "--save", model}, folder)
          .status,
      0);
  const auto picture = folder.put("digit.png", "<html>not found</html>");
  expect_refusal(
      run("03", {"--load", model, "--predict", picture.string()}, folder), "03",
      picture.string());
}

TEST_F(Programs, Chapter03SavesWhatItHasLearntOnCtrlC) {
  const Ended ended =
      run("03", {"--data", data, "--epochs", "100000", "--save", model}, folder,
          {.interrupt_at = "epoch  2"});
  EXPECT_EQ(ended.status, 130);
  EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << ended.err;
  EXPECT_EQ(run("03", {"--data", data, "--load", model}, folder).status, 0);
}

TEST_F(Programs, Chapter03FailsOnAFullDiskAndKeepsTheOldFile) {
  const Ended ended = run(
      "03", {"--data", data, "--epochs", "1", "--save", "/dev/full"}, folder);
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
}

TEST_F(Programs, Chapter03StopsWithAdviceWhenTheLossIsNoNumber) {
  // Weights so large that the first scores are infinite.
  Matrix W1(10, 64, arma::fill::value(1e38f));
  write_safetensors(model, {{{"W1", W1, 2}, {"b1", Matrix(10, 1), 1}},
                            {{"rows", "8"}, {"columns", "8"}}});
  const Ended ended =
      run("03", {"--data", data, "--load", model, "--epochs", "1"}, folder);
  EXPECT_EQ(ended.status, 1) << ended.out;
  EXPECT_EQ(ended.err,
            "chapter03: the loss became NaN at step 1: the steps are too "
            "large, so lower --rate\n");
}

TEST_F(Programs, Chapter03DiagnosesAMistakeMadeOnPurpose) {
  const Ended ended =
      run("03", {"--data", data, "--break", "normalising", "--quiet"}, folder);
  EXPECT_NE(ended.out.find("Diagnosis: the inputs range over 0..255"),
            std::string::npos)
      << ended.out;
}

TEST_F(Programs, Chapter03Reaches97Point5OnRealDigits) {
  const char* real = std::getenv("MNIST_DIR");
  if (real == nullptr) GTEST_SKIP() << "MNIST_DIR is not set";
  const Ended ended =
      run("03", {"--quiet"}, folder, {.mnist_dir = std::string(real)});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("real MNIST")) << ended.out;
  EXPECT_GE(share_after("Test accuracy: ", ended.out), 0.975);
}

// ---- Options out of range ---------------------------------------------------

struct BadOption {
  std::vector<std::string> arguments;
  const char* words;
};

class BadOptions : public ::testing::TestWithParam<BadOption> {
 protected:
  TempFolder folder;
};

TEST_P(BadOptions, AreRefusedWithTheValidRange) {
  expect_refusal(run("03", GetParam().arguments, folder), "03",
                 GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, BadOptions,
    ::testing::Values(
        BadOption{{"--epochs", "0"}, "from 1 to 100000"},
        BadOption{{"--epochs", "-1"}, "from 1 to 100000"},
        BadOption{{"--epochs", "ten"}, "from 1 to 100000"},
        BadOption{{"--epochs", "99999999999999999999"}, "from 1 to 100000"},
        BadOption{{"--epochs"}, "--epochs"},
        BadOption{{"--epochs", "1", "--epochs", "2"}, "--epochs"},
        BadOption{{"--batch", "0"}, "from 1 to"},
        BadOption{{"--rate", "nan"}, "--rate"},
        BadOption{{"--rate", "inf"}, "--rate"},
        BadOption{{"--rate", "0"}, "--rate"},
        BadOption{{"--rate", "0.1x"}, "--rate"},
        BadOption{{"--hidden", "0"}, "from 1 to 16384"},
        BadOption{{"--hidden", "128,"}, "--hidden"},
        BadOption{{"--limit", "0"}, "from 1 to"},
        BadOption{{"--momentum", "1"}, "--momentum"},
        BadOption{{"--recipe", "cake"}, "default"},
        BadOption{{"--engine", "cuda"}, "naive"},
        BadOption{{"--break", "everything"}, "shuffling"},
        BadOption{{"--predict", "digit.png"}, "--load"},
        BadOption{{"--load", "missing.safetensors"}, "missing.safetensors"},
        BadOption{{"--data", "nowhere"}, "nowhere"},
        BadOption{{"--data", ""}, "--data"},
        BadOption{{"--save", "no/such/folder/m", "--epochs", "1"},
                  "no/such/folder"}));

// ---- Files that are not what they should be ---------------------------------

struct BadFile {
  const char* name;
  void (*spoil)(const std::filesystem::path& images);
  const char* words;
};

class BadFiles : public ::testing::TestWithParam<BadFile> {
 protected:
  TempFolder folder;
};

void overwrite(const std::filesystem::path& file, std::size_t at,
               const std::string& bytes) {
  std::string all = contents(file);
  all.replace(at, bytes.size(), bytes);
  std::ofstream(file, std::ios::binary) << all;
}

using Path = std::filesystem::path;

TEST_P(BadFiles, AreRefusedByName) {
  const Path data = folder / "data";
  write_small_data(data);
  const Path images = data / "train-images-idx3-ubyte";
  GetParam().spoil(images);
  for (const std::string chapter : {"02", "03"}) {
    const Ended ended = run(chapter, {"--data", data.string()}, folder);
    expect_refusal(ended, chapter, images.filename().string());
    EXPECT_NE(ended.err.find(GetParam().words), std::string::npos) << ended.err;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Programs, BadFiles,
    ::testing::Values(
        BadFile{"Missing", [](const Path& p) { std::filesystem::remove(p); },
                ""},
        BadFile{"Empty", [](const Path& p) { std::ofstream(p).flush(); },
                "empty"},
        BadFile{"Directory",
                [](const Path& p) {
                  std::filesystem::remove(p);
                  std::filesystem::create_directory(p);
                },
                "directory"},
        BadFile{"TruncatedHeader",
                [](const Path& p) { std::filesystem::resize_file(p, 9); },
                "byte"},
        BadFile{"TruncatedBody",
                [](const Path& p) { std::filesystem::resize_file(p, 5000); },
                "byte 5000"},
        BadFile{
            "TrailingBytes",
            [](const Path& p) { std::ofstream(p, std::ios::app) << "more"; },
            "byte 12816"},
        BadFile{"WrongMagic",
                [](const Path& p) { overwrite(p, 0, "\x7f\x45"); }, "byte 0"},
        BadFile{"WrongType", [](const Path& p) { overwrite(p, 2, "\x0d"); },
                "byte 2"},
        BadFile{"HugeDimensions",
                [](const Path& p) { overwrite(p, 4, std::string(12, '\xff')); },
                "byte"},
        BadFile{"FewerImagesThanLabels",
                [](const Path& p) {
                  overwrite(p, 7, std::string(1, '\x64'));
                  std::filesystem::resize_file(p, 16 + 100 * 64);
                },
                "100"},
        BadFile{"WebPage",
                [](const Path& p) {
                  std::ofstream(p) << "<!DOCTYPE html><html>404</html>";
                },
                "web page"},
        BadFile{"BrokenGzip",
                [](const Path& p) {
                  write_small_data(p.parent_path(), 200, ".gz");
                  std::filesystem::remove(p);
                  const Path zipped = p.string() + ".gz";
                  overwrite(zipped, contents(zipped).size() - 8, "abcd");
                },
                "incorrect data check"}),
    [](const auto& p) { return std::string(p.param.name); });

TEST_F(Programs, RefuseALabelAboveNine) {
  overwrite(folder / "small/train-labels-idx1-ubyte", 8 + 5, "\x0a");
  expect_refusal(run("03", {"--data", data}, folder), "03", "byte 13");
}

}  // namespace
}  // namespace nn
