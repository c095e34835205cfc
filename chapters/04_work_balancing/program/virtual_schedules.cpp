#include "04_work_balancing/program/virtual_schedules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"
#include "common/terminal/timeline.hpp"

namespace nn {

namespace {

VirtualWork work_of(const Experiment& experiment) {
  return {.shards = experiment.shards,
          .threads = experiment.threads(),
          .by_a_task = true};
}

}  // namespace

std::vector<NamedSchedule> virtual_schedules(const Experiment& experiment) {
  const VirtualWork work = work_of(experiment);
  const BalancingOptions options = {.threshold = experiment.settings.threshold,
                                    .seed = experiment.settings.common.seed};
  return {{"static", static_schedule(work)},
          {"work balancing", balanced_schedule(work, options)}};
}

void print_schedules(std::ostream& out, const Experiment& experiment,
                     const std::vector<NamedSchedule>& schedules) {
  double longest = 0;
  for (const auto& [executor, schedule] : schedules) {
    longest = std::max(longest, schedule.seconds);
  }
  std::vector<ExecutorCounters> counters;
  for (const auto& [executor, schedule] : schedules) {
    out << executor << '\n';
    draw_timeline(out, experiment.terminal, schedule.spans,
                  schedule.counters.size(), longest);
    out << '\n';
    counters.push_back({executor, schedule.counters});
  }
  print_counters(out, experiment.terminal, counters);
}

void print_virtual_speed(std::ostream& out, const Experiment& experiment,
                         const std::vector<NamedSchedule>& schedules) {
  const VirtualWork work = work_of(experiment);
  const double serial = serial_seconds(work.shards);
  Table table({"executor", "time", "speedup", "busy"});
  const auto add_row = [&](const std::string& name, double seconds,
                           std::size_t workers) {
    const double speedup = serial / seconds;
    table.row({name, duration(seconds), fmt::format("{:.2f}", speedup),
               percent(speedup / static_cast<double>(workers), 1)});
  };
  add_row("serial", serial, 1);
  for (const auto& [executor, schedule] : schedules) {
    add_row(executor, schedule.seconds, work.threads);
  }
  add_row(counted(work.threads, "bare thread"), bare_schedule(work).seconds,
          work.threads);
  add_row("(none can be faster)", least_seconds(work), work.threads);
  table.print(out, experiment.terminal);
}

std::vector<TraceGroup> trace_groups(
    const std::vector<NamedSchedule>& schedules) {
  std::vector<TraceGroup> groups;
  for (const auto& [executor, schedule] : schedules) {
    groups.push_back({executor, schedule.spans, schedule.counters.size()});
  }
  return groups;
}

}  // namespace nn
