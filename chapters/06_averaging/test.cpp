#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <set>

#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/averages.hpp"
#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "06_averaging/aggregation.hpp"
#include "06_averaging/assignment.hpp"
#include "06_averaging/barrier.hpp"
#include "06_averaging/likeness.hpp"
#include "06_averaging/matching.hpp"
#include "06_averaging/program/verdict.hpp"
#include "06_averaging/rescaling.hpp"
#include "06_averaging/rounds.hpp"
#include "common/blas.hpp"
#include "common/digits/synthetic.hpp"
#include "common/error.hpp"

namespace {

using namespace nn;

using Order = std::vector<std::size_t>;

// Once, before all tests: products of tasks must not share threads of BLAS's.
const bool kOneBlasThread = [] {
  use_one_blas_thread();
  return true;
}();

Mat<double> random_gains(std::size_t n, Rng& rng, std::uint64_t below) {
  Mat<double> gain(n, n);
  for (double& g : gain) {
    g = below > 0 ? static_cast<double>(rng.below(below)) : rng.normal();
  }
  return gain;
}

// The most that any of the n! ways earns.
double most_of_all_ways(const Mat<double>& gain) {
  Order order = indices_below(gain.n_rows);
  double most = -std::numeric_limits<double>::infinity();
  do {
    most = std::max(most, total_gain(gain, order));
  } while (std::ranges::next_permutation(order).found);
  return most;
}

Network random_network(const Widths& widths, std::uint64_t seed) {
  Rng rng(seed);
  Network network = he_network(widths, rng);
  for (auto& layer : network.layers) {
    for (float& b : layer.b) b = static_cast<float>(rng.normal());
  }
  return network;
}

UnitOrders random_orders(const Network& network, Rng& rng) {
  UnitOrders orders;
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    orders.push_back(indices_below(network.layers[l].b.n_elem));
    rng.shuffle(std::span(orders.back()));
  }
  return orders;
}

double distance(const Network& a, const Network& b) {
  double sum = 0;
  for (std::size_t l = 0; l < a.layers.size(); ++l) {
    const Matrix dW = a.layers[l].W - b.layers[l].W;
    const Vec<float> db = a.layers[l].b - b.layers[l].b;
    sum += arma::accu(arma::square(arma::conv_to<Mat<double>>::from(dW)));
    sum += arma::accu(arma::square(arma::conv_to<Vec<double>>::from(db)));
  }
  return std::sqrt(sum);
}

// ---- Assignment ------------------------------------------------------------

TEST(Assignment, EarnsAsMuchAsTheBestOfAllWays) {
  Rng rng(1);
  for (std::size_t n = 1; n <= 7; ++n) {
    for (int trial = 0; trial < 20; ++trial) {
      const Mat<double> gain = random_gains(n, rng, 0);
      EXPECT_NEAR(total_gain(gain, best_assignment(gain)),
                  most_of_all_ways(gain), 1e-12);
    }
  }
}

TEST(Assignment, EarnsAsMuchWhereManyAreEqual) {
  Rng rng(2);
  for (int trial = 0; trial < 60; ++trial) {
    const Mat<double> gain = random_gains(6, rng, 3);
    EXPECT_EQ(total_gain(gain, best_assignment(gain)), most_of_all_ways(gain));
  }
}

TEST(Assignment, GivesEachWorkerAJobOfItsOwn) {
  Rng rng(3);
  for (const std::size_t n : {0u, 1u, 2u, 50u, 200u}) {
    Order jobs = best_assignment(random_gains(n, rng, 10));
    std::ranges::sort(jobs);
    EXPECT_EQ(jobs, indices_below(n));
  }
}

TEST(Assignment, OfEqualWaysTakesTheFirst) {
  EXPECT_EQ(best_assignment(Mat<double>(5, 5, arma::fill::zeros)),
            indices_below(5));
}

