#pragma once

#include "03_training/program/run.hpp"
#include "common/files/result_file.hpp"

namespace nn {

/// The figures of a network are no reason to lose the network.
/// @throws InputError if `csv` would overwrite the file of `--load`
void refuse_to_overwrite(const Settings& settings, ResultFile& csv);

/// Writes the files of `--save` and `--csv`, where there is something new.
/// @throws std::runtime_error if that cannot be done: a full disk, say
void save_results(const Run& run, ResultFile& model, ResultFile& csv);

}  // namespace nn
