// Every chapter's program, run as a user runs it: what it prints, how it ends,
// and the one line that bad input gets.

#include <png.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "common/clock.hpp"
#include "common/files/safetensors.hpp"
#include "tests/programs/checks.hpp"
#include "tests/programs/run.hpp"
#include "tests/programs/small_data.hpp"

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

// It either has what it needs or says so, but does not look for ever.
TEST_P(EveryProgram, EndsWithLittleMemory) {
#ifdef __APPLE__
  GTEST_SKIP() << "no OpenBLAS, and no limit, here";
#endif
  write_small_data(folder / "small");
  std::vector<std::string> arguments = {"--data", "small"};
  if (GetParam() == "01") arguments = {"--largest", "32"};
  if (GetParam() == "08")
    arguments.insert(arguments.end(), {"--engine", "own"});
  const auto run_with = [&](rlim_t megabytes,
                            const std::vector<std::string>& given) {
    return run(GetParam(), given, folder,
               {.addresses = megabytes << 20, .seconds = 20});
  };
  expect_one_line(run_with(150, arguments), 1, GetParam(), "OpenBLAS needs");
  EXPECT_LE(run_with(150, {"--nonsense"}).status, 2) << "by itself";
  for (const rlim_t megabytes : std::array<rlim_t, 4>{250, 350, 450, 600}) {
    const Ended ended = run_with(megabytes, arguments);
    if (ended.status == 0) continue;
    // A thread needs memory for its stack, too.
    const bool threads = ended.err.find("threads") != std::string::npos;
    expect_one_line(ended, 1, GetParam(), threads ? "threads" : "memory");
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, EveryProgram,
                         ::testing::ValuesIn(chapters()),
                         [](const auto& p) { return p.param; });

// A white picture, so many pixels a side, and all of them black from pixel
// `ink` on for so many pixels.
std::string write_png(const std::filesystem::path& file, unsigned side,
                      std::size_t ink = 0, std::size_t count = 0) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = side;
  image.format = PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> pixels(std::size_t{side} * side, 255);
  std::fill_n(pixels.begin() + static_cast<std::ptrdiff_t>(ink), count, 0);
  EXPECT_NE(png_image_write_to_file(&image, file.c_str(), 0, pixels.data(), 0,
                                    nullptr),
            0);
  return file.string();
}

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
  const std::string csv = contents(folder / "c.csv");
  EXPECT_TRUE(
      csv.starts_with("size,order,gflops,share_of_peak\n"
                      "64 x 64 x 64,ijk,"));
  EXPECT_NE(csv.find("\n64 x 64 x 64,kij,"), std::string::npos);
  EXPECT_NE(csv.find("\n32 x 32 x 32,obvious,"), std::string::npos);
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