TEST(Assignment, SolvesTheExampleOfTheLesson) {
  const Mat<double> gain = {{7, 6, 1}, {6, 2, 1}, {5, 3, 1}};
  EXPECT_EQ(best_assignment(gain), (Order{1, 0, 2}));
  EXPECT_EQ(total_gain(gain, best_assignment(gain)), 13);
}

// Kuhn's own example, 1955: 1 where a worker can do a job.
TEST(Assignment, SolvesKuhnsExample) {
  const Mat<double> gain = {
      {8, 7, 9, 9}, {5, 2, 7, 8}, {6, 1, 4, 9}, {2, 3, 2, 6}};
  EXPECT_EQ(total_gain(gain, best_assignment(gain)), most_of_all_ways(gain));
}

TEST(Assignment, UndoesAnOrder) {
  Rng rng(4);
  Order order = indices_below(100);
  rng.shuffle(std::span(order));
  Mat<double> gain(100, 100, arma::fill::zeros);
  for (std::size_t i = 0; i < order.size(); ++i) gain(i, order[i]) = 1;
  EXPECT_EQ(best_assignment(gain), order);
}

TEST(Assignment, RefusesWhatIsNotSquareOrNotFinite) {
  EXPECT_THROW(best_assignment(Mat<double>(2, 3, arma::fill::zeros)),
               std::invalid_argument);
  Mat<double> gain(2, 2, arma::fill::zeros);
  gain(1, 0) = std::nan("");
  EXPECT_THROW(best_assignment(gain), std::invalid_argument);
  gain(1, 0) = -std::numeric_limits<double>::infinity();
  EXPECT_THROW(best_assignment(gain), std::invalid_argument);
}

// ---- Matching --------------------------------------------------------------

TEST(Matching, OfOneHiddenLayerIsTheNearestOfAllOrders) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Network a = random_network({3, 7, 4}, seed);
    const Network b = random_network({3, 7, 4}, 100 + seed);
    Rng rng(1);
    const Matched matched = match(a, b, rng);
    Order order = indices_below(7);
    double nearest = std::numeric_limits<double>::infinity();
    do {
      nearest = std::min(nearest, distance(a, reordered(b, {order})));
    } while (std::ranges::next_permutation(order).found);
    EXPECT_NEAR(distance(a, matched.network), nearest, 1e-5);
    EXPECT_EQ(matched.solved, 1U);
  }
}

TEST(Matching, FindsATwin) {
  Rng rng(1);
  for (const Widths& widths : {Widths{20, 30, 10}, Widths{20, 30, 25, 10},
                               Widths{20, 16, 30, 16, 10}}) {
    const Network network = random_network(widths, 7);
    const Network twin = reordered(network, random_orders(network, rng));
    ASSERT_NE(digest(twin), digest(network));
    const Matched matched = match(network, twin, rng);
    EXPECT_EQ(digest(matched.network), digest(network));
    EXPECT_TRUE(matched.moved);
  }
}

TEST(Matching, LeavesWhatMatchesAlready) {
  const Network network = random_network({20, 30, 25, 10}, 7);
  Rng rng(1);
  const Matched matched = match(network, network, rng);
  EXPECT_EQ(digest(matched.network), digest(network));
  EXPECT_FALSE(matched.moved);
}

TEST(Matching, ReordersWithoutChangingTheFunction) {
  Rng rng(1);
  const Network network = random_network({20, 30, 25, 10}, 7);
  const Network other = reordered(network, random_orders(network, rng));
  Matrix X(20, 50);
  for (float& x : X) x = static_cast<float>(rng.uniform());
  const auto engine = make_engine("armadillo");
  const Matrix P = predict(*engine, network, X);
  const Matrix Q = predict(*engine, other, X);
  EXPECT_LT(arma::abs(P - Q).max(), 1e-4f);
}

