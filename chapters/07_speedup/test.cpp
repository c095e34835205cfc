// The simulator against what a pencil can check, against chapter 4's and 5's
// own queues on the virtual clock, and against what holds for every schedule;
// and the statistics.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "05_work_stealing/program/virtual_comparison.hpp"
#include "07_speedup/bounds.hpp"
#include "07_speedup/busy_set.hpp"
#include "07_speedup/laws.hpp"
#include "07_speedup/simulator.hpp"
#include "07_speedup/statistics.hpp"
#include "tests/support/schedule_checks.hpp"

namespace nn {
namespace {

constexpr Policy kPolicies[] = {Policy::static_blocks, Policy::balancing,
                                Policy::stealing};
constexpr Submission kSubmissions[] = {
    Submission::outside, Submission::by_a_task, Submission::by_halves};

Ticks time_of(const std::vector<Ticks>& tasks, const SimulatorOptions& options,
              Submission submission = Submission::outside) {
  return simulate({tasks, submission}, options).time;
}

// ---- Closed forms ----------------------------------------------------------

TEST(Simulator, OneWorkerTakesTheSum) {
  for (const Policy policy : kPolicies) {
    for (const Submission submission : kSubmissions) {
      EXPECT_EQ(time_of({5, 1, 7, 3}, {.policy = policy}, submission), 16);
    }
  }
}

TEST(Simulator, OneWorkerPaysForEachTask) {
  const MoveCosts costs = {.submit = 10, .run = 3, .wake = 100};
  // Woken at first, all submitted, all run, and the waiting thread woken.
  EXPECT_EQ(time_of({1, 1, 1, 1}, {.costs = costs}, Submission::by_a_task),
            100 + 4 * 10 + 4 * (3 + 1) + 100);
  // A thread outside submits meanwhile.
  EXPECT_EQ(time_of({50, 1, 1, 1}, {.costs = costs}),
            100 + 50 + 3 + 3 * (3 + 1) + 100);
  // A static split begins when all is there.
  EXPECT_EQ(
      time_of({50, 1, 1, 1}, {.policy = Policy::static_blocks, .costs = costs}),
      4 * 10 + 100 + 53 + 4 + 4 + 4 + 100);
}

TEST(Simulator, EqualTasksAreTheStaircase) {
  const std::vector<Ticks> tasks(60, 7);
  for (const std::size_t workers : {1U, 2U, 7U, 29U, 30U, 59U, 60U, 100U}) {
    const Ticks rounds = static_cast<Ticks>((60 + workers - 1) / workers);
    for (const Policy policy : kPolicies) {
      for (const Submission submission :
           {Submission::outside, Submission::by_a_task}) {
        const SimulatorOptions options = {.policy = policy, .workers = workers};
        EXPECT_EQ(time_of(tasks, options, submission), 7 * rounds)
            << workers << " workers";
      }
    }
  }
}

TEST(Simulator, OneLongTaskIsTheBound) {
  const std::vector<Ticks> tasks = {100, 1, 1, 1, 1, 1};
  for (const Policy policy : {Policy::balancing, Policy::stealing}) {
    EXPECT_EQ(time_of(tasks, {.policy = policy, .workers = 2}), 100);
  }
  // Dealt in blocks, two short ones stand behind the long one.
  EXPECT_EQ(time_of(tasks, {.policy = Policy::static_blocks, .workers = 2}),
            102);
}

// A worker that was robbed on its way has passed queues that hold tasks by now.
// Nobody rings again, so it must not sleep. Sixty workers then need one round.
TEST(Simulator, LooksAgainIfTheBellRangMeanwhile) {
  const std::vector<Ticks> tasks(60, 100'000'000);
  const MoveCosts costs = {.submit = 160,
                           .run = 225,
                           .look = 30,
                           .move = 39,
                           .carry = 11,
                           .wake = 5'000};
  EXPECT_LT(
      time_of(tasks,
              {.policy = Policy::balancing, .workers = 60, .costs = costs},
              Submission::by_a_task),
      101'000'000);
}

TEST(Simulator, NoTasksTakeNoTime) {
  for (const Policy policy : kPolicies) {
    for (const Submission submission : kSubmissions) {
      EXPECT_EQ(time_of({}, {.policy = policy, .workers = 3}, submission), 0);
    }
  }
}

// ---- Costs -----------------------------------------------------------------

TEST(Simulator, ThievesOfOneVictimWaitForEachOther) {
  // Worker 0 divides 4 into halves, 1 and 2 steal: one of them waits.
  const std::vector<Ticks> tasks(5, 1000);
  const MoveCosts costs = {.move = 10};
  const SimulatorOptions options = {.workers = 5, .costs = costs};
  // Four steal one each, the last of them after 4 moves.
  EXPECT_EQ(time_of(tasks, options, Submission::by_a_task), 4 * 10 + 1000);
}

TEST(Simulator, MoreTasksInAMoveCostMore) {
  const std::vector<Ticks> tasks(9, 10'000);
  SimulatorOptions options = {.policy = Policy::balancing,
                              .workers = 2,
                              .costs = {.move = 10, .carry = 1},
                              .coin = 0};
  // Worker 0 takes one, worker 1 four of eight: 5 in a row, or 4 and the move.
  EXPECT_EQ(time_of(tasks, options, Submission::by_a_task), 50'000);
  EXPECT_EQ(simulate({tasks, Submission::by_a_task}, options).moved, 4u);
  options.costs.move = 15'000;
  EXPECT_EQ(time_of(tasks, options, Submission::by_a_task), 40'000 + 15'003);
}

TEST(Simulator, ALookCostsTimeAndIsCounted) {
  // From outside, the second worker looks into one deque and has its own entry.
  const std::vector<Ticks> tasks = {100, 100};
  const SimulatorOptions options = {.workers = 2, .costs = {.look = 7}};
  EXPECT_EQ(time_of(tasks, options), 107);
}

TEST(Simulator, HalvesMakeAShortPath) {
  const std::vector<Ticks> tasks(1024, 1);
  const SimulatorOptions options = {.workers = 1024, .costs = {.submit = 50}};
  EXPECT_EQ(time_of(tasks, options, Submission::by_halves), 10 * 50 + 1);
  EXPECT_EQ(time_of(tasks, options, Submission::by_a_task), 1023 * 50 + 1);
}

TEST(Simulator, ATheftOfHalfSparesThefts) {
  const std::vector<Ticks> tasks(4096, 1000);
  SimulatorOptions options = {.workers = 64, .costs = {.look = 1, .move = 1}};
  const SimulatedRun one = simulate({tasks, Submission::by_a_task}, options);
  options.steals_half = true;
  const SimulatedRun half = simulate({tasks, Submission::by_a_task}, options);
  EXPECT_EQ(one.moves, one.moved);
  EXPECT_LT(half.moves * 4, one.moves);
  EXPECT_LT(half.time, one.time);
}

// ---- The pools' own queues -------------------------------------------------

std::vector<Ticks> ticks_of(const VirtualWork& work) {
  std::vector<Ticks> tasks;
  for (const std::size_t k : submission_order(work.shards, work.order)) {
    tasks.push_back(static_cast<Ticks>(work.shards[k].size()));
  }
  return tasks;
}

// Without costs it is the virtual clock, worker for worker and draw for draw.
TEST(Simulator, WithoutCostsIsTheVirtualClock) {
  for_many_works([](const VirtualWork& work) {
    // With fewer tasks than workers, some of ours are never woken.
    if (work.threads > work.shards.size()) return;
    const std::vector<Ticks> tasks = ticks_of(work);
    const Submission submission =
        work.by_a_task ? Submission::by_a_task : Submission::outside;
    const auto simulated = [&](Policy policy) {
      return time_of(tasks, {.policy = policy, .workers = work.threads},
                     submission);
    };
    EXPECT_EQ(simulated(Policy::static_blocks),
              ticks(static_schedule(work).seconds));
    EXPECT_EQ(simulated(Policy::balancing),
              ticks(balanced_schedule(work, {}).seconds));
    EXPECT_EQ(simulated(Policy::stealing),
              ticks(stolen_schedule(work, 1).seconds));
  });
}

// ---- What always holds -----------------------------------------------------

TEST(Simulator, IsTheSameEachTime) {
  Rng rng(3);
  std::vector<Ticks> tasks;
  for (int i = 0; i < 500; ++i) {
    tasks.push_back(1 + static_cast<Ticks>(rng.below(900)));
  }
  const MoveCosts costs = {10, 20, 1, 30, 2, 500};
  for (const Policy policy : {Policy::balancing, Policy::stealing}) {
    SimulatorOptions options = {.policy = policy, .workers = 9, .costs = costs};
    const SimulatedWork work = {tasks, Submission::by_a_task};
    const SimulatedRun first = simulate(work, options);
    const SimulatedRun second = simulate(work, options);
    EXPECT_EQ(first.time, second.time);
    EXPECT_EQ(first.looks, second.looks);
    EXPECT_EQ(first.moved, second.moved);
    options.seed = 2;
    EXPECT_NE(simulate(work, options).looks, first.looks);
  }
}

TEST(Simulator, RefusesWhatCannotBe) {
  EXPECT_THROW(time_of({1}, {.workers = 0}), std::invalid_argument);
  EXPECT_THROW(time_of({1, -1}, {}), std::invalid_argument);
}

// ---- The set of busy queues ------------------------------------------------

TEST(BusySet, FindsTheNextRoundTheEnd) {
  for (const std::size_t n : {1U, 5U, 63U, 64U, 65U, 200U, 1024U}) {
    Rng rng(n);
    std::vector<bool> marked(n);
    BusySet set(n);
    for (int turn = 0; turn < 300; ++turn) {
      const std::size_t i = rng.below(n);
      marked[i] = rng.below(3) == 0;
      set.mark(i, marked[i]);
      const std::size_t first = rng.below(n);
      std::size_t expected = n;
      for (std::size_t k = n; k-- > 0;) {
        if (marked[(first + k) % n]) expected = (first + k) % n;
      }
      ASSERT_EQ(set.next(first), expected) << n << " queues, from " << first;
    }
  }
}

// ---- Statistics ------------------------------------------------------------

TEST(Median, IsTheMiddleOne) {
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({9, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 100}), 3);
  EXPECT_THROW(median({}), std::invalid_argument);
}

TEST(PairedRatios, DivideEachByItsPartner) {
  EXPECT_EQ(paired_ratios(std::vector<double>{6, 8}, std::vector<double>{3, 2}),
            (std::vector<double>{2, 4}));
  EXPECT_THROW(paired_ratios(std::vector<double>{1}, {}),
               std::invalid_argument);
}

TEST(Bootstrap, OfEqualValuesIsAPoint) {
  Rng rng(1);
  const Estimate estimate =
      bootstrap_median(std::vector<double>{2, 2, 2, 2}, rng);
  EXPECT_EQ(estimate.low, 2);
  EXPECT_EQ(estimate.median, 2);
  EXPECT_EQ(estimate.high, 2);
}

TEST(Bootstrap, HoldsTheTrueMedianAsOftenAsItSays) {
  constexpr int kTimes = 400;
  int held = 0;
  Rng rng(5);
  for (int i = 0; i < kTimes; ++i) {
    std::vector<double> values(15);
    for (double& value : values) value = rng.normal();
    const Estimate estimate = bootstrap_median(values, rng, 300);
    EXPECT_LE(estimate.low, estimate.median);
    EXPECT_LE(estimate.median, estimate.high);
    if (estimate.low <= 0 && 0 <= estimate.high) ++held;
  }
  // 95% is the aim; of so few values it comes near.
  EXPECT_GT(held, kTimes * 90 / 100);
  EXPECT_LT(held, kTimes);
}

TEST(Bootstrap, RunsFromLowestToHighestOfFive) {
  Rng rng(1);
  std::vector<double> values;
  for (std::size_t n = 1; n <= 7; ++n) {
    values.push_back(static_cast<double>(n));
    const Estimate estimate = bootstrap_median(values, rng);
    if (n <= kAllKept) {
      EXPECT_EQ(estimate.low, 1) << n;
      EXPECT_EQ(estimate.high, static_cast<double>(n)) << n;
    } else {
      EXPECT_GT(estimate.low, 1) << n;
      EXPECT_LT(estimate.high, static_cast<double>(n)) << n;
    }
  }
}

TEST(Bootstrap, DoesNotFollowOneWildValue) {
  Rng rng(1);
  const Estimate estimate = bootstrap_median(
      std::vector<double>{1.9, 1.92, 1.91, 1.93, 0.2, 1.9, 1.92}, rng);
  EXPECT_EQ(estimate.median, 1.91);
  EXPECT_GT(estimate.low, 1.8);
}

TEST(Bootstrap, RefusesNothing) {
  Rng rng(1);
  EXPECT_THROW(bootstrap_median({}, rng), std::invalid_argument);
  EXPECT_THROW(bootstrap_median(std::vector<double>{1}, rng, 0),
               std::invalid_argument);
}

// ---- The laws --------------------------------------------------------------

TEST(Amdahl, HasItsTwoEnds) {
  EXPECT_EQ(amdahl_speedup(0, 8), 8);
  EXPECT_EQ(amdahl_speedup(1, 8), 1);
  EXPECT_NEAR(amdahl_speedup(0.05, 1'000'000), 20, 0.001);
  EXPECT_NEAR(amdahl_speedup(0.5, 2), 4.0 / 3, 1e-12);
}

TEST(Amdahl, IsFittedBack) {
  for (const double share : {0.0, 0.01, 0.2, 0.9, 1.0}) {
    for (const std::size_t workers : {2U, 3U, 64U}) {
      EXPECT_NEAR(fitted_serial_share(amdahl_speedup(share, workers), workers),
                  share, 1e-9);
    }
  }
}

// The two shares belong to one run and differ: what is a tenth of the time on
// one worker is more of it on two.
TEST(Gustafson, AgreesWithAmdahlOnOneRun) {
  const double serial = 1, parallel = 9;
  for (const std::size_t workers : {1U, 2U, 10U}) {
    const double on_p = serial + parallel / static_cast<double>(workers);
    EXPECT_NEAR(gustafson_speedup(serial / on_p, workers),
                amdahl_speedup(serial / (serial + parallel), workers), 1e-12);
  }
}

}  // namespace
}  // namespace nn
