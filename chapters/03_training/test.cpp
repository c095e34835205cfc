// Training on problems whose answer is known, files that come back as they
// went, and every classic fault found by its symptom.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "02_propagation/activation.hpp"
#include "03_training/diagnosis.hpp"
#include "03_training/evaluation.hpp"
#include "03_training/program/fault.hpp"
#include "03_training/program/model_file.hpp"
#include "03_training/program/report.hpp"
#include "03_training/program/settings.hpp"
#include "03_training/recipe.hpp"
#include "03_training/standardisation.hpp"
#include "03_training/training.hpp"
#include "common/blas.hpp"
#include "common/data/load.hpp"
#include "common/error.hpp"
#include "common/files/safetensors.hpp"

namespace nn {
namespace {

using Labels = std::vector<std::uint8_t>;

// Real MNIST when MNIST_DIR is set, else the built-in digits; loaded once.
const Data& digits() {
  static const Data data = [] {
    use_one_blas_thread();
    const char* folder = std::getenv("MNIST_DIR");
    Data d = load_data({.directory = folder ? folder : "synthetic"});
    std::cout << "NOTE: " << d.description << '\n';
    return d;
  }();
  return data;
}

// A problem that any network learns: class k lights pixel k.
Dataset easy_data(std::size_t count) {
  Dataset data;
  data.image_size = {4, 4};
  data.images.zeros(16, count);
  for (std::size_t j = 0; j < count; ++j) {
    data.labels.push_back(static_cast<std::uint8_t>(j % 10));
    data.images(j % 10, j) = 1;
  }
  return data;
}

struct Fixture {
  explicit Fixture(std::uint64_t seed, TrainingOptions o = {})
      : rng(seed), network(he_network({16, 8, 10}, rng)), options(o) {}
  Rng rng;
  Network network;
  TrainingOptions options;
  std::unique_ptr<Engine> engine = make_engine("armadillo");