TEST(Matching, RefusesWhatIsNoOrderAndOtherWidths) {
  const Network network = random_network({4, 3, 2}, 1);
  EXPECT_THROW(reordered(network, {}), std::invalid_argument);
  EXPECT_THROW(reordered(network, {{0, 1}}), std::invalid_argument);
  EXPECT_THROW(reordered(network, {{0, 1, 1}}), std::invalid_argument);
  EXPECT_THROW(reordered(network, {{0, 1, 3}}), std::invalid_argument);
  Rng rng(1);
  EXPECT_THROW(match(network, random_network({4, 5, 2}, 1), rng),
               std::invalid_argument);
  EXPECT_THROW(likeness(network, random_network({4, 3, 3, 2}, 1), 0),
               std::invalid_argument);
}

TEST(Matching, OfManyTwinsFindsThemAll) {
  const Network network = random_network({20, 30, 10}, 7);
  Rng rng(1);
  std::vector<Network> twins = {network};
  while (twins.size() < 9) twins.push_back(shuffled_twin(network, rng));
  SerialExecutor executor;
  const MatchedNetworks matched = match_all(executor, twins, 10, 1);
  for (const Network& twin : matched.networks) {
    EXPECT_EQ(digest(twin), digest(network));
  }
  EXPECT_EQ(matched.passes, 2U);
  EXPECT_TRUE(matched.settled);
}

TEST(Matching, TellsTheHookOfEachPass) {
  std::vector<Network> networks;
  for (std::uint64_t k = 0; k < 5; ++k) {
    networks.push_back(random_network({20, 30, 10}, k));
  }
  SerialExecutor executor;
  std::vector<std::size_t> moved;
  std::uint64_t last = 0;
  const auto note = [&](const MatchPass& pass) {
    EXPECT_EQ(pass.number, moved.size() + 1);
    EXPECT_GT(pass.shortest, 0);
    EXPECT_GE(pass.longest, pass.shortest);
    moved.push_back(pass.moved);
    last = digest(pass.networks);
  };
  const MatchedNetworks all = match_all(executor, networks, 100, 1, note);
  EXPECT_EQ(moved.size(), all.passes);
  EXPECT_EQ(moved.front(), 4U) << "network 0 is the first reference";
  EXPECT_EQ(moved.back() == 0, all.settled);
  EXPECT_EQ(last, digest(all.networks));
}

TEST(Matching, IsTheSameOnEveryExecutor) {
  std::vector<Network> networks;
  for (std::uint64_t k = 0; k < 8; ++k) {
    networks.push_back(random_network({20, 30, 25, 10}, k));
  }
  SerialExecutor serial;
  WorkBalancingPool balancing(3);
  WorkStealingPool stealing(4);
  const auto result = digest(match_all(serial, networks, 3, 1).networks);
  EXPECT_EQ(digest(match_all(balancing, networks, 3, 1).networks), result);
  EXPECT_EQ(digest(match_all(stealing, networks, 3, 1).networks), result);
  EXPECT_NE(digest(networks), result);
}

TEST(Matching, OfOneNetworkIsItself) {
  const std::vector<Network> one = {random_network({20, 30, 10}, 7)};
  SerialExecutor executor;
  const MatchedNetworks matched = match_all(executor, one, 10, 1);
  EXPECT_EQ(digest(matched.networks.front()), digest(one.front()));
  EXPECT_TRUE(matched.settled);
  EXPECT_THROW(match_all(executor, {}, 10, 1), std::invalid_argument);
}

TEST(Matching, BringsTheNetworksNearerToEachOther) {
  std::vector<Network> networks;
  for (std::uint64_t k = 0; k < 6; ++k) {
    networks.push_back(random_network({20, 30, 10}, k));
  }
  SerialExecutor executor;
  const auto spread = [&](std::span<const Network> some) {
    const Network mean = average_weights(executor, some);
    double sum = 0;
    for (const Network& network : some) sum += distance(network, mean);
    return sum;
  };
  double last = spread(networks);
  match_all(executor, networks, 4, 1, [&](const MatchPass& pass) {
    const double now = spread(pass.networks);
    EXPECT_LT(now, last * 1.001);
    last = now;
  });
  EXPECT_LT(last, 0.95 * spread(networks));
}

