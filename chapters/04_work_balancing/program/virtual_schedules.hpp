#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "04_work_balancing/program/experiment.hpp"
#include "04_work_balancing/schedule/schedules.hpp"
#include "common/files/trace.hpp"

namespace nn {

/// What an executor makes of the shards on the virtual clock.
struct NamedSchedule {
  std::string executor;  ///< its name in tables
  Schedule schedule;     ///< what it makes of them
};

/// The schedules of the static executor and of the balancing pool, whose tasks
/// come from a task, as in train_and_show().
std::vector<NamedSchedule> virtual_schedules(const Experiment& experiment);

/// Draws each schedule, all on one scale, and prints what each worker did.
void print_schedules(std::ostream& out, const Experiment& experiment,
                     const std::vector<NamedSchedule>& schedules);

/// Prints how long each takes, its speedup, and how much of the workers' time
/// is used; beside serial, bare threads, and what no schedule can beat.
void print_virtual_speed(std::ostream& out, const Experiment& experiment,
                         const std::vector<NamedSchedule>& schedules);

/// The schedules as a trace has them.
std::vector<TraceGroup> trace_groups(
    const std::vector<NamedSchedule>& schedules);

}  // namespace nn