  double train(const Dataset& data, int epochs) {
    Trainer trainer(*engine, network, options, rng);
    double loss = 0;
    for (int e = 0; e < epochs; ++e) loss = trainer.epoch(data);
    return loss;
  }
};

// ---- Training ---------------------------------------------------------------

TEST(Training, LearnsAnEasyProblemCompletely) {
  const Dataset data = easy_data(100);
  Fixture f(1, {.batch = 10, .rate = 0.5});
  EXPECT_LT(f.train(data, 60), 0.05);
  EXPECT_EQ(accuracy(predict(*f.engine, f.network, data.images), data.labels),
            1.0);
}

TEST(Training, OfOneBatchIsOneStepAgainstTheGradient) {
  const Dataset data = easy_data(20);
  Fixture f(2, {.batch = 20, .rate = 0.25, .shuffle = false});
  Pass pass;
  Network gradient;
  Network expected = f.network;
  forward(*f.engine, expected, data.images, pass);
  backward(*f.engine, expected, data.images, data.labels, pass, gradient);
  add_scaled(-0.25f, gradient, expected);
  f.train(data, 1);
  EXPECT_EQ(digest(f.network), digest(expected));
}

TEST(Training, WithMomentumKeepsAShareOfTheLastStep) {
  const Dataset data = easy_data(10);
  Fixture f(3, {.batch = 10, .rate = 0.5, .momentum = 0.5, .shuffle = false});
  Network expected = f.network;
  Network velocity = zero_network(widths_of(expected));
  Pass pass;
  Network gradient;
  for (int step = 0; step < 3; ++step) {
    forward(*f.engine, expected, data.images, pass);
    backward(*f.engine, expected, data.images, data.labels, pass, gradient);
    scale(0.5f, velocity);
    add_scaled(1.0f, gradient, velocity);
    add_scaled(-0.5f, velocity, expected);
  }
  f.train(data, 3);
  EXPECT_EQ(digest(f.network), digest(expected));
}

TEST(Training, WithDecayLowersTheRateEachEpoch) {
  const Dataset data = easy_data(10);
  Fixture decayed(4, {.batch = 10, .rate = 1, .decay = 0.5, .shuffle = false});
  decayed.train(data, 2);
  Fixture by_hand(4, {.batch = 10, .rate = 1, .shuffle = false});
  by_hand.train(data, 1);
  by_hand.options.rate = 0.5;
  by_hand.train(data, 1);
  EXPECT_EQ(digest(decayed.network), digest(by_hand.network));
}

TEST(Training, FromOneSeedGivesTheSameWeightsBitForBit) {
  const Dataset data = easy_data(95);
  Fixture a(5, {.batch = 10}), b(5, {.batch = 10}), c(6, {.batch = 10});
  a.train(data, 3);
  b.train(data, 3);
  c.train(data, 3);
  EXPECT_EQ(digest(a.network), digest(b.network));
  EXPECT_NE(digest(a.network), digest(c.network));
}

TEST(Training, ShufflingChangesTheOrderOfTheImages) {
  const Dataset data = easy_data(100);
  Fixture shuffled(7, {.batch = 10}), plain(7, {.batch = 10, .shuffle = false});
  shuffled.train(data, 1);
  plain.train(data, 1);
  EXPECT_NE(digest(shuffled.network), digest(plain.network));
}

TEST(Training, VisitsEveryImageOnceWhenTheLastBatchIsSmaller) {
  const Dataset data = easy_data(25);
  Fixture f(8, {.batch = 10});
  Trainer trainer(*f.engine, f.network, f.options, f.rng);
  std::vector<std::size_t> done;
  trainer.epoch(data, [&](std::size_t images) {
    done.push_back(images);
    return true;
  });
  EXPECT_EQ(done, (std::vector<std::size_t>{10, 20, 25}));
  EXPECT_EQ(trainer.steps(), 3u);
}

TEST(Training, WeighsEachImageAlikeInTheLossOfAnEpoch) {
  // Ten images and five: a mean of the two batches' losses would differ.
  const Dataset data = easy_data(15);
  Fixture f(18, {.batch = 10, .rate = 0, .shuffle = false});
  Pass pass;
  forward(*f.engine, f.network, data.images, pass);
  EXPECT_NEAR(f.train(data, 1), cross_entropy(pass.Z, data.labels), 1e-6);
}

// Not even the order of the images differs, whatever lies between them.
TEST(Training, OnSomeImagesIsAsIfThereWereNoOthers) {
  const Dataset data = easy_data(100);
  const std::vector<std::size_t> images = {77, 3, 50, 4, 99, 21, 8};
  Fixture some(19, {.batch = 3}), alone(19, {.batch = 3});
  Trainer trainer(*some.engine, some.network, some.options, some.rng);
  for (int e = 0; e < 4; ++e) trainer.epoch(data, images);
  alone.train(select(data, images), 4);
  EXPECT_EQ(digest(some.network), digest(alone.network));
}

TEST(Training, RefusesAnImageThatDoesNotExist) {
  const Dataset data = easy_data(10);
  const std::vector<std::size_t> images = {9, 10};
  Fixture f(20);
  Trainer trainer(*f.engine, f.network, f.options, f.rng);
  EXPECT_THROW(trainer.epoch(data, images), std::out_of_range);
}

TEST(Training, EndsAnEpochWhenAskedTo) {
  const Dataset data = easy_data(100);
  Fixture f(9, {.batch = 10});
  Trainer trainer(*f.engine, f.network, f.options, f.rng);
  trainer.epoch(data, [](std::size_t images) { return images < 30; });
  EXPECT_EQ(trainer.steps(), 3u);
}

TEST(Training, TakesABatchLargerThanTheDataAsAllOfThem) {
  const Dataset data = easy_data(30);
  Fixture large(10, {.batch = 1000}), exact(10, {.batch = 30});
  large.train(data, 2);
  exact.train(data, 2);
  EXPECT_EQ(digest(large.network), digest(exact.network));
}

TEST(Training, StopsAtTheStepWhoseLossIsNoNumber) {
  const Dataset data = easy_data(30);
  Fixture f(11, {.batch = 10});
  f.network.layers[0].W(0, 0) = std::numeric_limits<float>::quiet_NaN();
  try {
    f.train(data, 1);
    FAIL() << "nothing was thrown";
  } catch (const Diverged& d) {
    EXPECT_EQ(d.step(), 1u);
    EXPECT_STREQ(d.what(), "the loss became NaN at step 1");
  }
}

TEST(Training, RefusesABatchOfNothing) {
  Fixture f(12, {.batch = 0});
  EXPECT_THROW(f.train(easy_data(10), 1), std::invalid_argument);
}

// ---- Standardisation --------------------------------------------------------

TEST(Standardising, GivesMeanZeroAndDeviationOne) {
  Matrix X = {{0, 1, 1}, {4, 4, 2}};
  const Standardisation s = standardisation_of(X);
  EXPECT_EQ(s.mean, 2);
  EXPECT_NEAR(s.deviation, std::sqrt(14.0 / 6), 1e-6);
  s.apply(X);
  EXPECT_EQ(standardisation_of(X), Standardisation{});
}

TEST(Standardising, CanBeUndone) {
  const Matrix before = {{0, 0.25f}, {0.5f, 1}};
  Matrix X = before;
  const Standardisation s = standardisation_of(X);
  s.apply(X);
  s.undo(X);
  EXPECT_TRUE(arma::approx_equal(X, before, "absdiff", 1e-6f));
}

TEST(Standardising, FindsNoDeviationInEqualPixels) {
  Matrix X(7, 1000);
  X.fill(0.1f);
  EXPECT_EQ(standardisation_of(X), (Standardisation{0.1f, 0}));
}

TEST(Ink, IsDarkWhereMostPixelsAreBright) {
  Matrix X = {{0, 0, 1}, {0, 0.25f, 0}};
  EXPECT_FALSE(ink_is_dark(X));
  invert(X);
  EXPECT_TRUE(ink_is_dark(X));
  EXPECT_EQ(X(0, 2), 0);
  EXPECT_EQ(X(1, 1), 0.75f);
}

// ---- Evaluation -------------------------------------------------------------

Matrix three_guesses() {  // of three classes, for the labels 0, 1, 2, 0
  return {{0.9f, 0.1f, 0.6f, 0.2f},
          {0.1f, 0.8f, 0.3f, 0.1f},
          {0.0f, 0.1f, 0.1f, 0.7f}};
}

TEST(Evaluation, CountsTheShareOfRightGuesses) {
  EXPECT_EQ(accuracy(three_guesses(), Labels{0, 1, 2, 0}), 0.5);
  EXPECT_EQ(accuracy(three_guesses(), Labels{0, 1, 0, 2}), 1.0);
}

TEST(Evaluation, ConfusesByRowShownAndColumnGuessed) {
  const arma::umat C = confusion_matrix(three_guesses(), Labels{0, 1, 2, 0});
  EXPECT_EQ(C(0, 0), 1u);
  EXPECT_EQ(C(0, 2), 1u);
  EXPECT_EQ(C(1, 1), 1u);
  EXPECT_EQ(C(2, 0), 1u);
  EXPECT_EQ(arma::accu(C), 4u);
}

TEST(Evaluation, PutsTheSurestMisreadFirst) {
  const auto worst = worst_misreads(three_guesses(), Labels{0, 1, 2, 0}, 5);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].image, 3u);
  EXPECT_EQ(worst[0].guess, 2);
  EXPECT_EQ(worst[1].image, 2u);
  EXPECT_EQ(worst_misreads(three_guesses(), Labels{0, 1, 2, 0}, 1).size(), 1u);
}

