// Shards, ensembles, their combinations, and how they are drawn and written.
// The executors themselves are tested in test.cpp.

#include "04_work_balancing/ensemble/ensemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "01_matrix/operations.hpp"
#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/averages.hpp"
#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "04_work_balancing/program/report.hpp"
#include "04_work_balancing/program/votes.hpp"
#include "common/blas.hpp"
#include "common/error.hpp"
#include "common/files/trace.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/text.hpp"
#include "common/terminal/timeline.hpp"

namespace nn {
namespace {

// ---- Small data ------------------------------------------------------------

constexpr std::size_t kPixels = 16;

// Images of 4 x 4 that are easy to tell apart: digit d lights pixel d.
// The last pixel holds the image's number, to find it again.
Dataset small_data(std::size_t images) {
  Dataset data;
  data.image_size = {4, 4};
  data.images.set_size(kPixels, images);
  Rng rng(7);
  for (std::size_t i = 0; i < images; ++i) {
    const std::size_t digit = i * kClasses / images;  // sorted by label
    for (std::size_t p = 0; p < kPixels; ++p) {
      data.images(p, i) = static_cast<float>(0.2 * rng.uniform());
    }
    data.images(digit, i) = 1.0f;
    data.images(kPixels - 1, i) =
        static_cast<float>(i) / static_cast<float>(images);
    data.labels.push_back(static_cast<std::uint8_t>(digit));
  }
  return data;
}

EnsembleOptions small_options() {
  EnsembleOptions options;
  options.hidden = {8};
  options.training.batch = 4;
  options.epochs = 3;
  options.seed = 5;
  return options;
}

std::vector<Shard> small_shards(std::size_t count, double skew = 0) {
  return cut_into_shards(200, {.count = count, .skew = skew, .seed = 3});
}

class Ensembles : public ::testing::Test {
 protected:
  Ensembles() { use_one_blas_thread(); }
  ~Ensembles() override { clear_interrupt(); }

  EnsemblePlan plan(std::span<const Shard> shards,
                    const EnsembleOptions& options = small_options()) const {
    return {*engine, data, shards, options};
  }

  std::unique_ptr<Engine> engine = make_engine("armadillo");
  Dataset data = small_data(200);
  SerialExecutor serial;
};

// ---- Shards ----------------------------------------------------------------

TEST(Shards, AreEvenWithoutSkew) {
  EXPECT_EQ(shard_sizes(60000, 60, 0), std::vector<std::size_t>(60, 1000));
}

TEST(Shards, DifferByOneIfTheyCannotBeEven) {
  const auto sizes = shard_sizes(100, 7, 0);
  EXPECT_EQ(sizes.front(), 15u);
  EXPECT_EQ(sizes.back(), 14u);
}

TEST(Shards, FollowZipfsLaw) {
  const auto sizes = shard_sizes(1000000, 50, 1);
  const auto largest = static_cast<double>(sizes[0]);
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    const double expected = largest / static_cast<double>(k + 1);
    EXPECT_NEAR(static_cast<double>(sizes[k]), expected, 3) << "shard " << k;
  }
}

TEST(Shards, AddUpAndHaveAnImageEachHoweverSkewed) {
  for (const double skew : {0.0, 0.3, 1.0, 2.0, 5.0}) {
    for (const std::size_t count : {1u, 2u, 7u, 60u, 99u, 100u}) {
      const auto sizes = shard_sizes(100, count, skew);
      EXPECT_EQ(sizes.size(), count);
      EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), 0u), 100u);
      EXPECT_GE(sizes.back(), 1u) << "skew " << skew;
    }
  }
}

TEST(Shards, AreRefusedIfThereAreTooFewImages) {
  EXPECT_THROW(shard_sizes(59, 60, 0), InputError);
  EXPECT_THROW(shard_sizes(60, 0, 0), InputError);
}

TEST(Shards, HoldEveryImageOnce) {
  Shard found;
  for (const Shard& shard : cut_into_shards(200, {.count = 7, .skew = 1})) {
    found.insert(found.end(), shard.begin(), shard.end());
  }
  std::ranges::sort(found);
  EXPECT_EQ(found, indices_below(200));
}

