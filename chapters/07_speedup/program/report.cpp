#include "07_speedup/program/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>

#include "04_work_balancing/program/report.hpp"
#include "07_speedup/laws.hpp"
#include "07_speedup/program/chart.hpp"
#include "common/rng.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

std::string speed(double value) {
  if (value >= 9.995) return fmt::format("{:.1f}", value);
  return fmt::format("{:.{}f}", value, value < 0.0995 ? 3 : 2);
}

namespace {

std::string with_interval(const Estimate& estimate) {
  return fmt::format("{} {}..{}", speed(estimate.median), speed(estimate.low),
                     speed(estimate.high));
}

}  // namespace

// ---- As measured -----------------------------------------------------------

void print_speedups(std::ostream& out, const Terminal& terminal,
                    const std::vector<Point>& points) {
  Rng rng(1);
  for (std::size_t way = 0; way < all_ways().size(); ++way) {
    Table table({"workers", "bare threads", "static", "balancing", "stealing"});
    for (const Point& point : points) {
      if (point.way != way) continue;
      std::vector<std::string> row = {thousands(point.workers)};
      for (const std::size_t which :
           {kCeiling, std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        row.push_back(
            with_interval(bootstrap_median(speedups(point, which), rng)));
      }
      table.row(row);
    }
    out << (way == 0 ? "" : "\n") << all_ways()[way].name << '\n';
    table.print(out, terminal);
  }
}

void chart_measured(std::ostream& out, const Terminal& terminal,
                    const std::vector<Cell>& cells, std::size_t way) {
  std::vector<ChartLine> lines = {{'t', "static", {}, {}},
                                  {'b', "balancing", {}, {}},
                                  {'s', "stealing", {}, {}},
                                  {'-', "bare threads, the ceiling", {}, {}}};
  for (const Cell& cell : cells) {
    if (cell.way != way) continue;
    const auto workers = static_cast<double>(cell.workers);
    lines[cell.executor].x.push_back(workers);
    lines[cell.executor].y.push_back(cell.measured.median);
    if (cell.executor != 0) continue;
    lines[kCeiling].x.push_back(workers);
    lines[kCeiling].y.push_back(cell.ceiling);
  }
  draw_chart(out, terminal, lines, "workers", "speedup", 9);
}

// ---- As simulated ----------------------------------------------------------

void print_costs(std::ostream& out, const Terminal& terminal,
                 const Costs& costs) {
  Table table({"executor", "workers", "submit", "run", "look", "move", "carry",
               "wake"});
  for (const auto& [key, cost] : costs) {
    std::vector<std::string> row = {kExecutors[key.first],
                                    thousands(key.second)};
    for (const Ticks ticks :
         {cost.submit, cost.run, cost.look, cost.move, cost.carry, cost.wake}) {
      row.push_back(thousands(static_cast<std::uint64_t>(ticks)));
    }
    table.row(row);
  }
  table.print(out, terminal);
}

void print_validation(std::ostream& out, const Terminal& terminal,
                      const std::vector<Cell>& cells) {
  Table table({"measured, simulated", "P", "static", "balancing", "stealing"});
  std::vector<std::string> row;
  for (const Cell& cell : cells) {
    if (cell.simulated == 0) continue;
    if (cell.executor == 0) {
      row = {all_ways()[cell.way].name, thousands(cell.workers)};
    }
    row.push_back(fmt::format("{} {} {:+.1f}%", speed(cell.measured.median),
                              speed(cell.simulated), 100 * cell.error()));
    if (row.size() == 5) table.row(row);
  }
  table.print(out, terminal);
}

void print_curve(std::ostream& out, const Terminal& terminal,
                 const Curve& curve) {
  Table table({"workers", "static", "balancing", "stealing", "bound"});
  for (std::size_t i = 0; i < curve.workers.size(); ++i) {
    table.row({thousands(curve.workers[i]), speed(curve.speedups[0][i]),
               speed(curve.speedups[1][i]), speed(curve.speedups[2][i]),
               speed(curve.bound[i])});
  }
  table.print(out, terminal);
}

void chart_curve(std::ostream& out, const Terminal& terminal,
                 const Curve& curve) {
  const std::vector<double> x(curve.workers.begin(), curve.workers.end());
  draw_chart(out, terminal,
             {{'t', "static", x, curve.speedups[0]},
              {'s', "stealing", x, curve.speedups[2]},
              {'b', "balancing", x, curve.speedups[1]},
              {'-', "no schedule is above", x, curve.bound}},
             "workers (simulated)", "speedup");
}

std::string simulated_note() {
  return "Simulated: without caches, memory bandwidth or a clock that changes.";
}

// ---- Where the time goes ---------------------------------------------------

void print_stages(std::ostream& out, const Terminal& terminal,
                  const std::vector<StagesRun>& runs) {
  std::vector<std::string> header = {"part"};
  for (const StagesRun& run : runs) {
    header.push_back(counted(run.workers, "worker"));
  }
  header.insert(header.end(), {"share", "gain at most"});
  Table table(header);
  std::vector<StageTimes> times;
  for (const StagesRun& run : runs) times.push_back(medians(run));
  const auto gains = what_if(times.front());
  for (std::size_t stage = 0; stage < kStageCount; ++stage) {
    std::vector<std::string> row = {kStages[stage]};
    for (const StageTimes& time : times) row.push_back(duration(time[stage]));
    row.push_back(percent(gains[stage].share, 1));
    row.push_back(fmt::format("{:.2f}", gains[stage].at_most));
    table.row(row);
  }
  std::vector<std::string> row = {"all"};
  for (const StageTimes& time : times) row.push_back(duration(total(time)));
  row.insert(row.end(), {"100.0%", "-"});
  table.row(row);
  table.print(out, terminal);
}

namespace {

const StagesRun* run_on(const std::vector<StagesRun>& runs,
                        std::size_t workers) {
  const auto found = std::ranges::find(runs, workers, &StagesRun::workers);
  return found == runs.end() ? nullptr : &*found;
}

// Training is what is shared; the other parts stay serial.
StageTimes with_training_of(const StageTimes& serial, const StageTimes& run) {
  StageTimes mixed = serial;
  mixed[2] = run[2];
  return mixed;
}

}  // namespace

// Of the run whose training alone is shared: the other parts are the serial
// share, so that the laws can be compared with what it really is.
void print_laws(std::ostream& out, const Terminal& terminal,
                const std::vector<StagesRun>& runs) {
  const StagesRun* const one = run_on(runs, 1);
  const StagesRun* const two = run_on(runs, 2);
  if (one == nullptr || two == nullptr) return;
  const StageTimes serial = medians(*one);
  const auto speedup_of = [&](const StagesRun& run) {
    return total(serial) / total(with_training_of(serial, medians(run)));
  };
  const double fitted = fitted_serial_share(speedup_of(*two), 2);
  const double parts = 1 - serial[2] / total(serial);
  out << fmt::format(
      "Only the training shared. Serial share of the serial run: {} by the\n"
      "parts' times, {} fitted by Amdahl's law from one and two workers.\n\n",
      percent(parts, 1), percent(fitted, 1));
  Table table({"workers", "measured", "Amdahl, fitted", "Amdahl, parts",
               "serial in parallel", "Gustafson"});
  for (const StagesRun& run : runs) {
    const StageTimes mixed = with_training_of(serial, medians(run));
    const double share = 1 - mixed[2] / total(mixed);
    table.row({thousands(run.workers), speed(speedup_of(run)),
               speed(amdahl_speedup(fitted, run.workers)),
               speed(amdahl_speedup(parts, run.workers)), percent(share, 1),
               speed(gustafson_speedup(share, run.workers))});
  }
  table.print(out, terminal);
}

}  // namespace nn
