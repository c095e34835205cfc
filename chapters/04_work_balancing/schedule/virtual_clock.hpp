/// @file
/// Schedules that are computed instead of run: which worker takes each task,
/// and when, on a clock that nothing else on the machine disturbs.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "04_work_balancing/pool/counters.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "04_work_balancing/pool/task.hpp"
#include "common/terminal/timeline.hpp"

namespace nn {

/// How many images a worker trains on in a second of the virtual clock.
inline constexpr std::size_t kImagesPerSecond = 10'000;

/// How many seconds of the virtual clock so many images take.
inline double virtual_seconds(std::size_t images) {
  return static_cast<double>(images) / kImagesPerSecond;
}

// [VIRTUAL_TASK]
/// A task that takes time and does nothing. No queue can tell it from
/// one that trains a model on so many images.
struct VirtualTask final : Task {
  /// One that trains model `model_number` on `image_count` images.
  VirtualTask(std::size_t model_number, std::size_t image_count)
      : model(model_number), images(image_count) {}
  void execute() noexcept override {}

  const std::size_t model;   ///< its number in pictures
  const std::size_t images;  ///< how long it takes: a tick an image
};
// [/VIRTUAL_TASK]

/// What an EnsembleRun tells of the executor, on the virtual clock.
struct Schedule {
  /// Which worker runs each model, and when; in the order in which they begin.
  std::vector<TaskSpan> spans;
  std::vector<WorkerCounters> counters;  ///< of each worker
  double seconds = 0;                    ///< until the last task ends
};

/// What a worker asks of its pool's queues.
struct VirtualQueues {
  /// The worker's next task, a VirtualTask; null if there will be none for it.
  std::function<Task*(std::size_t worker)> find_task;
  /// Called by the worker after each task.
  std::function<void(std::size_t worker)> after_task = [](std::size_t) {};
};

/// Runs all tasks that are queued. Only a task takes time; to look for one
/// takes none. The worker that is free first looks first, and of several that
/// are free at the same moment the one with the lowest number. So the result
/// depends on nothing but the queues.
Schedule run_on_virtual_clock(std::size_t workers, const VirtualQueues& queues);

/// Adds the looks that the queues counted, one cell a worker, to the counters.
void add_moves(Schedule& schedule, std::span<const CounterCell> cells);

}  // namespace nn
