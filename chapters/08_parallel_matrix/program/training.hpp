#pragma once

#include "05_work_stealing/work_stealing_pool.hpp"
#include "08_parallel_matrix/program/settings.hpp"
#include "common/files/result_file.hpp"

namespace nn {

/// Trains the network of chapter 2 with the engine that the settings name, and
/// prints a line for each epoch.
/// @param pool runs the training, and the products of the engine `own`
void train_with_engine(const MatrixSettings& settings, WorkStealingPool& pool,
                       ResultFile& csv);

}  // namespace nn