// ---- The verdict -----------------------------------------------------------

std::vector<AverageRow> rows_with(double one, double all, double matched) {
  return {
      {.networks = 1, .different = one, .matched = one},
      {.networks = 60, .different = all, .twins = 0.177, .matched = matched}};
}

TEST(Verdict, BlamesTheIdeaWhereAnOrderBringsBackHalfOfTheLoss) {
  constexpr std::size_t kImages = 10000;
  EXPECT_EQ(culprit_of(rows_with(0.9, 0.1, 0.92), kImages), Culprit::idea);
  EXPECT_EQ(culprit_of(rows_with(0.9, 0.1, 0.51), kImages), Culprit::idea);
  EXPECT_EQ(culprit_of(rows_with(0.9, 0.1, 0.49), kImages), Culprit::unsure);
  // Code that averages wrongly ruins what is in one order, too.
  EXPECT_EQ(culprit_of(rows_with(0.9, 0.1, 0.1), kImages), Culprit::unsure);
  EXPECT_EQ(culprit_of(rows_with(0.9, 0.91, 0.92), kImages), Culprit::none);
}

// Two standard errors of 10,000 images are 1.4 points, of 200 they are 10.
TEST(Verdict, CountsOnlyWhatSoManyImagesCanTell) {
  const auto rows = rows_with(0.9, 0.85, 0.9);
  EXPECT_EQ(culprit_of(rows, 10000), Culprit::idea);
  EXPECT_EQ(culprit_of(rows, 200), Culprit::none);
  const auto little = rows_with(0.9, 0.88, 0.891);  // half, but of noise
  EXPECT_EQ(culprit_of(little, 10000), Culprit::unsure);
}

TEST(Verdict, SaysItWithItsNumbers) {
  EXPECT_EQ(verdict(rows_with(0.885, 0.089, 0.905), 10000),
            "The idea was wrong, not the code: 60 averaged have 8.9%, one of "
            "them 88.5%.\nWith their units in one order the same code gives "
            "90.5%; shuffled twins, 17.7%.\n");
  EXPECT_TRUE(verdict(rows_with(0.9, 0.1, 0.2), 10000)
                  .starts_with("Idea or code: this run cannot tell: 60 "));
  EXPECT_TRUE(verdict(rows_with(0.9, 0.9, 0.9), 10000)
                  .starts_with("Neither idea nor code failed here: 60 "));
}

// ---- The line between ------------------------------------------------------

TEST(Line, EndsAtTheNetworks) {
  const Network a = random_network({4, 3, 2}, 1);
  const Network b = random_network({4, 3, 2}, 2);
  EXPECT_EQ(digest(between(a, b, 0)), digest(a));
  EXPECT_EQ(digest(between(a, b, 1)), digest(b));
  const Network half = between(a, b, 0.5);
  EXPECT_NEAR(distance(a, half), distance(half, b), 1e-5);
  EXPECT_THROW(between(a, random_network({4, 5, 2}, 1), 0.5),
               std::invalid_argument);
}

TEST(Line, FromANetworkToItselfHasNoBarrier) {
  const Dataset data = synthetic_digits(200, 1);
  const Network network = random_network({784, 16, 10}, 1);
  const auto engine = make_engine("armadillo");
  SerialExecutor executor;
  const auto line = line_between(executor, *engine, network, network, data, 4);
  ASSERT_EQ(line.size(), 5U);
  EXPECT_EQ(line[1].t, 0.25);
  EXPECT_LT(barrier(line), 1e-4);
  EXPECT_THROW(line_between(executor, *engine, network, network, data, 0),
               std::invalid_argument);
}

std::vector<LinePoint> with_losses(std::vector<double> losses) {
  std::vector<LinePoint> line;
  for (const double loss : losses) line.push_back({0, {loss, 0}});
  return line;
}

