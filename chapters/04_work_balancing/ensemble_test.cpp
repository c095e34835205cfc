// Shards, ensembles, their combinations, and what is drawn and written of
// them. The executors themselves are tested in test.cpp.

#include "04_work_balancing/ensemble.hpp"

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

#include "03_training/evaluation.hpp"
#include "04_work_balancing/combination.hpp"
#include "04_work_balancing/report.hpp"
#include "04_work_balancing/result_file.hpp"
#include "04_work_balancing/serial_executor.hpp"
#include "04_work_balancing/shards.hpp"
#include "04_work_balancing/static_executor.hpp"
#include "04_work_balancing/timeline.hpp"
#include "04_work_balancing/trace.hpp"
#include "04_work_balancing/work_balancing_pool.hpp"
#include "common/blas.hpp"
#include "common/error.hpp"
#include "common/interrupt.hpp"
#include "common/text.hpp"

namespace nn {
namespace {

// ---- Small data ------------------------------------------------------------

constexpr std::size_t kPixels = 16;

// Images of 4 x 4 that are easy to tell apart: digit d lights pixel d.
// The last pixel holds the image's number, to find it again.
Dataset small_data(std::size_t images) {
  Dataset data;
  data.rows = data.columns = 4;
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

std::vector<Dataset> small_shards(std::size_t count, double skew = 0) {
  return cut_into_shards(small_data(200),
                         {.count = count, .skew = skew, .seed = 3});
}

class Ensembles : public ::testing::Test {
 protected:
  Ensembles() { use_one_blas_thread(); }
  ~Ensembles() override { clear_interrupt(); }

  EnsembleRun train(Executor& executor, const std::vector<Dataset>& shards,
                    const EnsembleOptions& options,
                    const EpochHook& hook = {}) const {
    return train_ensemble(executor, *engine, shards,
                          submission_order(shards, ShardOrder::shuffled),
                          options, hook);
  }

  std::unique_ptr<Engine> engine = make_engine("armadillo");
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
  const Dataset data = small_data(200);
  std::multiset<float> found;
  for (const Dataset& shard : cut_into_shards(data, {.count = 7, .skew = 1})) {
    for (std::size_t j = 0; j < shard.size(); ++j) {
      found.insert(shard.images(kPixels - 1, j));
      EXPECT_EQ(shard.images(shard.labels[j], j), 1.0f);
    }
  }
  std::multiset<float> all;
  for (std::size_t i = 0; i < 200; ++i) {
    all.insert(data.images(kPixels - 1, i));
  }
  EXPECT_EQ(found, all);
}

TEST(Shards, LookLikeTheWholeEvenIfTheDataAreSorted) {
  for (const Dataset& shard :
       cut_into_shards(small_data(2000), {.count = 10})) {
    const std::set<std::uint8_t> digits(shard.labels.begin(),
                                        shard.labels.end());
    EXPECT_EQ(digits.size(), kClasses);
  }
}

TEST(Shards, DependOnTheSeedAlone) {
  const Dataset data = small_data(200);
  const auto labels_of = [&](std::uint64_t seed) {
    return cut_into_shards(data, {.count = 3, .seed = seed})[0].labels;
  };
  EXPECT_EQ(labels_of(1), labels_of(1));
  EXPECT_NE(labels_of(1), labels_of(2));
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
  const auto order = submission_order(shards, ShardOrder::ascending);
  const auto expected = digest(train(serial, shards, small_options()).networks);
  for (const std::size_t threads : {1u, 2u, 3u, 4u, 7u, 13u}) {
    StaticExecutor dealt(threads);
    WorkBalancingPool pool(threads);
    for (Executor* executor :
         {static_cast<Executor*>(&dealt), static_cast<Executor*>(&pool)}) {
      const auto outside =
          train_ensemble(*executor, *engine, shards, order, small_options());
      EXPECT_EQ(digest(outside.networks), expected) << threads << " threads";
      const auto inside =
          train_from_inside(*executor, *engine, shards, order, small_options());
      EXPECT_EQ(digest(inside.networks), expected) << threads << " threads";
    }
  }
}

TEST_F(Ensembles, HaveModelsThatDoNotDependOnEachOther) {
  const auto shards = small_shards(6);
  const auto run = train(serial, shards, small_options());
  for (std::size_t k = 0; k < shards.size(); ++k) {
    const Network alone = train_model(*engine, shards[k], k, small_options());
    EXPECT_EQ(digest(alone), digest(run.networks[k])) << "model " << k;
  }
}

TEST_F(Ensembles, StartAlikeOnlyIfAskedTo) {
  EnsembleOptions untrained = small_options();
  untrained.epochs = 0;
  const auto shards = small_shards(3);
  const auto different = train(serial, shards, untrained).networks;
  untrained.starts = Starts::same;
  const auto same = train(serial, shards, untrained).networks;
  EXPECT_NE(digest(different[1]), digest(different[2]));
  EXPECT_EQ(digest(same[1]), digest(same[2]));
  EXPECT_EQ(digest(same[1]), digest(different[0]));
}

TEST_F(Ensembles, ChangeWithTheSeed) {
  const auto shards = small_shards(3);
  EnsembleOptions options = small_options();
  const auto before = digest(train(serial, shards, options).networks);
  ++options.seed;
  EXPECT_NE(digest(train(serial, shards, options).networks), before);
}

TEST_F(Ensembles, NameTheModelThatDiverges) {
  auto shards = small_shards(6);
  shards[4].images.fill(std::numeric_limits<float>::max());
  WorkBalancingPool pool(3);
  try {
    train(pool, shards, small_options());
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
  const auto stop_at_once = [&](std::size_t, std::size_t, double) {
    if (++epochs == 1) std::raise(SIGINT);
  };
  EXPECT_THROW(train(serial, small_shards(4), small_options(), stop_at_once),
               Interrupted);
  EXPECT_EQ(epochs, 1u);
}

TEST_F(Ensembles, InterruptBareThreadsToo) {
  std::signal(SIGINT, SIG_DFL);  // it may be ignored, as under nohup
  catch_interrupts();
  std::raise(SIGINT);
  EXPECT_THROW(time_bare_threads(*engine, small_shards(4), small_options(), 2),
               Interrupted);
}

TEST_F(Ensembles, TellOfEveryEpoch) {
  std::atomic<std::size_t> calls = 0;
  WorkBalancingPool pool(2);
  train(pool, small_shards(4), small_options(),
        [&](std::size_t model, std::size_t epoch, double loss) {
          ++calls;
          EXPECT_LT(model, 4u);
          EXPECT_TRUE(epoch >= 1 && epoch <= 3);
          EXPECT_GT(loss, 0);
        });
  EXPECT_EQ(calls, 12u);
}

TEST_F(Ensembles, SayWhoTrainedWhat) {
  WorkBalancingPool pool(3);
  const auto shards = small_shards(10);
  train(pool, shards, small_options());
  const EnsembleRun run = train(pool, shards, small_options());
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
  EXPECT_EQ(digest(train(pool, shards, small_options()).networks),
            digest(train(serial, shards, small_options()).networks));
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
  const auto networks = train(serial, shards, small_options()).networks;
  const Dataset test = small_data(100);
  const auto weights = digest(average_weights(serial, networks));
  const auto P = predict_all(serial, *engine, networks, test.images);
  const Matrix mean = average_predictions(serial, P);
  const Matrix votes = majority_vote(serial, P);
  const auto best = best_single(serial, *engine, networks, shards);
  for (const std::size_t threads : {1u, 2u, 4u, 13u}) {
    WorkBalancingPool pool(threads);
    EXPECT_EQ(digest(average_weights(pool, networks)), weights);
    const auto Q = predict_all(pool, *engine, networks, test.images);
    EXPECT_TRUE(arma::all(arma::vectorise(average_predictions(pool, Q)) ==
                          arma::vectorise(mean)));
    EXPECT_TRUE(arma::all(arma::vectorise(majority_vote(pool, Q)) ==
                          arma::vectorise(votes)));
    EXPECT_EQ(best_single(pool, *engine, networks, shards), best);
  }
}

TEST_F(Ensembles, CombinationOfNothingIsRefused) {
  EXPECT_THROW(average_weights(serial, {}), std::invalid_argument);
  EXPECT_THROW(average_predictions(serial, {}), std::invalid_argument);
  EXPECT_THROW(majority_vote(serial, {}), std::invalid_argument);
  EXPECT_THROW(best_single(serial, *engine, {}, {}), std::invalid_argument);
}

// What a model thinks of one image, of two classes.
Matrix probabilities(float first, float second) {
  Matrix P(2, 1);
  P(0) = first;
  P(1) = second;
  return P;
}

TEST_F(Ensembles, VoteGoesToTheMajorityAndNotToTheLoudest) {
  // Two models are hesitantly for 0, one is quite sure of 1.
  const Matrix hesitant = probabilities(0.51f, 0.49f);
  const Matrix sure = probabilities(0.0f, 1.0f);
  const std::vector<Matrix> P = {hesitant, sure, hesitant};
  EXPECT_EQ(majority_vote(serial, P).index_max(), 0u);
  EXPECT_EQ(average_predictions(serial, P).index_max(), 1u);
}

TEST_F(Ensembles, TiedVoteGoesToTheLikelierClass) {
  const std::vector<Matrix> P = {probabilities(0.6f, 0.4f),
                                 probabilities(0.1f, 0.9f)};
  EXPECT_EQ(majority_vote(serial, P).index_max(), 1u);
}

TEST_F(Ensembles, TiedVoteOfEqualProbabilityGoesToTheSmallerDigit) {
  const std::vector<Matrix> P = {probabilities(0.25f, 0.75f),
                                 probabilities(0.75f, 0.25f)};
  EXPECT_EQ(majority_vote(serial, P).index_max(), 0u);
}

TEST_F(Ensembles, BestSingleIsChosenOnImagesItHasNotSeen) {
  // The same good model twice; the labels of shard 1 are wrong. So model 0
  // fails on the shard that it is tried on, and would shine on its own.
  auto shards = small_shards(2);
  EnsembleOptions options = small_options();
  options.epochs = 30;
  const Network good = train_model(*engine, shards[0], 0, options);
  for (auto& label : shards[1].labels) {
    label = static_cast<std::uint8_t>((label + 1) % kClasses);
  }
  const std::vector<Network> networks = {good, good};
  EXPECT_EQ(best_single(serial, *engine, networks, shards), 1u);
}

TEST_F(Ensembles, AllWaysToCombineAreRight) {
  const auto shards = small_shards(4);
  EnsembleOptions options = small_options();
  options.epochs = 30;
  options.starts = Starts::same;
  const auto networks = train(serial, shards, options).networks;
  const Dataset test = small_data(100);
  const Combinations all = combine(serial, *engine, networks, shards, test);
  double sum = 0;
  for (const Network& network : networks) {
    sum += accuracy(predict(*engine, network, test.images), test.labels);
  }
  EXPECT_NEAR(all.mean_single, sum / 4, 1e-12);
  for (const double right :
       {all.best_single, all.weights, all.predictions, all.vote}) {
    EXPECT_GT(right, 0.9);
  }
  EXPECT_EQ(all.digest, digest(average_weights(serial, networks)));
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
      {"a \"pool\"", {{3, 1, 0.5, 2.25}}, 2}};
  EXPECT_EQ(trace_json(groups),
            "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
            "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":0,"
            "\"args\":{\"name\":\"a \\\"pool\\\"\"}},\n"
            "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":0,"
            "\"args\":{\"name\":\"worker 0\"}},\n"
            "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":1,"
            "\"args\":{\"name\":\"worker 1\"}},\n"
            "{\"ph\":\"X\",\"cat\":\"training\",\"name\":\"model 3\",\"pid\":1,"
            "\"tid\":1,\"ts\":500000,\"dur\":1750000}\n"
            "]}\n");
}

// ---- Files -----------------------------------------------------------------

TEST(ResultFiles, AreRefusedBeforeTheWorkIfTheyCannotBeWritten) {
  EXPECT_THROW(ResultFile("/no/such/folder/trace.json"), InputError);
}

TEST(ResultFiles, LeaveNothingBehindIfTheWorkFails) {
  const auto path =
      std::filesystem::path(::testing::TempDir()) / "unwritten_trace.json";
  { ResultFile file(path.string()); }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ResultFiles, AreOptional) {
  ResultFile none("");
  EXPECT_NO_THROW(none.write("text"));
}

TEST(ResultFiles, HoldEveryCombination) {
  AllCombinations results;
  results.different.weights = 0.09;
  results.same.weights = 0.91;
  results.alone = 0.975;
  const std::string csv = combinations_csv(results);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 12);
  for (const char* line :
       {"combination,start,accuracy\n",
        "\"average of weights\",different,0.0900\n",
        "\"average of weights\",one,0.9100\n",
        "\"one network on all images\",different,0.9750\n"}) {
    EXPECT_NE(csv.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace nn
