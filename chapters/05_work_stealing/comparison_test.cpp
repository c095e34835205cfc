// Executors side by side. The pool itself is tested in test.cpp.

#include "05_work_stealing/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "04_work_balancing/serial_executor.hpp"
#include "05_work_stealing/comparison_report.hpp"
#include "common/blas.hpp"
#include "common/rng.hpp"

namespace nn {
namespace {

// Noise with labels: enough to train on, and quick.
Dataset noise(std::size_t images) {
  Dataset data;
  data.rows = data.columns = 4;
  data.images.set_size(16, images);
  Rng rng(7);
  for (float& pixel : data.images) pixel = static_cast<float>(rng.uniform());
  for (std::size_t i = 0; i < images; ++i) {
    data.labels.push_back(static_cast<std::uint8_t>(i % kClasses));
  }
  return data;
}

class Comparisons : public ::testing::Test {
 protected:
  Comparisons() {
    use_one_blas_thread();
    options.ensemble.hidden = {6};
    options.ensemble.training.batch = 4;
    options.ensemble.epochs = 1;
    options.laps = 2;
    options.heats = {{"given", ShardOrder::shuffled, true},
                     {"small first", ShardOrder::ascending, false}};
  }

  std::unique_ptr<Engine> engine = make_engine("armadillo");
  std::vector<Dataset> shards =
      cut_into_shards(noise(150), {.count = 9, .skew = 1});
  ComparisonOptions options;
};

TEST_F(Comparisons, FindTheSameModelsOnEveryExecutorAndThreadCount) {
  const auto order = submission_order(shards, ShardOrder::descending);
  SerialExecutor serial;
  const auto expected =
      digest(train_ensemble(serial, *engine, shards, order, options.ensemble)
                 .networks);
  for (const DequeKind deque : {DequeKind::bounded, DequeKind::growing}) {
    for (const std::size_t threads : {1u, 2u, 3u, 4u, 7u, 13u}) {
      for (const auto& [name, executor, shares] :
           make_contestants({.threads = threads, .deque = deque})) {
        const auto run =
            train_ensemble(*executor, *engine, shards, order, options.ensemble);
        EXPECT_EQ(digest(run.networks), expected)
            << name << ", " << threads << " threads";
      }
    }
  }
}

TEST_F(Comparisons, MeasureEachExecutorInEachLapOfEachHeat) {
  const auto contestants = make_contestants({.threads = 3});
  std::size_t measured = 0;
  const Comparison result = compare(contestants, *engine, shards, options,
                                    [&](const std::string&) { ++measured; });
  EXPECT_EQ(measured, measurement_count(contestants.size(), options));
  EXPECT_EQ(result.bare.seconds.size(), 2u);
  ASSERT_EQ(result.heats.size(), 2u);
  for (const Heat& heat : result.heats) {
    ASSERT_EQ(heat.entries.size(), 3u);
    for (const Entry& entry : heat.entries) {
      EXPECT_EQ(entry.speedups.size(), 2u);
      EXPECT_EQ(entry.spans.size(), shards.size());
      EXPECT_EQ(entry.counters.size(), 3u);
      EXPECT_EQ(sum(entry.counters).tasks_run, shards.size());
      EXPECT_EQ(entry.digest, result.serial.digest);
    }
  }
  EXPECT_EQ(result.heats[1].entries[2].executor, "stealing");
}

TEST_F(Comparisons, TakeSerialsTimeOfTheSameLap) {
  const auto contestants = make_contestants({.threads = 2});
  const Comparison result = compare(contestants, *engine, shards, options);
  const Entry& entry = result.heats[0].entries[0];
  for (std::size_t lap = 0; lap < 2; ++lap) {
    EXPECT_DOUBLE_EQ(entry.speedups[lap],
                     result.serial.seconds[lap] / entry.seconds[lap]);
  }
}

TEST_F(Comparisons, GoIntoOneTraceAndOneTable) {
  const auto contestants = make_contestants({.threads = 2});
  const std::vector<Comparison> all = {
      compare(contestants, *engine, shards, options)};
  const auto groups = trace_groups(all, 2);
  ASSERT_EQ(groups.size(), 6u);
  EXPECT_EQ(groups[5].name, "small first: stealing");
  const std::string csv = comparison_csv(all, {"uneven"});
  // A title, and two laps of serial, bare threads and two heats of three.
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * (2 + 6));
}

// Made up: of two laps each, one disturbed.
Comparison made_up() {
  Comparison comparison;
  comparison.serial.seconds = {1.9, 2.6};
  comparison.bare.seconds = {1.0, 1.0};
  Heat& heat = comparison.heats.emplace_back();
  for (const auto& [name, seconds] :
       {std::pair{"static", 1.9}, {"balancing", 1.25}, {"stealing", 1.0}}) {
    Entry& entry = heat.entries.emplace_back();
    entry.executor = name;
    entry.seconds = {3 * seconds, seconds};
  }
  return comparison;
}

TEST(ComparisonReports, SayWhoGains) {
  const Comparison result = made_up();
  EXPECT_EQ(gain_sentence(result, result.heats[0], 2, 1),
            "stealing gains 25.0% over balancing (1.90 and 1.52; ceiling "
            "1.90)");
}

TEST(ComparisonReports, SayWhoLoses) {
  const Comparison result = made_up();
  EXPECT_EQ(gain_sentence(result, result.heats[0], 1, 2),
            "balancing loses 20.0% to stealing (1.52 and 1.90; ceiling 1.90)");
}

TEST(Laps, CountByTheFastest) {
  Entry entry;
  EXPECT_THROW(fastest(entry), std::invalid_argument);
  entry.seconds = {3, 1, 2};
  EXPECT_EQ(fastest(entry), 1);
}

}  // namespace
}  // namespace nn
