#include "06_averaging/program/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <span>
#include <utility>

#include "06_averaging/program/curves.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kSteps = 20;
constexpr std::size_t kColumnsAStep = 3;

struct NamedLine {
  const char* name;
  char mark;
  std::span<const LinePoint> points;
};

std::vector<NamedLine> named(const Lines& lines) {
  return {{"different starts", 'x', lines.different},
          {"the same two, matched", 'o', lines.matched},
          {"one start", '+', lines.same}};
}

void draw(const std::vector<NamedLine>& lines) {
  std::vector<Curve> curves;
  Frame frame{.lowest = lines.front().points.front().quality.loss,
              .step = kColumnsAStep,
              .ticks = std::vector<std::string>(kSteps + 1)};
  for (const auto& [name, mark, points] : lines) {
    Curve curve{mark, fmt::format("loss, {}", name), {}};
    for (const LinePoint& at : points) curve.values.push_back(at.quality.loss);
    frame.lowest = std::min(frame.lowest, std::ranges::min(curve.values));
    curves.push_back(std::move(curve));
  }
  frame.ticks.front() = "A";
  frame.ticks[kSteps / 2] = "half way";
  frame.ticks.back() = "B";
  draw_curves(std::cout, curves, frame);
}

}  // namespace

Lines lines_between(const AveragingChapter& chapter, Executor& executor,
                    const Ensembles& ensembles) {
  const Experiment& experiment = chapter.experiment;
  const auto line = [&](const Network& a, const Network& b) {
    return line_between(executor, *experiment.engine, a, b,
                        experiment.data.test, kSteps);
  };
  EnsemblePlan plan = experiment.plan(StartWeights::same);
  plan.shards = std::span(experiment.shards).first(2);
  const std::vector<Network> same = train_ensemble(executor, plan).networks;
  const std::vector<Network>& different = ensembles.different;
  Rng rng(experiment.settings.common.seed);
  const Matched matched = match(different[0], different[1], rng);
  return {line(different[0], different[1]), line(different[0], matched.network),
          line(same[0], same[1])};
}

void print_lines(const Experiment& experiment, const Lines& lines) {
  draw(named(lines));
  std::cout << '\n';
  Table table({"from A to B", "A", "half way", "B", "loss A", "half way", "B",
               "barrier"});
  const auto loss = [](const LinePoint& at) {
    return fmt::format("{:.2f}", at.quality.loss);
  };
  const auto good = [](const LinePoint& at) {
    return percent(at.quality.accuracy, 1);
  };
  for (const auto& [name, mark, points] : named(lines)) {
    const LinePoint& middle = points[points.size() / 2];
    table.row({name, good(points.front()), good(middle), good(points.back()),
               loss(points.front()), loss(middle), loss(points.back()),
               fmt::format("{:.3f}", barrier(points))});
  }
  table.print(std::cout, experiment.terminal);
  std::cout << "No barrier is below half the difference of its ends:";
  const char* before = " ";
  for (const auto& [name, mark, points] : named(lines)) {
    const double difference =
        points.back().quality.loss - points.front().quality.loss;
    std::cout << before << fmt::format("{:.3f}", std::abs(difference) / 2);
    before = ", ";
  }
  std::cout << ".\n";
}

std::string lines_csv(const Lines& lines) {
  std::string csv;
  const auto add = [&](const char* way, const std::vector<LinePoint>& line) {
    for (const auto& [t, quality] : line) {
      csv += fmt::format("line,{},{:.2f},{:.4f},{:.4f},,\n", way, t,
                         quality.accuracy, quality.loss);
    }
  };
  add("different", lines.different);
  add("matched", lines.matched);
  add("same", lines.same);
  return csv;
}

}  // namespace nn
