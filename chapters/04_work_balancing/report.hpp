#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "04_work_balancing/combination.hpp"
#include "04_work_balancing/executor.hpp"
#include "04_work_balancing/settings.hpp"
#include "common/terminal.hpp"

namespace nn {

/// A title with an empty line above it.
void print_title(std::ostream& out, const Terminal& terminal,
                 const std::string& title);

/// What data, how many shards of which size, which network, how trained.
void print_setup(std::ostream& out, const EnsembleSettings& settings,
                 const Data& data, std::span<const Dataset> shards);

/// What the workers of one executor did.
struct ExecutorCounters {
  std::string name;                     ///< what the table calls it
  std::vector<WorkerCounters> workers;  ///< in order of worker_index()
};

/// One row a worker.
void print_counters(std::ostream& out, const Terminal& terminal,
                    const std::vector<ExecutorCounters>& executors);

/// What the models of one run of the program are good for.
struct AllCombinations {
  Combinations different;  ///< of the models from different starts
  Combinations same;       ///< of those from one start
  double alone = 0;        ///< of the one network that saw all images
};

/// The test accuracy of every way to combine the models, for both starts.
void print_combinations(std::ostream& out, const Terminal& terminal,
                        const AllCombinations& results, std::size_t models);

/// What print_combinations() shows, after the line
/// `combination,start,accuracy`.
std::string combinations_csv(const AllCombinations& results);

/// What averaging showed, on one line with its numbers.
std::string weights_sentence(const AllCombinations& results);

/// What the one network on all images showed.
std::string alone_sentence(const AllCombinations& results);

/// "2 bare threads"
std::string bare_threads_text(std::size_t count);

/// Fails unless both executors trained the same models, bit for bit.
/// @throws std::runtime_error naming the executor
void require_equal_digests(std::uint64_t expected, std::uint64_t digest,
                           const std::string& executor);

}  // namespace nn