TEST(Barrier, IsTheRiseAboveTheMeanOfTheEnds) {
  EXPECT_DOUBLE_EQ(barrier(with_losses({1, 5, 2})), 3.5);
  EXPECT_DOUBLE_EQ(barrier(with_losses({1, 0.5, 1})), 0);  // it dips
  EXPECT_DOUBLE_EQ(barrier(with_losses({1, 1, 3})), 1);    // an end is highest
}

// However deep it dips: the worse end is a point of the line.
TEST(Barrier, IsNeverBelowHalfTheDifferenceOfTheEnds) {
  for (const double middle : {0.0, 1.5, 2.9, 3.0}) {
    EXPECT_DOUBLE_EQ(barrier(with_losses({1, middle, 3})), 1) << middle;
    EXPECT_DOUBLE_EQ(barrier(with_losses({3, middle, 1})), 1) << middle;
  }
  EXPECT_DOUBLE_EQ(barrier(with_losses({1, 3.5, 3})), 1.5);
}

TEST(Quality, CountsAPartialChunk) {
  const Dataset data = synthetic_digits(1500, 1);
  const Network network = random_network({784, 16, 10}, 1);
  const auto engine = make_engine("armadillo");
  const Quality all = quality_of(*engine, network, data);
  const Matrix P = predict(*engine, network, data.images);
  EXPECT_DOUBLE_EQ(all.accuracy, accuracy(P, data.labels));
  double loss = 0;
  for (std::size_t j = 0; j < data.labels.size(); ++j) {
    loss -= std::log(P(data.labels[j], j));
  }
  EXPECT_NEAR(all.loss, loss / 1500, 1e-4 * all.loss);
}

// ---- Rescaling -------------------------------------------------------------

TEST(Rescaling, OfANetworkToItselfChangesNothing) {
  const std::vector<Network> networks = {random_network({20, 30, 25, 10}, 1)};
  Rng rng(1);
  Matrix X(20, 300);
  for (float& x : X) x = static_cast<float>(rng.uniform());
  const auto engine = make_engine("armadillo");
  SerialExecutor executor;
  const Network same = rescaled(executor, *engine, networks[0], networks, X);
  EXPECT_LT(distance(same, networks[0]), 1e-3);
}

TEST(Rescaling, GivesUnitsTheMeanSpreadOfTheNetworks) {
  std::vector<Network> networks;
  for (std::uint64_t k = 1; k <= 5; ++k) {
    networks.push_back(random_network({20, 30, 25, 10}, k));
  }
  Rng rng(1);
  Matrix X(20, 500);
  for (float& x : X) x = static_cast<float>(rng.uniform());
  const auto engine = make_engine("armadillo");
  SerialExecutor executor;
  const Network mean = average_weights(executor, networks);
  const auto spread =
      spread_of(*engine, rescaled(executor, *engine, mean, networks, X), X);
  ASSERT_EQ(spread.size(), 2U);
  for (std::size_t l = 0; l < 2; ++l) {
    Vec<double> m(spread[l].mean.n_elem, arma::fill::zeros), d = m;
    for (const Network& network : networks) {
      m += spread_of(*engine, network, X)[l].mean / 5;
      d += spread_of(*engine, network, X)[l].deviation / 5;
    }
    EXPECT_LT(arma::abs(spread[l].mean - m).max(), 1e-3);
    EXPECT_LT(arma::abs(spread[l].deviation - d).max(), 1e-3);
  }
}

TEST(Rescaling, LeavesAUnitThatDoesNotVary) {
  Network flat = random_network({4, 3, 2}, 1);
  flat.layers[0].W.row(1).zeros();
  const std::vector<Network> networks = {random_network({4, 3, 2}, 2)};
  Rng rng(1);
  Matrix X(4, 30);
  for (float& x : X) x = static_cast<float>(rng.uniform());
  const auto engine = make_engine("armadillo");
  SerialExecutor executor;
  const Network result = rescaled(executor, *engine, flat, networks, X);
  EXPECT_EQ(result.layers[0].b[1], flat.layers[0].b[1]);
  EXPECT_TRUE(result.layers[0].W.is_finite());
}