TEST(Shards, LookLikeTheWholeEvenIfTheDataAreSorted) {
  const Dataset data = small_data(2000);
  for (const Shard& shard : cut_into_shards(data.size(), {.count = 10})) {
    std::set<std::uint8_t> digits;
    for (const std::size_t image : shard) digits.insert(data.labels[image]);
    EXPECT_EQ(digits.size(), kClasses);
  }
}

TEST(Shards, DependOnTheSeedAlone) {
  const auto shards = [&](std::uint64_t seed) {
    return cut_into_shards(200, {.count = 3, .seed = seed});
  };
  EXPECT_EQ(shards(1), shards(1));
  EXPECT_NE(shards(1)[0], shards(2)[0]);
}

TEST(Shards, AreSubmittedInTheOrderAskedFor) {
  const auto shards = small_shards(9, 1);
  const auto sizes = [&](ShardOrder order) {
    std::vector<std::size_t> result;
    for (const std::size_t k : submission_order(shards, order)) {
      result.push_back(shards[k].size());
    }
    return result;
  };
  const auto up = sizes(ShardOrder::ascending);
  const auto down = sizes(ShardOrder::descending);
  EXPECT_TRUE(std::is_sorted(up.begin(), up.end()));
  EXPECT_TRUE(std::is_sorted(down.rbegin(), down.rend()));
  EXPECT_FALSE(std::is_sorted(sizes(ShardOrder::shuffled).begin(),
                              sizes(ShardOrder::shuffled).end()));
}

TEST(Shards, OfOneSizeKeepTheOrderOfTheirNumbers) {
  const auto shards = small_shards(5);
  const std::vector<std::size_t> numbers = {0, 1, 2, 3, 4};
  EXPECT_EQ(submission_order(shards, ShardOrder::ascending), numbers);
  EXPECT_EQ(submission_order(shards, ShardOrder::descending), numbers);
}

// ---- Training --------------------------------------------------------------

TEST_F(Ensembles, AreTheSameBitForBitOnEveryExecutor) {
  const auto shards = small_shards(13, 1);
  EnsemblePlan ours = plan(shards);
  const auto expected = digest(train_ensemble(serial, ours).networks);
  ours.order = ShardOrder::ascending;
  for (const std::size_t threads : {1u, 2u, 3u, 4u, 7u, 13u}) {
    StaticExecutor dealt(threads);
    WorkBalancingPool pool(threads);
    for (Executor* executor :
         {static_cast<Executor*>(&dealt), static_cast<Executor*>(&pool)}) {
      const auto outside = train_ensemble(*executor, ours);
      EXPECT_EQ(digest(outside.networks), expected) << threads << " threads";
      const auto inside = train_from_inside(*executor, ours);
      EXPECT_EQ(digest(inside.networks), expected) << threads << " threads";
    }
  }
}

TEST_F(Ensembles, HaveModelsThatDoNotDependOnEachOther) {
  const auto shards = small_shards(6);
  const auto run = train_ensemble(serial, plan(shards));
  for (std::size_t k = 0; k < shards.size(); ++k) {
    const Network alone = train_model(plan(shards), k, shards[k]);
    EXPECT_EQ(digest(alone), digest(run.networks[k])) << "model " << k;
  }
}

TEST_F(Ensembles, StartAlikeOnlyIfAskedTo) {
  EnsembleOptions untrained = small_options();
  untrained.epochs = 0;
  const auto shards = small_shards(3);
  const auto different =
      train_ensemble(serial, plan(shards, untrained)).networks;
  untrained.start_weights = StartWeights::same;
  const auto same = train_ensemble(serial, plan(shards, untrained)).networks;
  EXPECT_NE(digest(different[1]), digest(different[2]));
  EXPECT_EQ(digest(same[1]), digest(same[2]));
  EXPECT_EQ(digest(same[1]), digest(different[0]));
}

TEST_F(Ensembles, ChangeWithTheSeed) {
  const auto shards = small_shards(3);
  EnsembleOptions options = small_options();
  const auto models = [&] {
    return digest(train_ensemble(serial, plan(shards, options)).networks);
  };
  const auto before = models();
  ++options.seed;
  EXPECT_NE(models(), before);
}

// Model k draws from stream k of the seed: with seed + k instead, the models
// of neighbouring seeds would be the same ones.
TEST_F(Ensembles, OfNeighbouringSeedsHaveNoModelInCommon) {
  const auto shards = small_shards(4);
  EnsembleOptions options = small_options();
  std::set<std::uint64_t> digests;
  for (std::size_t k = 0; k < 4; ++k) {
    for (options.seed = 10; options.seed < 14; ++options.seed) {
      digests.insert(digest(train_model(plan(shards, options), k, shards[0])));
    }
  }
  EXPECT_EQ(digests.size(), 16U);
}

