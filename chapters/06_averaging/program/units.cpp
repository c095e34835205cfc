#include "06_averaging/program/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <span>

#include "03_training/evaluation.hpp"
#include "04_work_balancing/ensemble/averages.hpp"
#include "04_work_balancing/ensemble/combination.hpp"
#include "06_averaging/rescaling.hpp"
#include "common/clock.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// Sixty networks move on for longer than that, but gain nothing by it.
constexpr std::size_t kMostPasses = 20;
constexpr arma::uword kRescaleImages = 5000;
constexpr std::uint64_t kTwinStream = std::uint64_t{1} << 35;

Matrix some_images(const Experiment& experiment) {
  const Matrix& images = experiment.data.train.images;
  return images.head_cols(std::min(images.n_cols, kRescaleImages));
}

std::vector<Network> twins_of(const Experiment& experiment,
                              const Network& network, std::size_t count) {
  Rng rng(experiment.settings.common.seed, kTwinStream);
  std::vector<Network> twins = {network};
  while (twins.size() < count) twins.push_back(shuffled_twin(network, rng));
  return twins;
}

}  // namespace

double test_accuracy(const Experiment& experiment, const Network& network) {
  const Dataset& test = experiment.data.test;
  return accuracy(predict(*experiment.engine, network, test.images),
                  test.labels);
}

// ---- One network and its twin ----------------------------------------------

TwinTrial try_twin(const Experiment& experiment, Executor& executor,
                   const Network& network) {
  const auto twins = twins_of(experiment, network, 2);
  const Dataset& test = experiment.data.test;
  const auto answers = [&](const Network& one) {
    return answers_of(predict(*experiment.engine, one, test.images),
                      test.labels);
  };
  const Answers own = answers(network), other = answers(twins[1]);
  TwinTrial trial{
      .digest = digest(network),
      .twin_digest = digest(twins[1]),
      .accuracy = own.accuracy,
      .twin_accuracy = other.accuracy,
      .average = answers(average_weights(executor, twins)).accuracy};
  for (std::size_t i = 0; i < own.guesses.size(); ++i) {
    if (own.guesses[i] == other.guesses[i]) ++trial.agree;
  }
  return trial;
}

void print_twin(const Experiment& experiment, const TwinTrial& trial) {
  Table table({"network", "digest of its weights", "test accuracy"});
  table.row({"model 0", digest_text(trial.digest), percent(trial.accuracy)});
  table.row({"its twin, units in another order", digest_text(trial.twin_digest),
             percent(trial.twin_accuracy)});
  table.row({"the average of both", "", percent(trial.average)});
  table.print(std::cout, experiment.terminal);
  std::cout << fmt::format("They agree on {} of {} test images.\n",
                           thousands(trial.agree),
                           thousands(experiment.data.test.size()));
}

// ---- Many networks ---------------------------------------------------------

Ensembles train_and_match(const AveragingChapter& chapter, Executor& executor) {
  const Experiment& experiment = chapter.experiment;
  const CommonOptions& common = experiment.settings.common;
  Ensembles ensembles;
  ensembles.different =
      train_and_show(experiment, executor, "different starts").networks;
  LiveLines live(std::cout, experiment.terminal, 1, common.quiet);
  live.set(0, "Matching their hidden units");
  const Stopwatch watch;
  double trying = 0;
  const auto note = [&](const MatchPass& pass) {
    trying += seconds_of([&] {
      const Network mean = average_weights(executor, pass.networks);
      ensembles.passes.push_back({pass.number, pass.moved,
                                  test_accuracy(experiment, mean),
                                  pass.shortest, pass.longest});
    });
    live.set(0, fmt::format("Matching their hidden units, pass {}",
                            pass.number + 1));
  };
  MatchedNetworks matched =
      match_all(executor, ensembles.different, kMostPasses, common.seed, note);
  ensembles.matched = std::move(matched.networks);
  ensembles.settled = matched.settled;
  ensembles.match_seconds = watch.seconds() - trying;
  return ensembles;
}

