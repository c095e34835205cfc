#include "06_averaging/program/chart.hpp"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <span>

#include "04_work_balancing/program/report.hpp"
#include "06_averaging/barrier.hpp"
#include "06_averaging/matching.hpp"
#include "06_averaging/program/curves.hpp"
#include "06_averaging/program/units.hpp"
#include "common/blas.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::array<std::size_t, 7> kWidths = {16,  32,  64,  128,
                                                256, 512, 1024};
constexpr std::array<double, 5> kRates = {0.003, 0.01, 0.03, 0.1, 0.3};
constexpr std::string_view kMarks = "abcde";  // one a rate
constexpr std::size_t kLineSteps = 4;

// Two models on all images, of one width and rate.
std::vector<Network> train_pair(const Experiment& experiment,
                                Executor& executor, std::size_t width,
                                double rate) {
  const std::vector<Shard> shards(2, experiment.shards.front());
  EnsemblePlan plan = experiment.plan(StartWeights::different);
  plan.shards = shards;
  plan.options.hidden = {width};
  plan.options.training.rate = rate;
  return train_ensemble(executor, plan).networks;
}

double way_gone(const Experiment& experiment, const Network& network) {
  Rng rng(experiment.settings.common.seed, 0);  // as model 0 began
  const Matrix start = he_network(widths_of(network), rng).layers.front().W;
  return arma::norm(network.layers.front().W - start, "fro") /
         arma::norm(start, "fro");
}

ChartCell chart_cell(const Experiment& experiment, Executor& executor,
                     std::size_t width, double rate) {
  const auto pair = train_pair(experiment, executor, width, rate);
  Rng rng(experiment.settings.common.seed);
  const Matched matched = match(pair[0], pair[1], rng);
  const auto line_to = [&](const Network& other) {
    return line_between(executor, *experiment.engine, pair[0], other,
                        experiment.data.test, kLineSteps);
  };
  const auto line = line_to(pair[1]);
  return {.width = width,
          .rate = rate,
          .accuracy = line.front().quality.accuracy,
          .different = barrier(line),
          .matched = barrier(line_to(matched.network)),
          .moved = way_gone(experiment, pair[0])};
}

// Of the cells of one rate, in order of width.
std::vector<double> values_at(double rate, const std::vector<ChartCell>& cells,
                              double ChartCell::*value) {
  std::vector<double> values;
  for (const ChartCell& cell : cells) {
    if (cell.rate == rate) values.push_back(cell.*value);
  }
  return values;
}

void print_values(const Experiment& experiment, const std::string& what,
                  const std::vector<ChartCell>& cells,
                  double ChartCell::*value) {
  std::vector<std::string> header = {what};
  for (const std::size_t width : kWidths) header.push_back(thousands(width));
  Table table(header);
  for (const double rate : kRates) {
    std::vector<std::string> row = {fmt::format("rate {}", rate)};
    for (const double x : values_at(rate, cells, value)) {
      row.push_back(fmt::format("{:.3f}", x));
    }
    table.row(row);
  }
  table.print(std::cout, experiment.terminal);
  std::cout << '\n';
}

}  // namespace

void prepare_chart(Experiment& experiment) {
  const EnsembleSettings& settings = experiment.settings;
  use_one_blas_thread();
  take_blas_memory(settings.common.threads);
  experiment.data = load_data(data_options(settings));
  experiment.shards = {indices_below(experiment.data.train.size())};
  std::cout << fmt::format(
      "{}\nPairs of networks from different starts, on all of these images; "
      "{},\nbatch {}\n",
      experiment.data.description, counted(settings.common.epochs, "epoch"),
      settings.common.batch);
}

std::vector<ChartCell> chart_cells(const Experiment& experiment,
                                   Executor& executor) {
  LiveLines live(std::cout, experiment.terminal, 1,
                 experiment.settings.common.quiet);
  std::vector<ChartCell> cells;
  for (const std::size_t width : kWidths) {
    for (const double rate : kRates) {
      live.set(0, fmt::format("Pair {} of {}: {} hidden units, rate {}",
                              cells.size() + 1, kWidths.size() * kRates.size(),
                              width, rate));
      cells.push_back(chart_cell(experiment, executor, width, rate));
    }
  }
  return cells;
}

void print_chart(const Experiment& experiment,
                 const std::vector<ChartCell>& cells) {
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < kRates.size(); ++i) {
    curves.push_back({kMarks[i], fmt::format("rate {}", kRates[i]),
                      values_at(kRates[i], cells, &ChartCell::matched)});
  }
  Frame frame{.step = 9, .height = 12, .ticks = {}};
  for (const std::size_t width : kWidths) {
    frame.ticks.push_back(thousands(width));
  }
  draw_curves(std::cout, curves, frame);
  std::cout << '\n';
  print_values(experiment, "matched", cells, &ChartCell::matched);
  print_values(experiment, "as they are", cells, &ChartCell::different);
  print_values(experiment, "W1 moved by", cells, &ChartCell::moved);
  print_values(experiment, "accuracy", cells, &ChartCell::accuracy);
}

std::string chart_csv(const std::vector<ChartCell>& cells) {
  std::string csv = "width,rate,accuracy,different,matched,moved\n";
  for (const ChartCell& cell : cells) {
    csv += fmt::format("{},{},{:.4f},{:.4f},{:.4f},{:.4f}\n", cell.width,
                       cell.rate, cell.accuracy, cell.different, cell.matched,
                       cell.moved);
  }
  return csv;
}

}  // namespace nn