TEST_F(Ensembles, NameTheModelThatDiverges) {
  const auto shards = small_shards(6);
  for (const std::size_t image : shards[4]) {
    data.images.col(image).fill(std::numeric_limits<float>::max());
  }
  WorkBalancingPool pool(3);
  try {
    train_ensemble(pool, plan(shards));
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("model 4"), std::string::npos)
        << error.what();
  }
}

TEST_F(Ensembles, StopBetweenTwoBatchesWhenInterrupted) {
  std::signal(SIGINT, SIG_DFL);  // it may be ignored, as under nohup
  catch_interrupts();
  std::size_t epochs = 0;
  const auto shards = small_shards(4);
  EnsemblePlan ours = plan(shards);
  ours.hook = [&](std::size_t, std::size_t, double) {
    if (++epochs == 1) std::raise(SIGINT);
  };
  EXPECT_THROW(train_ensemble(serial, ours), Interrupted);
  EXPECT_EQ(epochs, 1u);
}

TEST_F(Ensembles, InterruptBareThreadsToo) {
  std::signal(SIGINT, SIG_DFL);  // it may be ignored, as under nohup
  catch_interrupts();
  std::raise(SIGINT);
  const auto shards = small_shards(4);
  EXPECT_THROW(time_bare_threads(plan(shards), 2), Interrupted);
}

TEST_F(Ensembles, TellOfEveryEpoch) {
  std::atomic<std::size_t> calls = 0;
  WorkBalancingPool pool(2);
  const auto shards = small_shards(4);
  EnsemblePlan ours = plan(shards);
  ours.hook = [&](std::size_t model, std::size_t epoch, double loss) {
    ++calls;
    EXPECT_LT(model, 4u);
    EXPECT_TRUE(epoch >= 1 && epoch <= 3);
    EXPECT_GT(loss, 0);
  };
  train_ensemble(pool, ours);
  EXPECT_EQ(calls, 12u);
}

TEST_F(Ensembles, SayWhoTrainedWhat) {
  WorkBalancingPool pool(3);
  const auto shards = small_shards(10);
  train_ensemble(pool, plan(shards));
  const EnsembleRun run = train_ensemble(pool, plan(shards));
  EXPECT_EQ(sum(run.counters).tasks_run, 10u);  // of this run alone
  ASSERT_EQ(run.spans.size(), 10u);
  for (std::size_t k = 0; k < 10; ++k) {
    EXPECT_EQ(run.spans[k].task, k);
    EXPECT_LT(run.spans[k].worker, 3u);
    EXPECT_GE(run.spans[k].start, 0);
    EXPECT_LE(run.spans[k].start, run.spans[k].end);
    EXPECT_LE(run.spans[k].end, run.seconds);
  }
}

TEST_F(Ensembles, MayHaveFewerModelsThanWorkers) {
  WorkBalancingPool pool(7);
  const auto shards = small_shards(2);
  EXPECT_EQ(digest(train_ensemble(pool, plan(shards)).networks),
            digest(train_ensemble(serial, plan(shards)).networks));
}

TEST(Digests, TellOrderAndFailLoudly) {
  Rng rng(1);
  const Network a = he_network({4, 3, 2}, rng);
  const Network b = he_network({4, 3, 2}, rng);
  const std::vector<Network> ab = {a, b};
  const std::vector<Network> ba = {b, a};
  EXPECT_NE(digest(ab), digest(ba));
  EXPECT_NO_THROW(require_equal_digests(1, 1, "static"));
  EXPECT_THROW(require_equal_digests(1, 2, "static"), std::runtime_error);
}

// ---- Combinations ----------------------------------------------------------

TEST_F(Ensembles, AverageOfWeightsIsTheMean) {
  Rng rng(1);
  std::vector<Network> networks;
  for (int k = 0; k < 5; ++k) networks.push_back(he_network({6, 4, 3}, rng));
  const Network average = average_weights(serial, networks);
  for (std::size_t l = 0; l < 2; ++l) {
    for (std::size_t i = 0; i < average.layers[l].W.n_elem; ++i) {
      double sum = 0;
      for (const Network& network : networks) {
        sum += static_cast<double>(network.layers[l].W(i));
      }
      EXPECT_NEAR(average.layers[l].W(i), sum / 5, 1e-6);
    }
  }
}