TEST(Evaluation, WantsOneLabelAColumn) {
  EXPECT_THROW(accuracy(three_guesses(), Labels{0}), std::invalid_argument);
  EXPECT_THROW(accuracy(Matrix(3, 0), Labels{}), std::invalid_argument);
}

TEST(Evaluation, PredictsTheSameInOnePieceAndInMany) {
  Rng rng(13);
  const Network network = he_network({16, 8, 10}, rng);
  const Dataset data = easy_data(2345);  // three chunks, the last one small
  const auto engine = make_engine("armadillo");
  const Matrix P = predict(*engine, network, data.images);
  ASSERT_EQ(P.n_cols, 2345u);
  for (const arma::uword j : {0u, 999u, 1000u, 2344u}) {
    const Matrix one = predict(*engine, network, data.images.col(j));
    EXPECT_TRUE(arma::approx_equal(Matrix(P.col(j)), one, "absdiff", 1e-6f));
  }
}

// ---- Files ------------------------------------------------------------------

class ModelFile : public ::testing::Test {
 protected:
  ModelFile() {
    std::filesystem::create_directory(folder);
    Rng rng(14);
    model = {he_network({12, 5, 10}, rng), {3, 4}};
  }
  ~ModelFile() override { std::filesystem::remove_all(folder); }

