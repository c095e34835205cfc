#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "04_work_balancing/ensemble/combination.hpp"
#include "04_work_balancing/ensemble/shards.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// "1 image", "1,000 images"
std::string counted(std::size_t count, const std::string& what);

/// "60 shards of 1,000 images", or "60 shards of 214 to 12,809 images".
std::string shards_text(std::span<const Shard> shards);

/// The counters of one executor's workers.
struct ExecutorCounters {
  std::string name;                     ///< what the table calls the executor
  std::vector<WorkerCounters> workers;  ///< in order of worker_index()
};

/// Prints what each worker did, one row a worker.
void print_counters(std::ostream& out, const Terminal& terminal,
                    const std::vector<ExecutorCounters>& executors);

/// The answers of all models of one run of the program.
struct AllCombinations {
  Combinations different;  ///< of the models from different starts
  Combinations same;       ///< of those from one start
  Answers alone;           ///< of the one network that saw all images
};

/// Prints the test accuracy of each way to combine the models, for both starts.
void print_combinations(std::ostream& out, const Terminal& terminal,
                        const AllCombinations& results, std::size_t models);

/// The same as print_combinations() in CSV, after the line
/// `combination,start,accuracy`; and then each model alone.
std::string combinations_csv(const AllCombinations& results);

/// The accuracies of the averages in one sentence.
std::string weights_sentence(const AllCombinations& results);

/// The accuracy of the one network on all images, beside that of one model.
std::string alone_sentence(const AllCombinations& results);

/// Returns only if both executors trained the same models, bit for bit.
/// @throws std::runtime_error naming the executor
void require_equal_digests(std::uint64_t expected, std::uint64_t digest,
                           const std::string& executor);

}  // namespace nn