TEST_F(Ensembles, CombineBitForBitOnEveryExecutor) {
  const auto shards = small_shards(11);
  const auto networks = train_ensemble(serial, plan(shards)).networks;
  const Dataset test = small_data(100);
  const auto weights = digest(average_weights(serial, networks));
  const auto P = predict_all(serial, *engine, networks, test.images);
  const Matrix mean = average_predictions(serial, P);
  const Matrix votes = count_votes(serial, P);
  const auto best = best_single(serial, plan(shards), networks);
  for (const std::size_t threads : {1u, 2u, 4u, 13u}) {
    WorkBalancingPool pool(threads);
    EXPECT_EQ(digest(average_weights(pool, networks)), weights);
    const auto Q = predict_all(pool, *engine, networks, test.images);
    EXPECT_TRUE(arma::all(arma::vectorise(average_predictions(pool, Q)) ==
                          arma::vectorise(mean)));
    EXPECT_TRUE(arma::all(arma::vectorise(count_votes(pool, Q)) ==
                          arma::vectorise(votes)));
    EXPECT_EQ(best_single(pool, plan(shards), networks), best);
  }
}

TEST_F(Ensembles, CombinationOfNothingIsRefused) {
  EXPECT_THROW(average_weights(serial, {}), std::invalid_argument);
  EXPECT_THROW(average_predictions(serial, {}), std::invalid_argument);
  EXPECT_THROW(count_votes(serial, {}), std::invalid_argument);
  EXPECT_THROW(best_single(serial, plan({}), {}), std::invalid_argument);
}

// A model's prediction for one image, of two classes.
Matrix probabilities(float first, float second) {
  Matrix P(2, 1);
  P(0) = first;
  P(1) = second;
  return P;
}

// The class that the models elect.
std::size_t elected(const std::vector<Matrix>& P) {
  SerialExecutor serial;
  return majority_vote(count_votes(serial, P), average_predictions(serial, P))
      .index_max();
}

TEST_F(Ensembles, VoteGoesToTheMajorityAndNotToTheLoudest) {
  // Two models are hesitantly for 0, one is quite sure of 1.
  const Matrix hesitant = probabilities(0.51f, 0.49f);
  const Matrix sure = probabilities(0.0f, 1.0f);
  const std::vector<Matrix> P = {hesitant, sure, hesitant};
  EXPECT_EQ(elected(P), 0u);
  EXPECT_EQ(average_predictions(serial, P).index_max(), 1u);
}

TEST_F(Ensembles, TiedVoteGoesToTheLikelierClass) {
  const std::vector<Matrix> P = {probabilities(0.6f, 0.4f),
                                 probabilities(0.1f, 0.9f)};
  EXPECT_EQ(elected(P), 1u);
}

TEST_F(Ensembles, TiedVoteOfEqualProbabilityGoesToTheSmallerDigit) {
  const std::vector<Matrix> P = {probabilities(0.25f, 0.75f),
                                 probabilities(0.75f, 0.25f)};
  EXPECT_EQ(elected(P), 0u);
}

TEST_F(Ensembles, BestSingleIsChosenOnImagesItHasNotSeen) {
  // The same good model twice; the labels of shard 1 are wrong. So model 0
  // fails on the shard that it is tried on, and would shine on its own.
  const auto shards = small_shards(2);
  EnsembleOptions options = small_options();
  options.epochs = 30;
  const Network good = train_model(plan(shards, options), 0, shards[0]);
  for (const std::size_t image : shards[1]) {
    std::uint8_t& label = data.labels[image];
    label = static_cast<std::uint8_t>((label + 1) % kClasses);
  }
  const std::vector<Network> networks = {good, good};
  EXPECT_EQ(best_single(serial, plan(shards), networks), 1u);
}

