#include "04_work_balancing/schedule/schedules.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace nn {

std::deque<VirtualTask> virtual_tasks(const VirtualWork& work) {
  std::deque<VirtualTask> tasks;
  for (const std::size_t k : submission_order(work.shards, work.order)) {
    tasks.emplace_back(k, work.shards[k].size());
  }
  return tasks;
}

namespace {

using Queues = std::vector<WorkQueue<Task>>;

// [APART]
// Each worker runs what is in its queue, and nothing else.
Schedule run_apart(Queues& queues) {
  const auto find = [&](std::size_t me) { return queues[me].pop(); };
  return run_on_virtual_clock(queues.size(), {find});
}
// [/APART]

}  // namespace

// [STATIC]
Schedule static_schedule(const VirtualWork& work) {
  std::deque<VirtualTask> tasks = virtual_tasks(work);
  std::vector<Task*> pointers;
  for (VirtualTask& task : tasks) pointers.push_back(&task);
  Queues queues(work.threads);
  deal_out(std::span<Task* const>(pointers), std::span(queues));
  return run_apart(queues);
}
// [/STATIC]

// [BALANCED]
Schedule balanced_schedule(const VirtualWork& work,
                           const BalancingOptions& options) {
  std::deque<VirtualTask> tasks = virtual_tasks(work);
  std::vector<CounterCell> cells(work.threads);
  Bell<> bell;  // no worker sleeps at it
  BalancedQueues queues(options, cells, bell);
  const std::size_t from = work.by_a_task ? 0 : Executor::kOutside;
  for (VirtualTask& task : tasks) queues.push(task, from);
  const auto find = [&](std::size_t me) { return queues.find_task(me); };
  const auto after = [&](std::size_t me) { queues.after_task(me); };
  Schedule schedule = run_on_virtual_clock(work.threads, {find, after});
  add_moves(schedule, cells);
  return schedule;
}
// [/BALANCED]

Schedule bare_schedule(const VirtualWork& work) {
  std::deque<VirtualTask> tasks =
      virtual_tasks({.shards = work.shards, .threads = work.threads});
  const auto hands = dealt_largest_first(work.shards, work.threads);
  Queues queues(work.threads);
  for (std::size_t i = 0; i < work.threads; ++i) {
    for (const std::size_t k : hands[i]) queues[i].push_outside(tasks[k]);
  }
  return run_apart(queues);
}

double serial_seconds(std::span<const Shard> shards) {
  return virtual_seconds(image_count(shards));
}

// [LEAST]
double least_seconds(const VirtualWork& work) {
  const auto largest =
      std::ranges::max_element(work.shards, {}, std::ranges::size);
  return std::max(
      serial_seconds(work.shards) / static_cast<double>(work.threads),
      virtual_seconds(largest->size()));
}
// [/LEAST]

}  // namespace nn
