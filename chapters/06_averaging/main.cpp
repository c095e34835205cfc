// Chapter 6: why the average of sixty networks guesses, and what cures it.

#include <fmt/format.h>

#include <iostream>

#include "04_work_balancing/program/report.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "06_averaging/program/chart.hpp"
#include "06_averaging/program/lines.hpp"
#include "06_averaging/program/settings.hpp"
#include "06_averaging/program/sums.hpp"
#include "06_averaging/program/units.hpp"
#include "06_averaging/program/verdict.hpp"
#include "06_averaging/program/ways.hpp"
#include "common/files/result_file.hpp"
#include "common/program/program.hpp"
#include "common/terminal/text.hpp"

namespace {

using namespace nn;

void sum_up(const AveragingChapter& chapter,
            const std::vector<AverageRow>& rows,
            const std::vector<WayResult>& ways) {
  print_title(chapter.experiment, "What you have just seen");
  std::cout << verdict(rows, chapter.experiment.data.test.size())
            << fmt::format(
                   "In {} from one start, averaged after each: {}; with "
                   "momentum: {}.\n",
                   counted(ways[0].accuracies.size(), "round"),
                   percent(ways[0].accuracies.back(), 1),
                   percent(ways[1].accuracies.back(), 1));
}

// ---- The story -------------------------------------------------------------

void show_story(AveragingChapter& chapter, Executor& pool, ResultFile& csv) {
  const Experiment& experiment = chapter.experiment;
  const std::vector<Way> ways = ways_of(chapter);
  const Ensembles ensembles = train_and_match(chapter, pool);

  print_title(experiment, "One network, and the same in another order");
  print_twin(experiment, try_twin(experiment, pool, ensembles.different[0]));

  print_title(experiment, "How the units of all were matched");
  print_passes(experiment, ensembles);

  print_title(experiment, "How good the average of n networks is");
  const std::vector<AverageRow> rows = average_rows(chapter, pool, ensembles);
  print_averages(experiment, rows);

  print_title(experiment, "On the line between two networks");
  const Lines lines = lines_between(chapter, pool, ensembles);
  print_lines(experiment, lines);

  const std::vector<WayResult> results = train_ways(chapter, pool, ways);
  print_title(experiment, "In rounds, from one start");
  print_ways(experiment, results);

  const SumCosts costs = time_sums(chapter, pool, ensembles.different);
  print_title(experiment, "What the averaging costs");
  print_sums(experiment, costs, results.front());

  csv.write("part,way,at,accuracy,loss,norm,seconds\n" +
            averages_csv(rows, ensembles.passes) + lines_csv(lines) +
            ways_csv(results) + sums_csv(costs));
  sum_up(chapter, rows, results);
}

// ---- The chart -------------------------------------------------------------

void show_chart(const Experiment& experiment, Executor& pool, ResultFile& csv) {
  const std::vector<ChartCell> cells = chart_cells(experiment, pool);
  csv.write(chart_csv(cells));
  print_title(experiment,
              "The barrier between two matched networks, over their width");
  print_chart(experiment, cells);
}

int chapter06(CommandLine& line) {
  AveragingChapter chapter;
  Experiment& experiment = chapter.experiment;
  read_settings(line, chapter);
  ResultFile csv(experiment.settings.common.csv);
  chapter.chart ? prepare_chart(experiment) : prepare(experiment);
  WorkStealingPool pool(experiment.threads());
  if (chapter.chart) {
    show_chart(experiment, pool, csv);
  } else {
    show_story(chapter, pool, csv);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter06);
}
