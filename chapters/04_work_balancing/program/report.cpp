#include "04_work_balancing/program/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

std::string counted(std::size_t count, const std::string& what) {
  return fmt::format("{} {}{}", thousands(count), what, count == 1 ? "" : "s");
}

std::string shards_text(std::span<const Shard> shards) {
  const auto [least, most] =
      std::ranges::minmax_element(shards, {}, std::ranges::size);
  std::string text = counted(shards.size(), "shard") + " of ";
  if (most->size() > least->size()) text += thousands(least->size()) + " to ";
  return text + counted(most->size(), "image");
}

// ---- What each worker did --------------------------------------------------

void print_counters(std::ostream& out, const Terminal& terminal,
                    const std::vector<ExecutorCounters>& executors) {
  Table table({"executor", "worker", "tasks run", "tasks moved", "moves tried",
               "moves done", "idle"});
  for (const auto& [name, workers] : executors) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
      const WorkerCounters& worker = workers[i];
      const std::chrono::duration<double> idle = worker.idle;
      table.row({i == 0 ? name : "", std::to_string(i),
                 thousands(worker.tasks_run), thousands(worker.tasks_moved),
                 thousands(worker.moves_tried), thousands(worker.moves_done),
                 duration(idle.count())});
    }
  }
  table.print(out, terminal);
}

// ---- The combinations ------------------------------------------------------

namespace {

// One way to combine the models, and its accuracy from either start.
struct Row {
  std::string combination;
  double different;
  std::optional<double> same = std::nullopt;
};

std::vector<Row> rows_of(const AllCombinations& results) {
  const auto& [different, same, alone] = results;
  return {
      {"single model, on average", different.mean_single, same.mean_single},
      {"best single model", different.best_single, same.best_single},
      {"average of weights", different.weights.accuracy, same.weights.accuracy},
      {"average of predictions", different.predictions.accuracy,
       same.predictions.accuracy},
      {"majority vote", different.vote.accuracy, same.vote.accuracy},
      {"one network on all images", alone.accuracy},
  };
}

}  // namespace

void print_combinations(std::ostream& out, const Terminal& terminal,
                        const AllCombinations& results, std::size_t models) {
  Table table({counted(models, "model"), "different starts", "one start"});
  for (const auto& [combination, different, same] : rows_of(results)) {
    table.row({combination, percent(different), same ? percent(*same) : "-"});
  }
  table.print(out, terminal);
}

namespace {

std::string single_rows(const std::string& start,
                        const std::vector<double>& accuracies) {
  std::string rows;
  for (std::size_t k = 0; k < accuracies.size(); ++k) {
    rows += fmt::format("\"model {}\",{},{:.4f}\n", k, start, accuracies[k]);
  }
  return rows;
}

}  // namespace

std::string combinations_csv(const AllCombinations& results) {
  std::string text = "combination,start,accuracy\n";
  for (const auto& [combination, different, same] : rows_of(results)) {
    text += fmt::format("\"{}\",different,{:.4f}\n", combination, different);
    if (same) text += fmt::format("\"{}\",one,{:.4f}\n", combination, *same);
  }
  return text + single_rows("different", results.different.singles) +
         single_rows("one", results.same.singles);
}

std::string weights_sentence(const AllCombinations& results) {
  const auto& [different, same, alone] = results;
  return fmt::format(
      "Weights averaged: {} (one start: {}). Predictions averaged: {}.",
      percent(different.weights.accuracy, 1), percent(same.weights.accuracy, 1),
      percent(different.predictions.accuracy, 1));
}

std::string alone_sentence(const AllCombinations& results) {
  return fmt::format(
      "One network on all images: {}; one on its shard alone: {}.",
      percent(results.alone.accuracy, 1),
      percent(results.different.mean_single, 1));
}

// ---- The same models -------------------------------------------------------

void require_equal_digests(std::uint64_t expected, std::uint64_t digest,
                           const std::string& executor) {
  if (digest == expected) return;
  throw std::runtime_error(fmt::format(
      "{} trained other models than serial did: digest {} instead of {}",
      executor, digest_text(digest), digest_text(expected)));
}

}  // namespace nn
