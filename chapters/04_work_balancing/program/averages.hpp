#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble/averages.hpp"
#include "04_work_balancing/program/experiment.hpp"

namespace nn {

/// How good averages are, by the number of networks averaged.
struct Averages {
  std::vector<AverageQuality> different;  ///< of models from different starts
  std::vector<AverageQuality> same;       ///< of models from one start
  std::vector<AverageQuality> twins;      ///< of shuffled twins of one model
};

/// Trains the models, from different starts and from one, and averages 1, 2, 3
/// and more of them, and of their twins.
Averages train_and_average(const Experiment& experiment, Executor& executor);

/// Prints the lowest and the highest test accuracy, and the norm of W1.
void print_averages(std::ostream& out, const Terminal& terminal,
                    const Averages& averages);

/// Prints how much of the scores depends on the image and how much does not;
/// and the accuracy, also without the constants and with a longer W1.
void print_scores(std::ostream& out, const Terminal& terminal,
                  const std::vector<AverageQuality>& qualities);

/// The same in CSV, after a line of names.
std::string averages_csv(const Averages& averages);

}  // namespace nn
