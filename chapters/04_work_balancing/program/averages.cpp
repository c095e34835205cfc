#include "04_work_balancing/program/averages.hpp"

#include <fmt/format.h>

#include <ostream>

#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

Averages train_and_average(const Experiment& experiment, Executor& executor) {
  const auto train = [&](StartWeights start, const std::string& title) {
    return train_and_show(experiment, executor, title, start).networks;
  };
  const auto different = train(StartWeights::different, "different starts");
  const auto same = train(StartWeights::same, "one start");
  const AverageTrial trial = {executor, *experiment.engine,
                              experiment.data.test};
  return {average_groups(trial, different), average_groups(trial, same),
          average_twins(trial, different, experiment.settings.common.seed)};
}

namespace {

// "80.1 to 89.2%"
std::string range(const AverageQuality& quality) {
  std::string highest = percent(quality.highest, 1);
  const std::string lowest = percent(quality.lowest, 1);
  if (lowest == highest) return highest;
  return fmt::format("{:.1f} to {}", 100 * quality.lowest, highest);
}

std::string csv_rows(const std::string& kind,
                     const std::vector<AverageQuality>& qualities) {
  std::string rows;
  for (const auto& [networks, lowest, mean, highest, norm] : qualities) {
    rows += fmt::format("{},{},{:.4f},{:.4f},{:.4f},{:.2f}\n", networks, kind,
                        lowest, mean, highest, norm);
  }
  return rows;
}

}  // namespace

void print_averages(std::ostream& out, const Terminal& terminal,
                    const Averages& averages) {
  Table table({"models", "different starts", "norm", "one start", "norm",
               "twins of one", "norm"});
  for (std::size_t i = 0; i < averages.different.size(); ++i) {
    std::vector<std::string> row = {thousands(averages.different[i].networks)};
    for (const auto* qualities :
         {&averages.different, &averages.same, &averages.twins}) {
      row.push_back(range((*qualities)[i]));
      row.push_back(fmt::format("{:.1f}", (*qualities)[i].norm));
    }
    table.row(row);
  }
  table.print(out, terminal);
}

std::string averages_csv(const Averages& averages) {
  return "models,kind,lowest,mean,highest,norm\n" +
         csv_rows("different", averages.different) +
         csv_rows("one", averages.same) + csv_rows("twins", averages.twins);
}

}  // namespace nn
