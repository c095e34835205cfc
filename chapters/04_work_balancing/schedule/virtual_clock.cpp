#include "04_work_balancing/schedule/virtual_clock.hpp"

#include <algorithm>
#include <chrono>
#include <queue>
#include <utility>

namespace nn {

namespace {

// What the clock shows, in images: whole numbers, so that no rounding decides
// which worker is first.
using Ticks = std::size_t;

// A worker's task, begun at a tick.
struct Begun {
  const VirtualTask* task;
  std::size_t worker;
  Ticks start;

  Ticks end() const { return start + task->images; }
};

std::chrono::nanoseconds nanoseconds(Ticks ticks) {
  return std::chrono::nanoseconds(ticks * (1'000'000'000 / kImagesPerSecond));
}

Schedule schedule_of(const std::vector<Begun>& all, std::size_t workers) {
  Ticks last = 0;
  for (const Begun& begun : all) last = std::max(last, begun.end());
  Schedule schedule;
  schedule.seconds = virtual_seconds(last);
  schedule.counters.assign(workers, {.idle = nanoseconds(last)});
  for (const Begun& begun : all) {
    schedule.spans.push_back({begun.task->model, begun.worker,
                              virtual_seconds(begun.start),
                              virtual_seconds(begun.end())});
    WorkerCounters& counters = schedule.counters[begun.worker];
    ++counters.tasks_run;
    counters.idle -= nanoseconds(begun.task->images);
  }
  return schedule;
}

}  // namespace

// [CLOCK]
Schedule run_on_virtual_clock(std::size_t workers,
                              const VirtualQueues& queues) {
  std::vector<Begun> all;
  // When each busy worker will be free; the first to be so is on top.
  using Free = std::pair<Ticks, std::size_t>;
  std::priority_queue<Free, std::vector<Free>, std::greater<>> busy;

  const auto begin_task = [&](std::size_t worker, Ticks now) {
    const Task* const task = queues.find_task(worker);
    if (task == nullptr) return;  // and it will find none later
    all.push_back({static_cast<const VirtualTask*>(task), worker, now});
    busy.emplace(all.back().end(), worker);
  };
  for (std::size_t i = 0; i < workers; ++i) begin_task(i, 0);
  while (!busy.empty()) {
    const auto [now, worker] = busy.top();
    busy.pop();
    queues.after_task(worker);
    begin_task(worker, now);
  }
  return schedule_of(all, workers);
}
// [/CLOCK]

void add_moves(Schedule& schedule, std::span<const CounterCell> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    schedule.counters[i] += cells[i].read();
  }
}

}  // namespace nn
