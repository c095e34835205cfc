/// @file
/// What must hold for every schedule on the virtual clock, in chapters 4 and 5.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "04_work_balancing/schedule/schedules.hpp"

namespace nn {

/// Shards of these sizes; which images they hold makes no difference.
inline std::vector<Shard> shards_of(const std::vector<std::size_t>& sizes) {
  std::vector<Shard> shards;
  for (const std::size_t size : sizes) shards.emplace_back(size);
  return shards;
}

inline long ticks(double seconds) {
  return std::lround(seconds * kImagesPerSecond);
}

/// "0:0-3 1:3-4 | 2:0-1": worker 0 runs model 0 from 0 to 3, then model 1;
/// worker 1 runs model 2.
inline std::string drawn(const Schedule& schedule) {
  std::string all;
  for (std::size_t i = 0; i < schedule.counters.size(); ++i) {
    all += i == 0 ? "" : " |";
    for (const TaskSpan& span : schedule.spans) {
      if (span.worker != i) continue;
      all += fmt::format("{}{}:{}-{}", all.empty() ? "" : " ", span.task,
                         ticks(span.start), ticks(span.end));
    }
  }
  return all;
}

/// Calls `check` for even and uneven shards, few and many workers, and each way
/// of handing the shards out.
inline void for_many_works(
    const std::function<void(const VirtualWork&)>& check) {
  for (const double skew : {0.0, 1.0, 3.0}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const auto shards =
          cut_into_shards(3000, {.count = 37, .skew = skew, .seed = seed});
      for (const std::size_t threads : {1U, 2U, 3U, 8U, 50U}) {
        for (const ShardOrder order :
             {ShardOrder::shuffled, ShardOrder::ascending,
              ShardOrder::descending}) {
          for (const bool by_a_task : {false, true}) {
            SCOPED_TRACE(fmt::format(
                "skew {}, seed {}, {} threads, order {}, "
                "by a task: {}",
                skew, seed, threads, static_cast<int>(order), by_a_task));
            check({shards, threads, order, by_a_task});
          }
        }
      }
    }
  }
}

/// Each model is run once, as long as its shard is large; no worker does two
/// things at a time; what it does and what it idles add up to the whole.
inline void expect_every_model_once(const VirtualWork& work,
                                    const Schedule& schedule) {
  std::vector<int> runs(work.shards.size());
  std::vector<long> free(work.threads);  // when each worker is
  std::vector<long> busy(work.threads);
  for (const TaskSpan& span : schedule.spans) {
    ++runs.at(span.task);
    EXPECT_GE(ticks(span.start), free.at(span.worker));
    const long taken = ticks(span.end) - ticks(span.start);
    EXPECT_EQ(taken, static_cast<long>(work.shards[span.task].size()));
    free[span.worker] = ticks(span.end);
    busy[span.worker] += taken;
  }
  EXPECT_EQ(runs, std::vector<int>(work.shards.size(), 1));
  for (std::size_t i = 0; i < work.threads; ++i) {
    const std::chrono::duration<double> idle = schedule.counters.at(i).idle;
    EXPECT_EQ(busy[i] + ticks(idle.count()), ticks(schedule.seconds));
  }
  EXPECT_GE(ticks(schedule.seconds), ticks(least_seconds(work)));
}

/// Besides, no worker idles while a model is queued, so that the schedule ends
/// in less than twice the shortest time.
/// Source: Graham, "Bounds on Multiprocessing Timing Anomalies" (1969).
inline void expect_greedy(const VirtualWork& work, const Schedule& schedule) {
  expect_every_model_once(work, schedule);
  double last_start = 0;
  for (const TaskSpan& span : schedule.spans) {
    last_start = std::max(last_start, span.start);
  }
  for (std::size_t i = 0; i < work.threads; ++i) {
    double end = 0;
    for (const TaskSpan& span : schedule.spans) {
      if (span.worker == i) end = std::max(end, span.end);
    }
    EXPECT_GE(ticks(end), ticks(last_start)) << "worker " << i;
  }
  EXPECT_LT(schedule.seconds, 2 * least_seconds(work) + 1e-9);
}

}  // namespace nn
