#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"
#include "06_averaging/program/settings.hpp"

namespace nn {

/// Two networks of one width from different starts, trained at one rate.
struct ChartCell {
  std::size_t width = 0;  ///< of the hidden layer
  double rate = 0;        ///< learning rate
  double accuracy = 0;    ///< of the first network
  double different = 0;   ///< barrier between them as they are
  double matched = 0;     ///< barrier between them matched
  double moved = 0;       ///< how far the first's W1 is from its start, in
                          ///< lengths of the start's W1
};

/// Reads the images, and prints what will be trained.
/// @throws InputError if there is something wrong with the files
void prepare_chart(Experiment& experiment);

/// Trains the pairs and goes the lines between them.
/// @throws std::runtime_error if a loss stops being a number
std::vector<ChartCell> chart_cells(const Experiment& experiment,
                                   Executor& executor);

/// Draws the barriers between matched networks over the widths, and prints all
/// barriers, accuracies and ways gone.
void print_chart(const Experiment& experiment,
                 const std::vector<ChartCell>& cells);

/// The chart, for --csv.
std::string chart_csv(const std::vector<ChartCell>& cells);

}  // namespace nn