  void save() {
    AtomicFile file(path);
    save_model(file, model);
  }

  std::string load_error() {
    try {
      load_model(path);
    } catch (const InputError& e) {
      return std::string(e.what()).substr(path.size());
    }
    return "nothing was thrown";
  }

  const std::string folder = (std::filesystem::temp_directory_path() /
                              ("model_file_test." + std::to_string(::getpid())))
                                 .string();
  const std::string path = folder + "/m.safetensors";
  Model model;
};

TEST_F(ModelFile, ComesBackBitForBit) {
  save();
  const Model back = load_model(path);
  EXPECT_EQ(digest(back.network), digest(model.network));
  EXPECT_EQ(back.image_size, (ImageSize{3, 4}));
  EXPECT_EQ(widths_of(back.network), (Widths{12, 5, 10}));
}

TEST_F(ModelFile, IsRefusedWithoutANetwork) {
  write_safetensors(path, {{}, {{"rows", "3"}, {"columns", "4"}}});
  EXPECT_EQ(load_error(), ": there is no W1 and b1: not a network");
}

TEST_F(ModelFile, IsRefusedWhenABiasIsMissing) {
  save();
  Safetensors file = read_safetensors(path);
  std::erase_if(file.tensors, [](const Tensor& t) { return t.name == "b2"; });
  write_safetensors(path, file);
  EXPECT_EQ(load_error(), ": there is W2 without b2");
}

TEST_F(ModelFile, IsRefusedWhenItHoldsMoreThanItsLayers) {
  Rng rng(19);
  model.network = he_network({12, 5, 5, 10}, rng);
  save();
  Safetensors file = read_safetensors(path);
  std::erase_if(file.tensors,
                [](const Tensor& t) { return t.name.ends_with('2'); });
  write_safetensors(path, file);
  EXPECT_EQ(load_error(),
            ": besides W1 to W1 and their biases it holds 2 other tensors: "
            "layers are numbered without a gap");
}

TEST_F(ModelFile, IsRefusedWithAbsurdlyManyLayers) {
  Rng rng(20);
  Widths widths(129, 1);
  widths.front() = 12;
  widths.back() = 10;
  model.network = he_network(widths, rng);
  save();
  EXPECT_EQ(load_model(path).network.layers.size(), 128u);
  Safetensors file;
  for (int i = 0; i < 257; ++i) {
    file.tensors.push_back({"b" + std::to_string(i), Matrix(1, 1), 1});
  }
  file.metadata = {{"rows", "3"}, {"columns", "4"}};
  write_safetensors(path, file);
  EXPECT_EQ(load_error(), ": holds 257 tensors: at most 128 layers are read");
}

TEST_F(ModelFile, IsRefusedWithALayerWithoutUnits) {
  const Matrix W1(0, 12), W2(10, 0), b1(0, 1), b2(10, 1);
  write_safetensors(path,
                    {{{"W1", W1}, {"b1", b1, 1}, {"W2", W2}, {"b2", b2, 1}},
                     {{"rows", "3"}, {"columns", "4"}}});
  EXPECT_EQ(load_error(), ": W1 (0 x 12) and b1 (0 x 1) do not fit");
}

