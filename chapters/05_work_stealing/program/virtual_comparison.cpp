#include "05_work_stealing/program/virtual_comparison.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "05_work_stealing/entry_queue.hpp"
#include "05_work_stealing/steps.hpp"
#include "05_work_stealing/task_deque.hpp"

namespace nn {

namespace {

// [WORKER]
// What a worker of the pool has, but for its thread.
struct VirtualWorker {
  VirtualWorker(std::uint64_t seed, std::size_t index) : rng(seed, index) {}

  CounterCell cell;
  TaskDeque deque{DequeKind::growing, 1024};
  EntryQueue<Task> entry;
  Rng rng;
};
// [/WORKER]

using VirtualWorkers = std::vector<std::unique_ptr<VirtualWorker>>;

VirtualWorkers make_workers(std::size_t count, std::uint64_t seed) {
  VirtualWorkers workers;
  for (std::size_t i = 0; i < count; ++i) {
    workers.push_back(std::make_unique<VirtualWorker>(seed, i));
  }
  return workers;
}

void submit(VirtualTask& task, std::size_t turn, bool by_a_task,
            VirtualWorkers& workers) {
  if (by_a_task) {
    workers[0]->deque.push(&task);
  } else {
    workers[turn % workers.size()]->entry.push(task);
  }
}

}  // namespace

// [STOLEN]
Schedule stolen_schedule(const VirtualWork& work, std::uint64_t seed) {
  std::deque<VirtualTask> tasks = virtual_tasks(work);
  VirtualWorkers workers = make_workers(work.threads, seed);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    submit(tasks[i], i, work.by_a_task, workers);
  }
  const auto find = [&](std::size_t me) {
    return find_task(workers, *workers[me]);
  };
  Schedule schedule = run_on_virtual_clock(work.threads, {find});
  for (std::size_t i = 0; i < work.threads; ++i) {
    schedule.counters[i] += workers[i]->cell.read();
  }
  return schedule;
}
// [/STOLEN]

namespace {

Entry entry_of(const std::string& executor, Schedule schedule) {
  return {.executor = executor,
          .seconds = {schedule.seconds},
          .spans = std::move(schedule.spans),
          .counters = std::move(schedule.counters)};
}

Heat virtual_heat(VirtualWork work, const HeatOptions& heat,
                  const ContestantOptions& options) {
  work.order = heat.order;
  work.by_a_task = heat.by_a_task;
  const BalancingOptions balancing = {.threshold = options.threshold,
                                      .seed = options.seed};
  return {heat,
          {entry_of("static", static_schedule(work)),
           entry_of("balancing", balanced_schedule(work, balancing)),
           entry_of("stealing", stolen_schedule(work, options.seed))}};
}

}  // namespace

Comparison compare_on_virtual_clock(std::span<const Shard> shards,
                                    const ComparisonOptions& options,
                                    const ContestantOptions& contestants) {
  const VirtualWork work = {.shards = shards, .threads = contestants.threads};
  Comparison result;
  result.title = options.title;
  result.serial.executor = "serial";
  result.serial.seconds = {serial_seconds(shards)};
  result.bare = entry_of("bare threads", bare_schedule(work));
  for (const HeatOptions& heat : options.heats) {
    result.heats.push_back(virtual_heat(work, heat, contestants));
  }
  return result;
}

}  // namespace nn
