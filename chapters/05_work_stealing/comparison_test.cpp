// Executors side by side. The pool itself is tested in test.cpp.

#include "05_work_stealing/program/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble/run_each.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "05_work_stealing/program/comparison_report.hpp"
#include "05_work_stealing/program/virtual_comparison.hpp"
#include "common/blas.hpp"
#include "common/rng.hpp"
#include "tests/support/schedule_checks.hpp"

namespace nn {
namespace {

// Noise with labels: enough to train on, and quick.
Dataset noise(std::size_t images) {
  Dataset data;
  data.image_size = {4, 4};
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
    plan.options.hidden = {6};
    plan.options.training.batch = 4;
    plan.options.epochs = 1;
    options.laps = 2;
    options.heats = {{"given", ShardOrder::shuffled, true},
                     {"small first", ShardOrder::ascending, false}};
  }

  std::unique_ptr<Engine> engine = make_engine("armadillo");
  const Dataset data = noise(150);
  const std::vector<Shard> shards =
      cut_into_shards(data.size(), {.count = 9, .skew = 1});
  EnsemblePlan plan = {*engine, data, shards};
  ComparisonOptions options;
};

TEST_F(Comparisons, FindTheSameModelsOnEveryExecutorAndThreadCount) {
  plan.order = ShardOrder::descending;
  SerialExecutor serial;
  const auto expected = digest(train_ensemble(serial, plan).networks);
  for (const DequeKind deque : {DequeKind::bounded, DequeKind::growing}) {
    for (const std::size_t threads : {1u, 2u, 3u, 4u, 7u, 13u}) {
      for (const auto& [name, executor, shares] :
           make_contestants({.threads = threads, .deque = deque})) {
        const auto run = train_ensemble(*executor, plan);
        EXPECT_EQ(digest(run.networks), expected)
            << name << ", " << threads << " threads";
      }
    }
  }
}

TEST_F(Comparisons, MeasureEachExecutorInEachLapOfEachHeat) {
  const auto contestants = make_contestants({.threads = 3});
  std::size_t measured = 0;
  const Comparison result = compare(contestants, plan, options,
                                    [&](const std::string&) { ++measured; });
  EXPECT_EQ(measured, measurement_count(contestants.size(), options));
  EXPECT_EQ(result.bare.seconds.size(), 2u);
  ASSERT_EQ(result.heats.size(), 2u);
  for (const Heat& heat : result.heats) {
    ASSERT_EQ(heat.entries.size(), 3u);
    for (const Entry& entry : heat.entries) {
      EXPECT_EQ(entry.seconds.size(), 2u);
      EXPECT_EQ(entry.spans.size(), shards.size());
      EXPECT_EQ(entry.counters.size(), 3u);
      EXPECT_EQ(sum(entry.counters).tasks_run, shards.size());
      EXPECT_EQ(entry.digest, result.serial.digest);
    }
  }
  EXPECT_EQ(result.heats[1].entries[2].executor, "stealing");
}

TEST_F(Comparisons, GoIntoOneTraceAndOneTable) {
  const auto contestants = make_contestants({.threads = 2});
  const std::vector<Comparison> all = {compare(contestants, plan, options)};
  const auto groups = trace_groups(all, 2);
  ASSERT_EQ(groups.size(), 6u);
  EXPECT_EQ(groups[5].name, "small first: stealing");
  const std::string csv = comparison_csv(all);
  // A title, and two laps of serial, bare threads and two heats of three.
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * (2 + 6));
}

TEST_F(Comparisons, TakeSerialsTimeOfTheSameLap) {
  Comparison comparison;
  comparison.title = "even shards";
  comparison.serial.executor = "serial";
  comparison.serial.seconds = {3, 4};
  comparison.bare.executor = "bare threads";
  comparison.bare.seconds = {1.5, 1};
  EXPECT_EQ(comparison_csv({comparison}),
            "shards,executor,lap,seconds,speedup\n"
            "\"even shards\",serial,1,3.000000,1.0000\n"
            "\"even shards\",serial,2,4.000000,1.0000\n"
            "\"even shards\",bare threads,1,1.500000,2.0000\n"
            "\"even shards\",bare threads,2,1.000000,4.0000\n");
}

// Made up: of two laps each, one slower by a tenth.
Comparison made_up(double stealing) {
  Comparison comparison;
  comparison.serial.seconds = {1.9, 2.6};
  comparison.bare.seconds = {1.0, 1.0};
  Heat& heat = comparison.heats.emplace_back();
  for (const auto& [name, seconds] : {std::pair{"static", 1.9},
                                      {"balancing", 1.25},
                                      {"stealing", stealing}}) {
    Entry& entry = heat.entries.emplace_back();
    entry.executor = name;
    entry.seconds = {1.105 * seconds, seconds};
  }
  return comparison;
}

std::string sentence(const Comparison& comparison, std::size_t entry,
                     std::size_t other) {
  return gain_sentence(comparison, comparison.heats[0], entry, other);
}