TEST_F(ModelFile, IsRefusedWhenScoresMayBeInfinite) {
  // Twelve weights of 3e37 may add up to 3.6e38; a float ends at 3.4e38.
  model.network.layers.resize(1);
  model.network.layers[0] = {Matrix(10, 12), Vec<float>(10)};
  Matrix& W = model.network.layers[0].W;
  W.fill(-2e37f);
  save();
  EXPECT_EQ(load_model(path).network.layers.size(), 1u);
  W.row(4).fill(3e37f);
  save();
  EXPECT_EQ(load_error(),
            ": the weights are so large that scores may be infinite");
}

TEST_F(ModelFile, SaysInALineWhatMetadataOfAMegabyteSay) {
  save();
  Safetensors file = read_safetensors(path);
  file.metadata["rows"] = std::string(500'000, 'x') + "\n";
  write_safetensors(path, file);
  EXPECT_LT(load_error().size(), 120u);
  EXPECT_TRUE(load_error().starts_with(": 'rows' is 'xxxx")) << load_error();
}

TEST_F(ModelFile, IsRefusedWhenLayersDoNotFit) {
  Rng rng(15);
  model.network.layers[1] = he_network({6, 10}, rng).layers[0];
  save();
  EXPECT_EQ(load_error(), ": W2 (10 x 6) does not fit on W1 (5 x 12)");
}

TEST_F(ModelFile, IsRefusedWhenTheImagesDoNotFit) {
  model.image_size.width = 5;
  save();
  EXPECT_EQ(load_error(), ": images of 3 x 5 pixels do not fit W1 (5 x 12)");
}

TEST_F(ModelFile, KeepsItsStandardisationBitForBit) {
  model.standardisation = {0.1306604762f, 1.0f / 3};
  save();
  EXPECT_EQ(load_model(path).standardisation, model.standardisation);
}

TEST_F(ModelFile, DoesNotMentionAStandardisationThatChangesNothing) {
  save();
  EXPECT_EQ(read_safetensors(path).metadata.size(), 2u) << "rows, columns";
  EXPECT_EQ(load_model(path).standardisation, Standardisation{});
  EXPECT_FALSE(load_model(path).dark_ink);
}

TEST_F(ModelFile, RemembersDarkInkAndKnowsNoOther) {
  model.dark_ink = true;
  save();
  EXPECT_TRUE(load_model(path).dark_ink);
  Safetensors file = read_safetensors(path);
  file.metadata["ink"] = "red";
  write_safetensors(path, file);
  EXPECT_EQ(load_error(), ": 'ink' is 'red' and not 'dark'");
}

TEST_F(ModelFile, IsRefusedWithAStandardisationThatIsNone) {
  const auto error_with = [&](const std::string& mean,
                              const std::string& deviation) {
    save();
    Safetensors file = read_safetensors(path);
    if (!mean.empty()) file.metadata["mean"] = mean;
    file.metadata["deviation"] = deviation;
    write_safetensors(path, file);
    return load_error();
  };
  EXPECT_EQ(error_with("", "0.5"),
            ": the metadata do not say 'mean', so this was not written by "
            "--save");
  EXPECT_EQ(error_with("0.5", "0"), ": 'deviation' is not above 0");
  EXPECT_EQ(error_with("0.5", "-1"), ": 'deviation' is not above 0");
  EXPECT_EQ(error_with("nan", "1"), ": 'mean' is 'nan' and not a number");
  EXPECT_EQ(error_with("0.5", "1x"), ": 'deviation' is '1x' and not a number");
  EXPECT_EQ(error_with("0.5", ""), ": 'deviation' is '' and not a number");
  EXPECT_EQ(error_with("0.5", "1e-38"),
            ": the weights are so large that scores may be infinite");
}

TEST_F(ModelFile, IsRefusedWithoutTheSizeOfTheImages) {
  save();
  Safetensors file = read_safetensors(path);
  file.metadata.erase("rows");
  write_safetensors(path, file);
  EXPECT_EQ(load_error(),
            ": the metadata do not say 'rows', so this was not written by "
            "--save");
}

TEST_F(ModelFile, IsRefusedForAnotherNumberOfClasses) {
  Rng rng(16);
  model.network = he_network({12, 7}, rng);
  save();
  EXPECT_EQ(load_error(),
            ": the last layer gives 7 scores; ten digits need 10");
}

// ---- Settings ---------------------------------------------------------------

Settings settings_for(std::vector<std::string> arguments) {
  CommandLine line("chapter03", std::move(arguments));
  return read_settings(line);
}

TEST(ChapterSettings, ComeFromTheRecipe) {
  const Settings s = settings_for({"--recipe", "writeup"});
  EXPECT_EQ(s.common.epochs, 100u);
  EXPECT_EQ(s.training.batch, 60000u);
  EXPECT_EQ(s.initialisation, "uniform");
}

TEST(ChapterSettings, GivenByTheUserWinOverTheRecipe) {
  const Settings s =
      settings_for({"--recipe", "best", "--epochs", "2", "--hidden", "64,32"});
  EXPECT_EQ(s.common.epochs, 2u);
  EXPECT_EQ(s.common.hidden, (Widths{64, 32}));
  EXPECT_EQ(s.training.rate, recipe_named("best").training.rate);
}

// Why these options are refused; empty if they are not.
std::string refusal(const std::vector<std::string>& arguments) {
  try {
    settings_for(arguments);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

TEST(ChapterSettings, ThatMakeNoSenseTogetherAreRefused) {
  const std::string load = "--load", predict = "--predict";
  EXPECT_TRUE(refusal({predict, "d.png"}).starts_with("--predict needs a "));
  for (const char* option : {"--save", "--csv", "--data"}) {
    EXPECT_EQ(refusal({load, "m", predict, "d.png", option, "x"}),
              std::string(option) + " has no use with --predict: leave it out");
  }
  for (const char* option : {"--seed", "--batch", "--rate", "--decay"}) {
    EXPECT_EQ(refusal({load, "m", option, "1"}),
              std::string(option) +
                  " has no use with --load, unless it trains "
                  "on: give --epochs too");
    EXPECT_EQ(refusal({load, "m", option, "1", "--epochs", "2"}), "");
  }
  EXPECT_TRUE(refusal({load, "m", "--standardise", "--epochs", "2"})
                  .starts_with("--standardise is for a new network"));
  EXPECT_NE(refusal({load, "m", "--hidden", "5", "--epochs", "2"}), "");
  EXPECT_NE(refusal({load, "m", "--save", "n"}), "");
  EXPECT_NE(refusal({"--break", "rate", "--save", "n"}), "");
}

TEST(ChapterSettings, ThatMakeSenseTogetherAreTaken) {
  EXPECT_EQ(refusal({"--load", "m", "--predict", "d.png", "--engine", "naive"}),
            "");
  EXPECT_EQ(refusal({"--load", "m", "--data", "d", "--limit", "60",
                     "--validate", "--quiet"}),
            "");
  EXPECT_EQ(refusal({"--load", "m", "--epochs", "1", "--recipe", "best",
                     "--save", "m", "--csv", "c"}),
            "");
}

TEST(ChapterSettings, LoadedTrainOnOnlyWhenEpochsAreGiven) {
  EXPECT_TRUE(settings_for({}).train);
  EXPECT_FALSE(settings_for({"--load", "m"}).train);
  EXPECT_TRUE(settings_for({"--load", "m", "--epochs", "1"}).train);
}

// ---- Faults and their diagnosis ---------------------------------------------

// Trains briefly with one fault and returns the diagnosis.
std::vector<std::string> diagnosis_after(const std::string& fault) {
  Data data = digits();
  data.train = slice(data.train, 0, 6000);
  Rng rng(17);
  Network network = he_network({784, 32, 10}, rng);
  TrainingOptions options;
  if (!fault.empty()) {
    break_data(fault, data.train, rng);
    break_options(fault, options);
    break_network(fault, network);
  }
  const auto engine = make_engine("armadillo");
  Measurements m;
  try {
    Trainer trainer(*engine, network, options, rng);
    for (int e = 0; e < 2; ++e) m.losses.push_back(trainer.epoch(data.train));
    m.steps = trainer.steps();
  } catch (const Diverged& d) {
    m.diverged = d.what();
  }
  measure_data(data.train, options.batch, options.shuffle, m);
  measure_network(*engine, network, data.train, m);
  return diagnose(m);
}

struct Expected {
  const char* fault;
  const char* word;
};

class Diagnosis : public ::testing::TestWithParam<Expected> {};

TEST_P(Diagnosis, NamesTheFaultFromWhatIsMeasured) {
  const auto& [fault, word] = GetParam();
  const std::vector<std::string> found = diagnosis_after(fault);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find(word), std::string::npos) << found[0];
}

INSTANTIATE_TEST_SUITE_P(
    Training, Diagnosis,
    ::testing::Values(Expected{"normalising", "inputs range over 0..255"},
                      Expected{"rate", "the loss became NaN at step"},
                      Expected{"init", "of the hidden units equal another"},
                      Expected{"shuffling", "shuffle the images"},
                      Expected{"labels", "the loss stays at ln 10"}),
    [](const auto& parameter) { return std::string(parameter.param.fault); });

TEST(Diagnosis, FindsNothingInAHealthyRun) {
  EXPECT_EQ(diagnosis_after(""), std::vector<std::string>{});
}

// The share of test images read by a network that was trained on few images
// with inverted ink, and its diagnosis.
std::pair<double, std::string> trained_on_inverted_ink(bool standardise) {
  Data data = digits();
  data.train = slice(data.train, 0, 2000);
  for (Matrix* X : {&data.train.images, &data.test.images}) *X = 1 - *X;
  if (standardise) {
    const Standardisation s = standardisation_of(data.train.images);
    s.apply(data.train.images);
    s.apply(data.test.images);
  }
  Rng rng(1);
  Network network = he_network({784, 32, 10}, rng);
  const auto engine = make_engine("armadillo");
  Trainer trainer(*engine, network, {}, rng);
  Measurements m;
  for (int e = 0; e < 2; ++e) m.losses.push_back(trainer.epoch(data.train));
  m.steps = trainer.steps();
  measure_data(data.train, 32, true, m);
  measure_network(*engine, network, data.train, m);
  const std::vector<std::string> found = diagnose(m);
  return {
      accuracy(predict(*engine, network, data.test.images), data.test.labels),
      found.empty() ? "" : found.front()};
}

TEST(Diagnosis, NamesStandardisingWhereInvertedInkKillsUnitsAndItRescues) {
  const auto [dead, advice] = trained_on_inverted_ink(false);
  EXPECT_LT(dead, 0.5);
  EXPECT_NE(advice.find("is far from 0, so try --standardise"),
            std::string::npos)
      << advice;
  const auto [rescued, none] = trained_on_inverted_ink(true);
  EXPECT_GT(rescued, 0.8);
  EXPECT_EQ(none, "");
}

TEST(Diagnosis, NamesSilentUnitsWhenTheRateKillsThem) {
  Measurements m;
  m.largest_input = 1;
  m.silent_units = 0.9;
  m.losses = {2.31};
  ASSERT_EQ(diagnose(m).size(), 1u);
  EXPECT_NE(diagnose(m)[0].find("90% of the hidden units are 0"),
            std::string::npos);
}

TEST(Diagnosis, TellsStepsThatAreTooSmallFromLabelsThatDoNotMatch) {
  Measurements m;
  m.largest_input = 1;
  m.steps = 5625;
  m.losses = {2.4284, 2.3993, 2.3722};
  ASSERT_EQ(diagnose(m).size(), 1u);
  EXPECT_NE(diagnose(m)[0].find("raise --rate"), std::string::npos);
  m.losses = {2.3076, 2.3017, 2.2996};
  ASSERT_EQ(diagnose(m).size(), 1u);
  EXPECT_NE(diagnose(m)[0].find("they may not match"), std::string::npos);
}

// One epoch of a few wild steps may cost more than guessing, and end well.
TEST(Diagnosis, DoesNotTakeALossFarAboveGuessingForGuessing) {
  Measurements m;
  m.largest_input = 1;
  m.steps = 10;
  m.losses = {3.6941};
  ASSERT_EQ(diagnose(m).size(), 1u);
  EXPECT_EQ(diagnose(m)[0].find("they may not match"), std::string::npos);
  EXPECT_NE(diagnose(m)[0].find("worse than guessing"), std::string::npos);
  m.losses.push_back(0.5234);
  EXPECT_EQ(diagnose(m), std::vector<std::string>{});
}

// The first loss is that of the first weights: it tells nothing of training.
TEST(Diagnosis, DoesNotJudgeTheLossOfTheFirstSteps) {
  Measurements m;
  m.largest_input = 1;
  m.steps = 9;
  m.losses = {2.4};
  EXPECT_EQ(diagnose(m), std::vector<std::string>{});
  m.steps = 10;
  EXPECT_EQ(diagnose(m).size(), 1u);
  m.steps = 1;
  m.silent_units = 0.9;
  EXPECT_EQ(diagnose(m).size(), 1u);
}

TEST(Faults, HaveADescriptionEach) {
  std::set<std::string> descriptions;
  for (const std::string& name : fault_names()) {
    descriptions.insert(fault_description(name));
  }
  EXPECT_EQ(descriptions.size(), 5u);
  EXPECT_THROW(fault_description("gravity"), InputError);
}

// ---- Reports ----------------------------------------------------------------

TEST(Reports, DrawAsManyMisreadsAsAskedFor) {
  Dataset data = easy_data(4);
  data.labels = {0, 1, 2, 0};
  std::ostringstream out;
  draw_misreads(out, Terminal{}, data, three_guesses(), 1);
  EXPECT_NE(out.str().find("a 0, taken for 2"), std::string::npos);
  EXPECT_EQ(out.str().find("a 2, taken for 0"), std::string::npos);
}

TEST(Reports, ShowNoShareForADigitThatIsNotThere) {
  std::ostringstream out;
  print_confusion(out, Terminal{}, three_guesses(), Labels{0, 0, 0, 0});
  EXPECT_NE(out.str().find("50.0%"), std::string::npos);
  EXPECT_EQ(out.str().find("nan"), std::string::npos);
}

// ---- On digits --------------------------------------------------------------

double accuracy_of(const Recipe& recipe, std::size_t epochs,
                   std::uint64_t seed) {
  const Data& data = digits();
  Rng rng(seed);
  Network network = initial_network(
      recipe.initialisation, data.train.images.n_rows, recipe.hidden, rng);
  const auto engine = make_engine("armadillo");
  Trainer trainer(*engine, network, recipe.training, rng);
  for (std::size_t e = 0; e < epochs; ++e) trainer.epoch(data.train);
  return accuracy(predict(*engine, network, data.test.images),
                  data.test.labels);
}

TEST(OnDigits, TheDefaultRecipePasses97Point5) {
  const Recipe& recipe = recipe_named("default");
  const double right = accuracy_of(recipe, recipe.epochs, 1);
  // And the built-in digits must not be too easy.
  EXPECT_GE(right, digits().real ? 0.975 : 0.97);
  EXPECT_LE(right, 0.995);
}

TEST(OnDigits, TheWriteUpsRecipeIsOnItsWayAfterTwentyEpochs) {
  // 100 epochs give 83%; a fifth of them must be between guessing and that.
  const double right = accuracy_of(recipe_named("writeup"), 20, 1);
  EXPECT_GT(right, 0.5);
  EXPECT_LT(right, 0.83);
}

TEST(OnDigits, AThousandImagesAreNotEnough) {
  const Data& data = digits();
  const Dataset few = slice(data.train, 0, 1000);
  Rng rng(1);
  Network network = he_network({784, 128, 10}, rng);
  const auto engine = make_engine("armadillo");
  Trainer trainer(*engine, network, {}, rng);
  for (int e = 0; e < 20; ++e) trainer.epoch(few);
  const double right =
      accuracy(predict(*engine, network, data.test.images), data.test.labels);
  EXPECT_GT(right, 0.80);
  EXPECT_LT(right, 0.93);
}

}  // namespace
}  // namespace nn
