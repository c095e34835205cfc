#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "04_work_balancing/program/experiment.hpp"
#include "common/program/options.hpp"

namespace nn {

/// What the user may set.
struct SpeedupSettings {
  /// Data, shards and training; its shards are the even ones.
  Experiment experiment;
  double skew = 1;         ///< of the skewed shards: exponent of Zipf's law
  std::size_t rounds = 5;  ///< how often each point is measured
  /// Numbers of workers to measure, ascending; empty until read_settings().
  std::vector<std::size_t> workers;
  /// Epochs of each model in the whole runs whose parts are timed.
  std::size_t run_epochs = 5;
  std::size_t empty_tasks = 20'000;  ///< in a run of empty tasks
  std::string from;                  ///< a trace; empty: measure
  bool bounds = false;               ///< show the theorems, measure nothing
  std::size_t instances = 10'000;    ///< random ones for each theorem
};

/// 1 to P one by one if P is at most 4, else by powers of two and P itself;
/// and then 2P: past the cores.
std::vector<std::size_t> default_workers(std::size_t cores);

/// States the options, and reads the command line into the settings.
/// @throws InputError if something is not valid
/// @throws HelpRequested if the user asks for help
void read_settings(CommandLine& line, SpeedupSettings& settings);

}  // namespace nn