TEST_F(Ensembles, AllWaysToCombineAreRight) {
  const auto shards = small_shards(4);
  EnsembleOptions options = small_options();
  options.epochs = 30;
  options.start_weights = StartWeights::same;
  const auto networks = train_ensemble(serial, plan(shards, options)).networks;
  const Dataset test = small_data(100);
  const Combinations all = combine(serial, plan(shards), networks, test);
  double sum = 0;
  for (const Network& network : networks) {
    sum += accuracy(predict(*engine, network, test.images), test.labels);
  }
  EXPECT_NEAR(all.mean_single, sum / 4, 1e-12);
  ASSERT_EQ(all.singles.size(), 4u);
  EXPECT_NEAR(std::accumulate(all.singles.begin(), all.singles.end(), 0.0), sum,
              1e-12);
  for (const double right : {all.best_single, all.weights.accuracy,
                             all.predictions.accuracy, all.vote.accuracy}) {
    EXPECT_GT(right, 0.9);
  }
  EXPECT_EQ(
      all.weights.accuracy,
      accuracy(predict(*engine, average_weights(serial, networks), test.images),
               test.labels));
}

// ---- Averages of some ------------------------------------------------------

TEST(Averages, AreTriedForAFewNumbersAndForAll) {
  EXPECT_EQ(average_sizes(60),
            (std::vector<std::size_t>{1, 2, 3, 5, 10, 20, 60}));
  EXPECT_EQ(average_sizes(1), (std::vector<std::size_t>{1}));
  EXPECT_EQ(average_sizes(4), (std::vector<std::size_t>{1, 2, 3, 4}));
}

TEST_F(Ensembles, AveragesOfGroupsAreThoseOfTheirNetworks) {
  const auto shards = small_shards(5);
  const auto networks = train_ensemble(serial, plan(shards)).networks;
  const Dataset test = small_data(100);
  const auto quality =
      average_groups({serial, *engine, test, data.images}, networks);
  ASSERT_EQ(quality.size(), 4u);  // of 1, 2, 3 and 5
  const auto right = [&](std::size_t first, std::size_t count) {
    const Network average =
        average_weights(serial, std::span(networks).subspan(first, count));
    return accuracy(predict(*engine, average, test.images), test.labels);
  };
  EXPECT_EQ(quality[1].networks, 2u);
  EXPECT_EQ(quality[1].lowest, std::min(right(0, 2), right(2, 2)));
  EXPECT_EQ(quality[1].highest, std::max(right(0, 2), right(2, 2)));
  EXPECT_NEAR(quality[1].mean.accuracy, (right(0, 2) + right(2, 2)) / 2, 1e-12);
  EXPECT_EQ(quality[2].lowest, quality[2].highest) << "three go into five once";
  EXPECT_EQ(quality[3].mean.accuracy, right(0, 5));
}

TEST_F(Ensembles, AConstantThatDrownsTheImageIsSubtracted) {
  EnsembleOptions options = small_options();
  options.epochs = 30;
  const auto shards = small_shards(1);
  auto networks = train_ensemble(serial, plan(shards, options)).networks;
  const AverageTrial trial = {serial, *engine, data, data.images};
  const AverageScores before = average_groups(trial, networks)[0].mean;
  EXPECT_EQ(before.longer, before.accuracy) << "one is as long as it was";
  networks[0].layers.back().b(3) += 1000;
  const AverageScores after = average_groups(trial, networks)[0].mean;
  EXPECT_LT(after.accuracy, 0.2) << "always a 3";
  EXPECT_GT(after.without, 0.8);
  EXPECT_GT(after.constants, 100);
  EXPECT_NEAR(after.image, before.image, 0.01 * before.image);
}

TEST_F(Ensembles, ATwinComputesTheSameAndIsAnother) {
  Rng rng(1);
  const Network network = he_network({kPixels, 9, 7, kClasses}, rng);
  const Network twin = shuffled_twin(network, rng);
  EXPECT_NE(digest(twin), digest(network));
  EXPECT_TRUE(arma::approx_equal(predict(*engine, twin, data.images),
                                 predict(*engine, network, data.images),
                                 "absdiff", 1e-5f));
}

TEST_F(Ensembles, TheAverageOfTwinsIsShorterThanTheirNetwork) {
  const auto shards = small_shards(5);
  const auto networks = train_ensemble(serial, plan(shards)).networks;
  const AverageTrial trial = {serial, *engine, data, data.images};
  const auto quality = average_twins(trial, networks, 1);
  const auto alone = average_groups(trial, networks);
  EXPECT_NEAR(quality[0].mean.norm, alone[0].mean.norm, 1e-5) << "one twin";
  EXPECT_LT(quality[3].mean.norm, 0.8 * alone[0].mean.norm) << "five of them";
  EXPECT_EQ(quality.back().networks, 0u) << "and of endlessly many";
  EXPECT_LT(quality.back().mean.norm, quality[3].mean.norm);
}