void print_passes(const Experiment& experiment, const Ensembles& ensembles) {
  Table table({"pass", "networks moved", "average of all", "shortest task",
               "longest task"});
  const std::vector<PassRow>& passes = ensembles.passes;
  for (std::size_t i = 0; i < passes.size(); ++i) {
    const PassRow& row = passes[i];
    const bool shown = row.number <= 2 || row.number % 5 == 0;
    if (!shown && i + 1 != passes.size()) continue;
    table.row({thousands(row.number), thousands(row.moved),
               percent(row.accuracy, 1), duration(row.shortest),
               duration(row.longest)});
  }
  table.print(std::cout, experiment.terminal);
  std::cout << fmt::format("{}, after {}.\n",
                           ensembles.settled
                               ? "Nothing moves any more"
                               : "Something still moves, and we stop",
                           duration(ensembles.match_seconds));
}

std::vector<AverageRow> average_rows(const AveragingChapter& chapter,
                                     Executor& executor,
                                     const Ensembles& ensembles) {
  const Experiment& experiment = chapter.experiment;
  const Matrix images = some_images(experiment);
  const std::span<const Network> different = ensembles.different;
  const auto all_twins = twins_of(experiment, different[0], different.size());
  const std::span<const Network> twins = all_twins;
  const auto good = [&](const Network& network) {
    return test_accuracy(experiment, network);
  };
  const auto good_rescaled = [&](const Network& mean,
                                 std::span<const Network> networks) {
    return good(rescaled(executor, *experiment.engine, mean, networks, images));
  };
  std::vector<AverageRow> rows;
  for (const std::size_t n : average_sizes(different.size())) {
    const Network mean = average_weights(executor, different.first(n));
    const Network twin = average_weights(executor, twins.first(n));
    const auto matched = std::span(ensembles.matched).first(n);
    const Network aligned = average_weights(executor, matched);
    rows.push_back({.networks = n,
                    .different = good(mean),
                    .norm = arma::norm(mean.layers.front().W, "fro"),
                    .twins = good(twin),
                    .rescaled = good_rescaled(mean, different.first(n)),
                    .twins_rescaled = good_rescaled(twin, twins.first(n)),
                    .matched = good(aligned),
                    .matched_norm = arma::norm(aligned.layers.front().W, "fro"),
                    .matched_rescaled = good_rescaled(aligned, matched)});
  }
  return rows;
}

void print_averages(const Experiment& experiment,
                    const std::vector<AverageRow>& rows) {
  Table table({"n", "as they are", "norm of W1", "if unrelated", "rescaled",
               "twins", "rescaled", "matched"});
  for (const AverageRow& row : rows) {
    const double unrelated =
        rows.front().norm / std::sqrt(static_cast<double>(row.networks));
    table.row({thousands(row.networks), percent(row.different, 1),
               fmt::format("{:.1f}", row.norm),
               fmt::format("{:.1f}", unrelated), percent(row.rescaled, 1),
               percent(row.twins, 1), percent(row.twins_rescaled, 1),
               percent(row.matched, 1)});
  }
  table.print(std::cout, experiment.terminal);
}

std::string averages_csv(const std::vector<AverageRow>& rows,
                         const std::vector<PassRow>& passes) {
  std::string csv;
  const auto add = [&](std::size_t n, const char* way, double good) {
    csv += fmt::format("average,{},{},{:.4f},,,\n", way, n, good);
  };
  const auto add_norm = [&](std::size_t n, const char* way, double good,
                            double norm) {
    csv += fmt::format("average,{},{},{:.4f},,{:.4f},\n", way, n, good, norm);
  };
  for (const AverageRow& row : rows) {
    add_norm(row.networks, "different", row.different, row.norm);
    add(row.networks, "rescaled", row.rescaled);
    add(row.networks, "twins", row.twins);
    add(row.networks, "twins rescaled", row.twins_rescaled);
    add_norm(row.networks, "matched", row.matched, row.matched_norm);
    add(row.networks, "matched rescaled", row.matched_rescaled);
  }
  for (const PassRow& pass : passes) {
    csv += fmt::format("pass,matched,{},{:.4f},,,{:.6f}\n", pass.number,
                       pass.accuracy, pass.longest);
  }
  return csv;
}

}  // namespace nn