TEST_F(Programs, Chapter02WorksOnFewerImagesThanItLearns) {
  write_small_data(folder / "five", 5);
  const Ended ended = run("02", {"--data", "five"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("Forward, 5 images at once"), std::string::npos);
  EXPECT_NE(ended.out.find("100% of 5 images right"), std::string::npos);
}

// Where a product or a check takes minutes, Ctrl-C must not.
TEST_F(Programs, Chapters01And02SayWhatTheyDoAndEndAtOnceOnCtrlC) {
  const Stopwatch watch;
  const Ended product = run("01", {"--largest", "4096"}, folder,
                            {.interrupt_at = "Armadillo computes with"});
  EXPECT_EQ(product.status, 130);
  const Ended check = run("02", {"--data", data, "--hidden", "4096"}, folder,
                          {.interrupt_at = "Gradient check: "});
  EXPECT_EQ(check.status, 130);
  EXPECT_LT(watch.seconds(), 20);
}

TEST_F(Programs, Chapters01And02ShowOnATerminalHowFarTheyAre) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  const Ended product =
      run("01", {"--largest", "4096"}, folder,
          {.interrupt_at = "Measuring 32 x 32 x 32", .columns = 80});
  EXPECT_EQ(product.status, 130);
  const Ended check = run("02", {"--data", data, "--hidden", "4096"}, folder,
                          {.interrupt_at = " derivatives/s", .columns = 80});
  EXPECT_EQ(check.status, 130);
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
  const char* figures = R"(\d,\d+\.\d+,\d+\.\d+,[01]\.\d+)";
  int lines = 0;
  while (std::getline(csv, line)) {
    EXPECT_FALSE(groups_of(line, figures).empty()) << line;
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

TEST_F(Programs, Chapter03KeepsTheScaleOfTheImagesInTheModel) {
  const Ended saved =
      run("03", {"--data", data, "--standardise", "--save", model}, folder);
  ASSERT_EQ(saved.status, 0) << saved.err;
  const Ended loaded = run("03", {"--data", data, "--load", model}, folder);
  EXPECT_EQ(loaded.status, 0) << loaded.err;
  // From the accuracy on, with the pictures: all is as it was.
  EXPECT_EQ(after("Test accuracy: ", loaded.out),
            after("Test accuracy: ", saved.out));
  for (const Ended& ended : {saved, loaded}) {
    EXPECT_NE(ended.out.find("Standardised: the training pixels had mean 0.1"),
              std::string::npos)
        << ended.out;
  }
}

TEST_F(Programs, Chapter03InvertsTheImagesAsItDidForTheModel) {
  const Ended saved =
      run("03", {"--data", data, "--invert", "--save", model}, folder);
  ASSERT_EQ(saved.status, 0) << saved.err;
  const Ended loaded = run("03", {"--data", data, "--load", model}, folder);
  EXPECT_EQ(loaded.status, 0) << loaded.err;
  EXPECT_EQ(after("Test accuracy: ", loaded.out),
            after("Test accuracy: ", saved.out));
  for (const Ended& ended : {saved, loaded}) {
    EXPECT_NE(ended.out.find("Inverted: the ink is dark now."),
              std::string::npos)
        << ended.out;
  }
}

TEST_F(Programs, Chapter03RefusesToStandardiseEqualPixels) {
  write_idx_images(data + "/train-images-idx3-ubyte",
                   Matrix(64, 200, arma::fill::value(0.5f)), {8, 8});
  expect_refusal(run("03", {"--data", data, "--standardise"}, folder), "03",
                 "--standardise: all pixels of the training images are equal");
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

// A network of one layer of equal weights, for images of that size.
void write_flat_model(const std::string& file, arma::uword side, float weight) {
  const Matrix W(10, side * side, arma::fill::value(weight));
  const std::string size = std::to_string(side);
  write_safetensors(file, {{{"W1", W, 2}, {"b1", Matrix(10, 1), 1}},
                           {{"rows", size}, {"columns", size}}});
}

TEST_F(Programs, Chapter03NamesThePictureThatItCannotUse) {
  write_flat_model(model, 8, 0);
  for (const unsigned side : {1u, 2u, 50u}) {
    const std::string blank = write_png(folder / "blank.png", side);
    expect_refusal(run("03", {"--load", model, "--predict", blank}, folder),
                   "03", blank + ": the picture is blank");
  }
}

TEST_F(Programs, Chapter03NamesTheModelThatCannotReadAPicture) {
  const std::string blank = write_png(folder / "blank.png", 50);
  write_flat_model(model, 1, 0);
  expect_refusal(run("03", {"--load", model, "--predict", blank}, folder), "03",
                 model + ": this network reads images of 1 x 1, too small");
  write_flat_model(model, 8, 3e38f);
  expect_refusal(run("03", {"--load", model, "--predict", blank}, folder), "03",
                 model + ": the weights are so large");
}

// Two models that agree if the first is given standardised pixels, for
// (x - 0.25) / 0.5 times W is x times 2 W, less 0.5 W.
void write_equal_models(const std::string& standardised,
                        const std::string& plain) {
  Matrix W(10, 64);
  Rng rng(1);
  for (float& w : W) w = static_cast<float>(rng.uniform(-0.2, 0.2));
  const Matrix folded = -0.5f * arma::sum(W, 1);
  write_safetensors(standardised, {{{"W1", W}, {"b1", Matrix(10, 1), 1}},
                                   {{"rows", "8"},
                                    {"columns", "8"},
                                    {"mean", "0.25"},
                                    {"deviation", "0.5"}}});
  write_safetensors(plain, {{{"W1", 2 * W}, {"b1", folded, 1}},
                            {{"rows", "8"}, {"columns", "8"}}});
}

TEST_F(Programs, Chapter03ReadsAPictureOnTheScaleOfTheModel) {
  write_equal_models(model, model + ".plain");
  const std::string digit = write_png(folder / "digit.png", 50, 1200, 400);
  const auto read_by = [&](const std::string& file) {
    return run("03", {"--load", file, "--predict", digit}, folder).out;
  };
  EXPECT_NE(read_by(model), "");
  EXPECT_EQ(read_by(model), read_by(model + ".plain"));
}

// For W (1 - x) + b = -W x + (b + the sum of W's row).
TEST_F(Programs, Chapter03ReadsAPictureInTheInkOfTheModel) {
  Matrix W(10, 64);
  Rng rng(2);
  for (float& w : W) w = static_cast<float>(rng.uniform(-0.2, 0.2));
  const Matrix sums = arma::sum(W, 1);
  write_safetensors(model,
                    {{{"W1", W}, {"b1", Matrix(10, 1), 1}},
                     {{"rows", "8"}, {"columns", "8"}, {"ink", "dark"}}});
  write_safetensors(model + ".bright", {{{"W1", -W}, {"b1", sums, 1}},
                                        {{"rows", "8"}, {"columns", "8"}}});
  const std::string digit = write_png(folder / "digit.png", 50, 1200, 400);
  const auto read_by = [&](const std::string& file) {
    const Ended ended = run("03", {"--load", file, "--predict", digit}, folder);
    return after("  0  ", ended.out);
  };
  EXPECT_NE(read_by(model), "");
  EXPECT_EQ(read_by(model), read_by(model + ".bright"));
}

TEST_F(Programs,
       Chapter03MeasuresOnTheScaleOfTheModelAndDrawsPixelsAsTheyWere) {
  write_equal_models(model, model + ".plain");
  const auto report_by = [&](const std::string& file) {
    const Ended ended = run("03", {"--data", data, "--load", file}, folder);
    return after("What it takes for what:", ended.out);
  };
  EXPECT_NE(report_by(model), "");
  EXPECT_EQ(report_by(model), report_by(model + ".plain"));
}

TEST_F(Programs, Chapter02FindsNoFaultWhereReluHasAKink) {
  for (const std::string hidden : {"1,1", "2,2,2", "4,4,4,4"}) {
    const Ended ended =
        run("02", {"--data", "synthetic", "--hidden", hidden, "--rate", "0.01"},
            folder);
    EXPECT_EQ(ended.err.find("backward is wrong"), std::string::npos) << hidden;
  }
}

TEST_F(Programs, Chapter03DoesNotWriteFiguresOverTheNetworkThatItLoads) {
  write_flat_model(model, 28, 0.1f);
  const std::string before = contents(model);
  expect_refusal(
      run("03",
          {"--load", model, "--epochs", "1", "--data", "synthetic", "--csv",
           "./" + std::filesystem::path(model).filename().string()},
          folder),
      "03", "--load reads it and --csv writes it");
  EXPECT_EQ(contents(model), before);
}

TEST_F(Programs, Chapter03PrintsTheDigestOfWhatItSaved) {
  const Ended trained = run("03",
                            {"--data", "synthetic", "--limit", "500",
                             "--epochs", "1", "--save", model},
                            folder);
  const Ended loaded =
      run("03", {"--data", "synthetic", "--load", model}, folder);
  const std::string words = "Digest of all weights: ";
  const std::size_t at = trained.out.find(words);
  ASSERT_NE(at, std::string::npos) << trained.out;
  const std::string line = trained.out.substr(at, words.size() + 17);
  EXPECT_NE(loaded.out.find(line), std::string::npos) << line;
}

TEST_F(Programs, Chapter03SaysOnWhichImagesItMeasured) {
  const Ended ended = run("03",
                          {"--data", "synthetic", "--limit", "1000", "--epochs",
                           "1", "--validate", "--csv", "c.csv"},
                          folder);
  EXPECT_EQ(ended.out.find("est accuracy"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("Validation accuracy: "), std::string::npos);
  EXPECT_EQ(contents(folder / "c.csv").find("epoch,seconds,loss,validation_"),
            0U);
}

TEST_F(Programs, Chapter03ShowsNoFiguresOfAnInterruptedEpoch) {
  // The first epoch is far from its end when the plan has been printed.
  write_small_data(folder / "large", 20'000);
  const Ended ended = run("03",
                          {"--data", "large", "--hidden", "1024", "--batch",
                           "1", "--save", model, "--csv", "c.csv"},
                          folder, {.interrupt_at = "weights; batch"});
  EXPECT_EQ(ended.status, 130);
  EXPECT_NE(ended.out.find("epoch  1/10   interrupted\n"), std::string::npos)
      << ended.out;
  EXPECT_EQ(ended.out.find("loss "), std::string::npos) << ended.out;
  EXPECT_EQ(contents(folder / "c.csv").find("\n1,"), std::string::npos);
}

TEST_F(Programs, Chapter03SavesWhatItHasLearntOnCtrlC) {
  const Ended ended =
      run("03", {"--data", data, "--epochs", "100000", "--save", model}, folder,
          {.interrupt_at = "epoch  2"});
  EXPECT_EQ(ended.status, 130);
  EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << ended.err;
  EXPECT_EQ(run("03", {"--data", data, "--load", model}, folder).status, 0);
}

// Drawing the digits takes a moment: the interrupt comes before any step.
TEST_F(Programs, Chapter03KeepsOldResultsWhenInterruptedBeforeTheFirstStep) {
  if (!std::filesystem::exists("/proc/self/status")) GTEST_SKIP() << "no /proc";
  folder.put("m", "old model");
  folder.put("c.csv", "old figures");
  const Ended ended = run("03", {"--save", "m", "--csv", "c.csv"}, folder,
                          {.interrupt_at_once = true});
  EXPECT_EQ(ended.status, 130) << ended.err;
  EXPECT_EQ(contents(folder / "m"), "old model");
  EXPECT_EQ(contents(folder / "c.csv"), "old figures");
  EXPECT_EQ(folder.entries(), 5) << "and small, out, err";
}

TEST_F(Programs, Chapter03RefusesResultsBeforeTheWork) {
  for (const char* option : {"--save", "--csv"}) {
    const Ended ended =
        run("03", {"--data", data, option, "no/such/folder/f"}, folder);
    expect_refusal(ended, "03", "no/such/folder/f: cannot write");
    EXPECT_EQ(ended.out, "");
  }
  const Ended same =
      run("03", {"--data", data, "--save", "f", "--csv", "./f"}, folder);
  expect_refusal(same, "03", "./f and f: the same file for two results");
  EXPECT_EQ(same.out, "");
  EXPECT_EQ(folder.entries(), 3) << "small, out, err";
}

TEST_F(Programs, Chapter03FailsOnAFullDiskAndKeepsTheOldFile) {
  folder.put("m", "old model");
  const Ended ended =
      run("03", {"--data", data, "--epochs", "1", "--quiet", "--save", "m"},
          folder, {.largest_file = 4096});
  expect_one_line(ended, 1, "03", "m: cannot write: File too large");
  EXPECT_EQ(contents(folder / "m"), "old model");
  EXPECT_EQ(folder.entries(), 4) << "and small, out, err";
}

TEST_F(Programs, Chapter03SavesTheModelBeforeTheFigures) {
  // Figures of 500 epochs do not fit, the small model does.
  const Ended ended = run("03",
                          {"--data", data, "--epochs", "500", "--quiet",
                           "--hidden", "1", "--save", model, "--csv", "c.csv"},
                          folder, {.largest_file = 4096});
  expect_one_line(ended, 1, "03", "c.csv: cannot write: File too large");
  EXPECT_EQ(run("03", {"--data", data, "--load", model}, folder).status, 0);
}

TEST_F(Programs, Chapter03StopsWithAdviceWhenTheLossIsNoNumber) {
  // All scores are 0 at first; then the first step makes W2 too large.
  const Matrix W1(10, 64, arma::fill::value(1e19f));
  const Matrix W2(10, 10);
  const Matrix b(10, 1);
  write_safetensors(model,
                    {{{"W1", W1}, {"b1", b, 1}, {"W2", W2}, {"b2", b, 1}},
                     {{"rows", "8"}, {"columns", "8"}}});
  const Ended ended = run(
      "03", {"--data", data, "--load", model, "--epochs", "1", "--rate", "100"},
      folder);
  EXPECT_EQ(ended.status, 1) << ended.out;
  EXPECT_EQ(ended.err,
            "chapter03: the loss became NaN at step 2: the steps are too "
            "large, so lower --rate\n");
}

TEST_F(Programs, Chapter03DiagnosesAFaultBuiltInOnPurpose) {
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

TEST_F(Programs, RefuseResultsOfChapter01BeforeTheWork) {
  const Ended ended = run("01", {"--csv", "no/such/folder/f"}, folder);
  expect_refusal(ended, "01", "no/such/folder/f: cannot write");
  EXPECT_EQ(ended.out, "");
}

TEST_F(Programs, PrintTheNamesOfFilesHarmlessly) {
  const std::string name = "\x1b]0;title\x07";
  write_small_data(folder / name);
  const Ended ended = run("03",
                          {"--data", name, "--epochs", "1", "--quiet", "--save",
                           name + "/m", "--csv", name + "/c"},
                          folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
  EXPECT_NE(ended.out.find("IDX data from \\x1b]0;title\\x07"),
            std::string::npos)
      << ended.out;
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
        BadOption{{"--load", "m", "--predict", "d.png", "--save", "n"},
                  "--save has no use with --predict"},
        BadOption{{"--load", "m", "--rate", "5"}, "give --epochs too"},
        BadOption{{"--load", "m", "--standardise"},
                  "--standardise is for a new network"},
        BadOption{{"--load", "m", "--invert", "--epochs", "1"},
                  "--invert is for a new network"},
        BadOption{{"--load", "m", "--predict", "d.png", "--standardise"},
                  "--standardise has no use with --predict"},
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