TEST_F(Ensembles, ManyTwinsComeNearToTheirMean) {
  Rng rng(1);
  const Network network = he_network({6, 5, 4, 3}, rng);
  const Network mean = mean_of_all_twins(network);
  std::vector<Network> twins;
  while (twins.size() < 4000) twins.push_back(shuffled_twin(network, rng));
  const Network average = average_weights(serial, twins);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_TRUE(arma::approx_equal(average.layers[l].W, mean.layers[l].W,
                                   "absdiff", 0.05f));
    EXPECT_TRUE(arma::approx_equal(average.layers[l].b, mean.layers[l].b,
                                   "absdiff", 0.05f));
  }
}

// ---- The votes on one image ------------------------------------------------

// Each model's guesses, a digit an image, as if it were sure of them.
std::vector<Matrix> sure(const std::vector<std::vector<std::uint8_t>>& models) {
  std::vector<Matrix> P(models.size());
  for (std::size_t k = 0; k < models.size(); ++k) {
    one_hot(models[k], kClasses, P[k]);
  }
  return P;
}

// Five models vote on four images.
const std::vector<Matrix> kSure = sure(
    {{7, 1, 2, 3}, {7, 1, 2, 3}, {7, 1, 5, 3}, {7, 1, 6, 4}, {1, 8, 2, 4}});

// Their combinations, if the average of weights makes these guesses.
Combinations votes_with(std::vector<std::uint8_t> by_weights) {
  SerialExecutor serial;
  Combinations all;
  all.votes = count_votes(serial, kSure);
  all.predictions.guesses = {7, 1, 2, 3};
  all.vote.guesses = {7, 1, 2, 3};
  all.weights.guesses = std::move(by_weights);
  return all;
}

TEST(Votes, CountEachModelOnce) {
  const Matrix votes = votes_with({7, 1, 2, 3}).votes;
  for (std::size_t image = 0; image < 4; ++image) {
    EXPECT_EQ(arma::accu(votes.col(image)), 5);
  }
  EXPECT_EQ(votes(7, 0), 4);
  EXPECT_EQ(votes(1, 0), 1);
  EXPECT_EQ(votes(2, 2), 3);
}

TEST(Votes, AreShownForTheImageThatWinsWithTheFewest) {
  const std::vector<std::uint8_t> labels = {7, 1, 2, 3};
  EXPECT_EQ(most_disputed(votes_with(labels), labels), 2u)
      << "3 votes, as image 3 has, which comes later";
}

TEST(Votes, AreShownWherePredictionsSucceedAndWeightsFail) {
  const std::vector<std::uint8_t> labels = {7, 1, 2, 4};
  // The weights fail on images 1 and 3; but 3 is a 4, and nobody says so.
  EXPECT_EQ(most_disputed(votes_with({7, 0, 2, 0}), labels), 1u);
}

// The picture and the votes for the third image, and what is said of it.
std::string drawn_votes(const Terminal& terminal) {
  Dataset test;
  test.image_size = {4, 4};
  test.images.zeros(16, 4);
  test.images.col(2).fill(1);
  test.labels = {7, 1, 2, 3};
  AllCombinations results = {
      votes_with({7, 1, 9, 3}), votes_with({7, 1, 2, 3}), {{7, 1, 4, 3}}};
  std::ostringstream out;
  print_votes(out, terminal, test, results);
  return out.str();
}

TEST(Votes, StandBesideTheImage) {
  EXPECT_EQ(drawn_votes({.width = 40}),
            "Test image 2 shows a 2.\n"
            "\n"
            "@@@@    votes of 5 models\n"
            "@@@@\n"
            "        2     3  ######################\n"
            "        5     1  ########\n"
            "        6     1  ########\n"
            "\n"
            "guess of                   different starts  one start\n"
            "-------------------------  ----------------  ---------\n"
            "average of weights                        9          2\n"
            "average of predictions                    2          2\n"
            "majority vote                             2          2\n"
            "one network on all images                 4          -\n");
}

TEST(Votes, StandBelowTheImageWhereThereIsNoRoom) {
  EXPECT_NE(drawn_votes({.width = 20})
                .find("@@@@\n@@@@\n\nvotes of 5 models\n\n2     3  ########\n"),
            std::string::npos)
      << drawn_votes({.width = 20});
}