// ---- Rounds ----------------------------------------------------------------

struct Rounds : testing::Test {
  Dataset data = synthetic_digits(400, 1);
  std::unique_ptr<Engine> engine = make_engine("armadillo");
  std::vector<Shard> shards = cut_into_shards(400, {.count = 5, .skew = 0.5});

  EnsemblePlan plan() const {
    return {.engine = *engine,
            .data = data,
            .shards = shards,
            .options = {.hidden = {16},
                        .training = {.momentum = 0.5, .decay = 0.9},
                        .epochs = 6}};
  }
};

TEST_F(Rounds, WithOneShardArePlainTraining) {
  shards = {indices_below(400)};
  SerialExecutor executor;
  const Network rounds =
      train_in_rounds(executor, plan(), {.rounds = 3, .epochs = 2});
  EXPECT_EQ(digest(rounds), digest(train_model(plan(), 0, shards[0])));
}

TEST_F(Rounds, OfOneAreTheWeightedAverageOfModelsFromOneStart) {
  EnsemblePlan same = plan();
  same.options.start_weights = StartWeights::same;
  SerialExecutor executor;
  const EnsembleRun run = train_ensemble(executor, same);
  Order sizes;
  for (const Shard& shard : shards) sizes.push_back(shard.size());
  EXPECT_EQ(
      digest(train_in_rounds(executor, plan(), {.rounds = 1, .epochs = 6})),
      digest(weighted_average(executor, run.networks, sizes)));
}

TEST_F(Rounds, AreTheSameOnEveryExecutor) {
  const RoundOptions options = {
      .rounds = 2, .epochs = 2, .outer_momentum = 0.5};
  SerialExecutor serial;
  WorkBalancingPool balancing(3);
  WorkStealingPool stealing(4);
  const auto result = digest(train_in_rounds(serial, plan(), options));
  EXPECT_EQ(digest(train_in_rounds(balancing, plan(), options)), result);
  EXPECT_EQ(digest(train_in_rounds(stealing, plan(), options)), result);
}

TEST_F(Rounds, TellTheHookOfEachAverage) {
  SerialExecutor executor;
  std::vector<std::size_t> rounds;
  std::uint64_t last = 0;
  const Network result =
      train_in_rounds(executor, plan(), {.rounds = 3},
                      [&](std::size_t round, const auto& mean) {
                        rounds.push_back(round);
                        last = digest(mean);
                      });
  EXPECT_EQ(rounds, (Order{1, 2, 3}));
  EXPECT_EQ(last, digest(result));
}

TEST_F(Rounds, OuterStepsAreNesterovs) {
  SerialExecutor executor;
  std::vector<Network> means;
  const auto keep = [&](std::size_t, const Network& mean) {
    means.push_back(mean);
  };
  EnsemblePlan one = plan();
  one.options.training = {};
  train_in_rounds(executor, one, {.rounds = 1}, keep);
  train_in_rounds(executor, one,
                  {.rounds = 1, .outer_rate = 0.5, .outer_momentum = 0.8},
                  keep);
  Rng rng(1, 0);
  const Network start = he_network(Widths{784, 16, 10}, rng);
  // start + rate * (1 + momentum) * step, at the first
  EXPECT_LT(distance(means[1], between(start, means[0], 0.5 * 1.8)), 1e-4);
}

TEST_F(Rounds, RefuseAShardWithoutImages) {
  SerialExecutor executor;
  shards[2].clear();
  EXPECT_THROW(train_in_rounds(executor, plan(), {}), std::invalid_argument);
  shards.clear();
  EXPECT_THROW(train_in_rounds(executor, plan(), {}), std::invalid_argument);
}

