#include "04_work_balancing/program/averages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {
namespace {

constexpr arma::uword kOthers = 10'000;

}  // namespace

Averages train_and_average(const Experiment& experiment, Executor& executor) {
  const auto train = [&](StartWeights start, const std::string& title) {
    return train_and_show(experiment, executor, title, start).networks;
  };
  const auto different = train(StartWeights::different, "different starts");
  const auto same = train(StartWeights::same, "one start");
  const Matrix& images = experiment.data.train.images;
  const Matrix others = images.head_cols(std::min(images.n_cols, kOthers));
  const AverageTrial trial = {executor, *experiment.engine,
                              experiment.data.test, others};
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

// Numbers stand right, as in a column that has no word in it.
constexpr auto kModels = "  models";
std::string models(std::size_t networks) {
  return networks == 0 ? "infinity" : fmt::format("{:>8}", thousands(networks));
}

std::string csv_rows(const std::string& kind,
                     const std::vector<AverageQuality>& qualities) {
  std::string rows;
  for (const auto& [networks, lowest, highest, mean] : qualities) {
    rows += fmt::format(
        "{},{},{:.4f},{:.4f},{:.4f},{:.2f},{:.3f},{:.3f},{:.4f},{:.4f}\n",
        networks == 0 ? "inf" : fmt::to_string(networks), kind, lowest,
        mean.accuracy, highest, mean.norm, mean.image, mean.constants,
        mean.without, mean.longer);
  }
  return rows;
}

}  // namespace

void print_averages(std::ostream& out, const Terminal& terminal,
                    const Averages& averages) {
  Table table({kModels, "different starts", "norm", "one start", "norm",
               "twins of one", "norm"});
  for (std::size_t i = 0; i < averages.twins.size(); ++i) {
    std::vector<std::string> row = {models(averages.twins[i].networks)};
    for (const auto* qualities :
         {&averages.different, &averages.same, &averages.twins}) {
      const bool there = i < qualities->size();
      row.push_back(there ? range((*qualities)[i]) : "-");
      row.push_back(there ? fmt::format("{:.1f}", (*qualities)[i].mean.norm)
                          : "-");
    }
    table.row(row);
  }
  table.print(out, terminal);
}

void print_scores(std::ostream& out, const Terminal& terminal,
                  const std::vector<AverageQuality>& qualities) {
  Table table({kModels, "image", "constants", "accuracy", "without constants",
               "longer W1"});
  for (const auto& [networks, lowest, highest, mean] : qualities) {
    table.row({models(networks), fmt::format("{:.2f}", mean.image),
               fmt::format("{:.2f}", mean.constants), percent(mean.accuracy, 1),
               percent(mean.without, 1),
               networks == 0 ? "-" : percent(mean.longer, 1)});
  }
  table.print(out, terminal);
}

std::string averages_csv(const Averages& averages) {
  return "models,kind,lowest,mean,highest,norm,image,constants,without,"
         "longer\n" +
         csv_rows("different", averages.different) +
         csv_rows("one", averages.same) + csv_rows("twins", averages.twins);
}

}  // namespace nn