TEST(Votes, FitTheTerminal) {
  for (const bool utf8 : {false, true}) {
    for (const std::size_t width : {40u, 60u, 80u, 200u}) {
      const std::string drawn = drawn_votes({.utf8 = utf8, .width = width});
      std::istringstream lines(drawn.substr(0, drawn.find("guess of")));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LT(display_width(line), width);
      }
    }
  }
}

// ---- The picture -----------------------------------------------------------

std::string drawn(const Terminal& terminal, const std::vector<TaskSpan>& spans,
                  std::size_t workers, double seconds = 0) {
  std::ostringstream out;
  draw_timeline(out, terminal, spans, workers, seconds);
  return out.str();
}

const std::vector<TaskSpan> kSpans = {
    {0, 0, 0, 1}, {1, 1, 0, 2}, {2, 0, 1, 3}, {3, 1, 3, 4}};

TEST(Timeline, ShowsWhoRanWhatAndWhen) {
  EXPECT_EQ(drawn({.width = 31}, kSpans, 2),
            "worker 0  #####==========.....\n"
            "          0    2\n"
            "worker 1  ##########.....=====\n"
            "          1              3\n"
            "          0 s           4.00 s\n");
}

TEST(Timeline, HasTheScaleThatItIsGiven) {
  EXPECT_EQ(drawn({.width = 31}, kSpans, 1, 10),
            "worker 0  ##====..............\n"
            "          0 2\n"
            "          0 s           10.0 s\n");
}

TEST(Timeline, FitsTheTerminal) {
  std::vector<TaskSpan> spans;
  for (std::size_t k = 0; k < 500; ++k) {
    const auto start = static_cast<double>(k / 2);
    spans.push_back({k, k % 2, start, start + 0.9});
  }
  for (const std::size_t width : {40u, 80u, 120u, 300u}) {
    for (const bool utf8 : {false, true}) {
      std::istringstream lines(drawn({.utf8 = utf8, .width = width}, spans, 2));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LT(display_width(line), width);
      }
    }
  }
}

TEST(Timeline, HasNoEscapesWithoutColours) {
  const auto plain = drawn({.utf8 = true}, kSpans, 2);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  const auto colourful =
      drawn({.colours = Colours::basic, .utf8 = true}, kSpans, 2);
  EXPECT_NE(colourful.find('\x1b'), std::string::npos);
}

TEST(Timeline, SumsUpManyWorkers) {
  EXPECT_NE(drawn({}, kSpans, 100).find("and 84 more workers\n"),
            std::string::npos);
}

TEST(Timeline, OfNothingIsEmpty) {
  EXPECT_EQ(drawn({}, {}, 2), "");
}

// ---- The trace -------------------------------------------------------------

TEST(Trace, IsInChromesFormat) {
  const std::vector<TraceGroup> groups = {
      {"a \"pool\"", {{3, 1, 0.5, 2.25, 40}}, 2}};
  EXPECT_EQ(trace_json(groups),
            "{\"displayTimeUnit\":\"ms\",\"traceEvents\":["
            "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":0,"
            "\"args\":{\"name\":\"a \\\"pool\\\"\"}},"
            "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":0,"
            "\"args\":{\"name\":\"worker 0\"}},"
            "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":1,"
            "\"args\":{\"name\":\"worker 1\"}},"
            "{\"ph\":\"X\",\"cat\":\"training\",\"name\":\"model 3\",\"pid\":1,"
            "\"tid\":1,\"ts\":500000,\"dur\":1750000,"
            "\"args\":{\"images\":40}}"
            "]}\n");
}

// ---- Files -----------------------------------------------------------------

TEST(ResultFiles, HoldEveryCombination) {
  AllCombinations results;
  results.different.weights.accuracy = 0.09;
  results.same.weights.accuracy = 0.91;
  results.alone.accuracy = 0.975;
  results.same.singles = {0.5, 0.25};
  const std::string csv = combinations_csv(results);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 12 + 2);
  for (const char* line :
       {"combination,start,accuracy\n",
        "\"average of weights\",different,0.0900\n",
        "\"average of weights\",one,0.9100\n", "\"model 1\",one,0.2500\n",
        "\"one network on all images\",different,0.9750\n"}) {
    EXPECT_NE(csv.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace nn
