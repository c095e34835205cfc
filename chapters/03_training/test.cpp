// Training on problems whose answer is known, files that come back as they
// went, and every classic mistake found by its symptom.

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

#include "03_training/diagnosis.hpp"
#include "03_training/evaluation.hpp"
#include "03_training/mistake.hpp"
#include "03_training/model_file.hpp"
#include "03_training/recipe.hpp"
#include "03_training/report.hpp"
#include "03_training/settings.hpp"
#include "03_training/training.hpp"
#include "common/blas.hpp"
#include "common/error.hpp"
#include "common/safetensors.hpp"

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
  data.rows = 4;
  data.columns = 4;
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

TEST(Evaluation, PutsTheSurestMistakeFirst) {
  const auto worst = worst_mistakes(three_guesses(), Labels{0, 1, 2, 0}, 5);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].image, 3u);
  EXPECT_EQ(worst[0].guess, 2);
  EXPECT_EQ(worst[1].image, 2u);
  EXPECT_EQ(worst_mistakes(three_guesses(), Labels{0, 1, 2, 0}, 1).size(), 1u);
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
    model = {he_network({12, 5, 10}, rng), 3, 4};
  }
  ~ModelFile() override { std::filesystem::remove_all(folder); }

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
  save_model(path, model);
  const Model back = load_model(path);
  EXPECT_EQ(digest(back.network), digest(model.network));
  EXPECT_EQ(back.rows, 3u);
  EXPECT_EQ(back.columns, 4u);
  EXPECT_EQ(widths_of(back.network), (Widths{12, 5, 10}));
}

TEST_F(ModelFile, IsRefusedWithoutANetwork) {
  write_safetensors(path, {{}, {{"rows", "3"}, {"columns", "4"}}});
  EXPECT_EQ(load_error(), ": there is no W1 and b1: not a network");
}

TEST_F(ModelFile, IsRefusedWhenABiasIsMissing) {
  save_model(path, model);
  Safetensors file = read_safetensors(path);
  std::erase_if(file.tensors, [](const Tensor& t) { return t.name == "b2"; });
  write_safetensors(path, file);
  EXPECT_EQ(load_error(), ": there is W2 without b2");
}

TEST_F(ModelFile, IsRefusedWhenLayersDoNotFit) {
  Rng rng(15);
  model.network.layers[1] = he_network({6, 10}, rng).layers[0];
  save_model(path, model);
  EXPECT_EQ(load_error(), ": W2 (10 x 6) does not fit on W1 (5 x 12)");
}

TEST_F(ModelFile, IsRefusedWhenTheImagesDoNotFit) {
  model.columns = 5;
  save_model(path, model);
  EXPECT_EQ(load_error(), ": images of 3 x 5 pixels do not fit W1 (5 x 12)");
}

TEST_F(ModelFile, IsRefusedWithoutTheSizeOfTheImages) {
  save_model(path, model);
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
  save_model(path, model);
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
  EXPECT_EQ(s.common.epochs, 100);
  EXPECT_EQ(s.common.batch, 60000);
  EXPECT_EQ(s.start, "uniform");
}

TEST(ChapterSettings, GivenByTheUserWinOverTheRecipe) {
  const Settings s =
      settings_for({"--recipe", "best", "--epochs", "2", "--hidden", "64,32"});
  EXPECT_EQ(s.common.epochs, 2);
  EXPECT_EQ(s.common.hidden, (std::vector<int>{64, 32}));
  EXPECT_EQ(s.common.rate, recipe_named("best").rate);
}

TEST(ChapterSettings, ThatContradictEachOtherAreRefused) {
  EXPECT_THROW(settings_for({"--predict", "d.png"}), InputError);
  EXPECT_THROW(settings_for({"--load", "m", "--hidden", "5"}), InputError);
}

TEST(ChapterSettings, LoadedTrainOnOnlyWhenEpochsAreGiven) {
  EXPECT_TRUE(settings_for({}).train);
  EXPECT_FALSE(settings_for({"--load", "m"}).train);
  EXPECT_TRUE(settings_for({"--load", "m", "--epochs", "1"}).train);
}

// ---- Mistakes and their diagnosis -------------------------------------------

// Trains briefly with one mistake and returns the diagnosis.
std::vector<std::string> diagnosis_after(const std::string& mistake) {
  Data data = digits();
  data.train = slice(data.train, 0, 6000);
  Rng rng(17);
  Network network = he_network({784, 32, 10}, rng);
  TrainingOptions options;
  if (!mistake.empty()) {
    break_data(mistake, data.train, rng);
    break_options(mistake, options);
    break_network(mistake, network);
  }
  const auto engine = make_engine("armadillo");
  Measurements m;
  try {
    Trainer trainer(*engine, network, options, rng);
    for (int e = 0; e < 2; ++e) m.losses.push_back(trainer.epoch(data.train));
  } catch (const Diverged& d) {
    m.diverged = d.what();
  }
  measure_data(data.train, options.batch, options.shuffle, m);
  measure_network(*engine, network, data.train, m);
  return diagnose(m);
}

struct Expected {
  const char* mistake;
  const char* word;
};

class Diagnosis : public ::testing::TestWithParam<Expected> {};

TEST_P(Diagnosis, NamesTheMistakeFromWhatIsMeasured) {
  const auto& [mistake, word] = GetParam();
  const std::vector<std::string> found = diagnosis_after(mistake);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find(word), std::string::npos) << found[0];
}

INSTANTIATE_TEST_SUITE_P(
    Training, Diagnosis,
    ::testing::Values(Expected{"normalising", "inputs range over 0..255"},
                      Expected{"rate", "the loss became NaN at step"},
                      Expected{"init", "all hidden units are equal"},
                      Expected{"shuffling", "shuffle the images"},
                      Expected{"labels", "the loss stays at ln 10"}),
    [](const auto& parameter) { return std::string(parameter.param.mistake); });

TEST(Diagnosis, FindsNothingInAHealthyRun) {
  EXPECT_EQ(diagnosis_after(""), std::vector<std::string>{});
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

TEST(Mistakes, HaveADescriptionEach) {
  std::set<std::string> descriptions;
  for (const std::string& name : mistake_names()) {
    descriptions.insert(mistake_description(name));
  }
  EXPECT_EQ(descriptions.size(), 5u);
  EXPECT_THROW(mistake_description("gravity"), InputError);
}

// ---- Reports ----------------------------------------------------------------

TEST(Reports, DrawAsManyMistakesAsAskedFor) {
  Dataset data = easy_data(4);
  data.labels = {0, 1, 2, 0};
  std::ostringstream out;
  draw_mistakes(out, Terminal{}, data, three_guesses(), 1);
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

double accuracy_of(const Recipe& recipe, int epochs, std::uint64_t seed) {
  const Data& data = digits();
  Rng rng(seed);
  Network network =
      start_network(recipe.start, data.train.images.n_rows, recipe.hidden, rng);
  const auto engine = make_engine("armadillo");
  TrainingOptions options;
  options.batch = static_cast<std::size_t>(recipe.batch);
  options.rate = recipe.rate;
  options.decay = recipe.decay;
  Trainer trainer(*engine, network, options, rng);
  for (int e = 0; e < epochs; ++e) trainer.epoch(data.train);
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
