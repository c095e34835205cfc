#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "06_averaging/program/settings.hpp"

namespace nn {

/// A way to train in rounds.
struct Way {
  std::string name;           ///< of its column
  std::vector<Shard> shards;  ///< one a model
  RoundOptions options;       ///< with or without outer momentum
};

/// How a way went.
struct WayResult {
  std::string name;                ///< of its column
  std::vector<double> accuracies;  ///< of the average, after each round
  double seconds = 0;              ///< for all rounds, without trying them
};

/// The ways that the program shows: shards that look alike, with and without
/// outer momentum; uneven ones; shards sorted by digit, with and without.
/// @throws InputError if there are too few images for them
std::vector<Way> ways_of(const AveragingChapter& chapter);

/// Trains in rounds in each way, and says meanwhile how good each average is.
std::vector<WayResult> train_ways(const AveragingChapter& chapter,
                                  Executor& executor,
                                  const std::vector<Way>& ways);

/// Prints the accuracies after rounds 1, 2, 5, 10, 20, ... and the last, and
/// how long the rounds of the first way took.
void print_ways(const Experiment& experiment,
                const std::vector<WayResult>& results);

/// The accuracies, for --csv.
std::string ways_csv(const std::vector<WayResult>& results);

}  // namespace nn
