#include "04_work_balancing/report.hpp"

#include <chrono>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "common/table.hpp"
#include "common/text.hpp"

namespace nn {

namespace {

// What an accuracy is the accuracy of, for print and file.
struct Row {
  std::string combination;
  double different;
  double same;
};

std::vector<Row> rows_of(const Combinations& different,
                         const Combinations& same) {
  return {
      {"single model, on average", different.mean_single, same.mean_single},
      {"best single model", different.best_single, same.best_single},
      {"average of weights", different.weights, same.weights},
      {"average of predictions", different.predictions, same.predictions},
      {"majority vote", different.vote, same.vote},
  };
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

void print_title(std::ostream& out, const Terminal& terminal,
                 const std::string& title) {
  out << '\n' << styled(terminal, Style::bold, title) << "\n\n";
}

void print_setup(std::ostream& out, const EnsembleSettings& settings,
                 const Data& data, std::span<const Dataset> shards) {
  const CommonOptions& common = settings.common;
  out << data.description << '\n'
      << shards_text(shards) << "; a " << shape_text(data.train, settings)
      << " network each, batch " << common.batch << ", rate " << common.rate
      << '\n';
}

void print_counters(std::ostream& out, const Terminal& terminal,
                    const std::vector<ExecutorCounters>& executors) {
  Table table({"executor", "worker", "tasks run", "tasks moved", "moves tried",
               "moves done", "idle"});
  for (const auto& [name, workers] : executors) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
      const WorkerCounters& worker = workers[i];
      table.row({i == 0 ? name : "", std::to_string(i),
                 thousands(worker.tasks_run), thousands(worker.tasks_moved),
                 thousands(worker.moves_tried), thousands(worker.moves_done),
                 duration(seconds(worker.idle))});
    }
  }
  table.print(out, terminal);
}

void print_combinations(std::ostream& out, const Terminal& terminal,
                        const AllCombinations& results, std::size_t models) {
  const std::string title =
      thousands(models) + " model" + (models == 1 ? "" : "s");
  Table table({title, "different starts", "one start"});
  for (const Row& row : rows_of(results.different, results.same)) {
    table.row({row.combination, percent(row.different), percent(row.same)});
  }
  table.row({"one network on all images", percent(results.alone), "-"});
  table.print(out, terminal);
}

std::string combinations_csv(const AllCombinations& results) {
  std::string text = "combination,start,accuracy\n";
  const auto add = [&](const std::string& combination, const std::string& start,
                       double accuracy) {
    text +=
        "\"" + combination + "\"," + start + "," + fixed(accuracy, 4) + "\n";
  };
  for (const Row& row : rows_of(results.different, results.same)) {
    add(row.combination, "different", row.different);
    add(row.combination, "one", row.same);
  }
  add("one network on all images", "different", results.alone);
  return text;
}

std::string weights_sentence(const AllCombinations& results) {
  return "Weights averaged: " + percent(results.different.weights, 1) +
         " (one start: " + percent(results.same.weights, 1) +
         "). Predictions averaged: " +
         percent(results.different.predictions, 1) + ".";
}

std::string alone_sentence(const AllCombinations& results) {
  return "One network on all images: " + percent(results.alone, 1) +
         "; one on its shard alone: " +
         percent(results.different.mean_single, 1) + ".";
}

std::string bare_threads_text(std::size_t count) {
  return std::to_string(count) + " bare thread" + (count == 1 ? "" : "s");
}

void require_equal_digests(std::uint64_t expected, std::uint64_t digest,
                           const std::string& executor) {
  if (digest == expected) return;
  throw std::runtime_error(
      executor + " trained other models than serial did: digest " +
      digest_text(digest) + " instead of " + digest_text(expected));
}

}  // namespace nn