TEST(WeightedAverage, CountsEachNetworkAsToldTo) {
  const std::vector<Network> networks = {random_network({4, 3, 2}, 1),
                                         random_network({4, 3, 2}, 2)};
  SerialExecutor executor;
  const std::vector<std::size_t> counts = {1, 3};
  EXPECT_LT(distance(weighted_average(executor, networks, counts),
                     between(networks[0], networks[1], 0.75)),
            1e-6);
  const std::vector<std::size_t> none = {0, 0}, few = {1};
  EXPECT_THROW(weighted_average(executor, networks, none),
               std::invalid_argument);
  EXPECT_THROW(weighted_average(executor, networks, few),
               std::invalid_argument);
}

TEST(ByDigit, EachImageIsInOneShardAndAShardHasFewDigits) {
  const Dataset data = synthetic_digits(1000, 1);
  const auto shards = cut_by_digit(data.labels, 20, 1, 1);
  Order all;
  for (const Shard& shard : shards) {
    all.insert(all.end(), shard.begin(), shard.end());
    std::set<int> digits;
    for (const std::size_t i : shard) digits.insert(data.labels[i]);
    EXPECT_LE(digits.size(), 2U);
    EXPECT_EQ(shard.size(), 50U);
  }
  std::ranges::sort(all);
  EXPECT_EQ(all, indices_below(1000));
}

TEST(ByDigit, ASeedGivesTheSameShards) {
  const Dataset data = synthetic_digits(300, 1);
  EXPECT_EQ(cut_by_digit(data.labels, 10, 2, 1),
            cut_by_digit(data.labels, 10, 2, 1));
  EXPECT_NE(cut_by_digit(data.labels, 10, 2, 1),
            cut_by_digit(data.labels, 10, 2, 2));
  EXPECT_THROW(cut_by_digit(data.labels, 200, 2, 1), InputError);
}

// ---- Aggregation -----------------------------------------------------------

TEST(Aggregation, AllWaysGiveTheMean) {
  std::vector<Network> networks;
  for (std::uint64_t k = 0; k < 7; ++k) {
    networks.push_back(random_network({20, 13, 10}, k));
  }
  WorkStealingPool executor(3);
  const Network loop = average_by_loop(networks);
  EXPECT_EQ(digest(average_by_tree(executor, networks)),
            digest(average_weights(executor, networks)));
  EXPECT_LT(distance(loop, average_weights(executor, networks)), 1e-5);
  for (const std::size_t slices : {1u, 2u, 3u, 64u, 1000u}) {
    EXPECT_EQ(digest(average_by_slices(executor, networks, slices)),
              digest(loop));
  }
}

TEST(Aggregation, ReadsEveryWeightOnce) {
  std::vector<Network> networks(5, zero_network({20, 13, 10}));
  WorkStealingPool executor(3);
  EXPECT_EQ(read_all(executor, networks), 0U);
  // 1.0f is 0x3f800000: the sum of a network wraps, that of all does not.
  for (Network& network : networks) {
    network.layers[0].W(12, 19) = 1;
    network.layers[1].b[9] = 1;
  }
  EXPECT_EQ(read_all(executor, networks), std::uint64_t{5} * 2 * 0x3f800000U);
}

TEST(Aggregation, RefusesNoneAndOtherWidths) {
  SerialExecutor executor;
  const std::vector<Network> other = {random_network({4, 3, 2}, 1),
                                      random_network({4, 5, 2}, 1)};
  for (const auto& networks : {std::vector<Network>{}, other}) {
    EXPECT_THROW(average_by_loop(networks), std::invalid_argument);
    EXPECT_THROW(average_by_tree(executor, networks), std::invalid_argument);
    EXPECT_THROW(average_by_slices(executor, networks, 2),
                 std::invalid_argument);
  }
  EXPECT_THROW(average_by_slices(executor, {other.data(), 1}, 0),
               std::invalid_argument);
}

}  // namespace