TEST(ComparisonReports, SayWhoGainsAndWhoLoses) {
  const Comparison result = made_up(1.0);
  EXPECT_EQ(sentence(result, 2, 1),
            "stealing gains 25.0% over balancing (1.90 and 1.52; "
            "bare threads 1.90)");
  EXPECT_EQ(sentence(result, 1, 2),
            "balancing loses 20.0% to stealing (1.52 and 1.90; "
            "bare threads 1.90)");
}

TEST(ComparisonReports, CallEqualWhatIsWithinTheSpreadOfTheLaps) {
  Comparison result = made_up(1.24);
  EXPECT_EQ(sentence(result, 2, 1),
            "stealing equals balancing within 11% (1.53 and 1.52; "
            "bare threads 1.90)");
  EXPECT_TRUE(sentence(result, 1, 2).starts_with("balancing equals stealing"));
  // The laps of any of them show what the machine does meanwhile.
  result = made_up(1.0);
  result.bare.seconds = {1.0, 1.3};
  EXPECT_TRUE(
      sentence(result, 2, 1)
          .starts_with("too noisy to tell: equal work took up to 30% longer ("))
      << sentence(result, 2, 1);
}

TEST(ComparisonReports, CallEqualWhatAFewLapsCannotTellApart) {
  Comparison result = made_up(1.0);
  for (Entry& entry : result.heats[0].entries) entry.seconds = {1.0, 1.0};
  result.heats[0].entries[2].seconds = {0.96, 0.96};
  EXPECT_TRUE(sentence(result, 2, 1)
                  .starts_with("stealing equals balancing within 5% "))
      << sentence(result, 2, 1);
  result.heats[0].entries[2].seconds = {0.94, 0.94};
  EXPECT_TRUE(sentence(result, 2, 1).starts_with("stealing gains 6.4% over"))
      << sentence(result, 2, 1);
}

TEST(ComparisonReports, DoNotJudgeByOneLap) {
  Comparison result = made_up(1.0);
  for (Entry& entry : result.heats[0].entries) entry.seconds.resize(1);
  EXPECT_EQ(sentence(result, 2, 1),
            "one lap is too few to tell (1.72 and 1.38; bare threads 1.90)");
}

TEST(Laps, CountByTheFastest) {
  Entry entry;
  EXPECT_THROW(fastest(entry), std::invalid_argument);
  entry.seconds = {3, 1, 2};
  EXPECT_EQ(fastest(entry), 1);
}

// ---- On the virtual clock --------------------------------------------------

TEST(StolenSchedule, OwnerAndThiefMeetInTheMiddle) {
  const auto shards = shards_of({1, 1, 1, 1, 1});
  const Schedule schedule =
      stolen_schedule({.shards = shards, .threads = 2, .by_a_task = true}, 1);
  EXPECT_EQ(drawn(schedule), "4:0-1 3:1-2 2:2-3 | 0:0-1 1:1-2");
  EXPECT_EQ(schedule.counters[1].tasks_moved, 2u);
  // At the end each looks once more, in vain.
  EXPECT_EQ(schedule.counters[0].moves_tried, 1u);
  EXPECT_EQ(schedule.counters[1].moves_tried, 3u);
}

TEST(StolenSchedule, TasksFromOutsideBeginInTheOrderTheyCame) {
  const auto shards = shards_of({3, 1, 1, 1});
  EXPECT_EQ(drawn(stolen_schedule({shards, 2}, 1)),
            "0:0-3 | 1:0-1 3:1-2 2:2-3");
}

TEST(StolenSchedule, IsWithinItsBounds) {
  for_many_works([](const VirtualWork& work) {
    expect_greedy(work, stolen_schedule(work, 1));
    EXPECT_EQ(drawn(stolen_schedule(work, 1)), drawn(stolen_schedule(work, 1)));
  });
}

TEST(StolenSchedule, IsThePoolsOwnOnOneWorker) {
  const auto shards = shards_of({1, 1, 1});
  WorkStealingPool pool(1);
  std::string order;
  pool.submit([&] {
        run_each(pool, indices_below(3), [&](std::size_t k) {
          order += (order.empty() ? "" : " ") + std::to_string(k);
          return k;
        });
      })
      .get();
  EXPECT_EQ(order, "2 1 0");
  EXPECT_EQ(drawn(stolen_schedule(
                {.shards = shards, .threads = 1, .by_a_task = true}, 1)),
            "2:0-1 1:1-2 0:2-3");
}

TEST_F(Comparisons, OnTheVirtualClockHaveTheSameShape) {
  const Comparison result =
      compare_on_virtual_clock(shards, options, {.threads = 2});
  EXPECT_EQ(fastest(result.serial), serial_seconds(shards));
  EXPECT_EQ(fastest(result.bare), bare_schedule({shards, 2}).seconds);
  ASSERT_EQ(result.heats.size(), 2u);
  for (const Heat& heat : result.heats) {
    ASSERT_EQ(heat.entries.size(), 3u);
    for (const Entry& entry : heat.entries) {
      EXPECT_EQ(entry.spans.size(), shards.size()) << entry.executor;
      EXPECT_GE(fastest(entry), least_seconds({shards, 2})) << entry.executor;
    }
  }
  EXPECT_EQ(result.heats[1].entries[2].executor, "stealing");
}

}  // namespace
}  // namespace nn
