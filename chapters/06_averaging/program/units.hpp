#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "06_averaging/matching.hpp"
#include "06_averaging/program/settings.hpp"

namespace nn {

/// The share of test images that a network gets right.
double test_accuracy(const Experiment& experiment, const Network& network);

// ---- One network and its twin ----------------------------------------------

/// A network, the same with its hidden units in another order, and the average
/// of both.
struct TwinTrial {
  std::uint64_t digest = 0;       ///< of the network
  std::uint64_t twin_digest = 0;  ///< of its twin
  double accuracy = 0;            ///< of the network
  double twin_accuracy = 0;       ///< of its twin
  double average = 0;             ///< accuracy of the average of both
  std::size_t agree = 0;  ///< test images of which both say the same digit
};

/// Averages the network and one shuffled twin of it.
TwinTrial try_twin(const Experiment& experiment, Executor& executor,
                   const Network& network);

/// Prints the two networks and their average, a row each.
void print_twin(const Experiment& experiment, const TwinTrial& trial);

// ---- Many networks ---------------------------------------------------------

/// One pass of matching, as it is printed.
struct PassRow {
  std::size_t number = 0;  ///< from 1
  std::size_t moved = 0;   ///< networks of which a unit got another place
  double accuracy = 0;     ///< of the average of all, after it
  double shortest = 0;     ///< seconds of the quickest task
  double longest = 0;      ///< seconds of the slowest
};

/// Networks from different starts, as they were trained and in one order.
struct Ensembles {
  std::vector<Network> different;  ///< as they were trained
  std::vector<Network> matched;    ///< the same with their units reordered
  std::vector<PassRow> passes;     ///< how they were matched
  bool settled = false;            ///< whether nothing moved in the last pass
  double match_seconds = 0;        ///< for matching, without trying it
};

/// Trains the models from different starts, and matches them.
Ensembles train_and_match(const AveragingChapter& chapter, Executor& executor);

/// Prints how the networks were matched.
void print_passes(const Experiment& experiment, const Ensembles& ensembles);

/// How good the average of the first n networks is, in each way.
struct AverageRow {
  std::size_t networks = 1;     ///< how many, n
  double different = 0;         ///< accuracy of their average as they are
  double norm = 0;              ///< of that average's W1
  double twins = 0;             ///< accuracy for shuffled twins of the first
  double rescaled = 0;          ///< of their average, rescaled
  double twins_rescaled = 0;    ///< of the twins' average, rescaled
  double matched = 0;           ///< of the average of the matched ones
  double matched_norm = 0;      ///< of that average's W1
  double matched_rescaled = 0;  ///< of the matched ones' average, rescaled
};

/// Averages 1, 2, 3, 5, 10, 20 and all of them.
std::vector<AverageRow> average_rows(const AveragingChapter& chapter,
                                     Executor& executor,
                                     const Ensembles& ensembles);

/// Prints the averages, and what their norm would be if the networks were
/// unrelated.
void print_averages(const Experiment& experiment,
                    const std::vector<AverageRow>& rows);

/// The averages and the passes, for --csv.
std::string averages_csv(const std::vector<AverageRow>& rows,
                         const std::vector<PassRow>& passes);

}  // namespace nn
