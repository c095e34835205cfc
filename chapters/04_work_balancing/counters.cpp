#include "04_work_balancing/counters.hpp"

namespace nn {

// Relaxed throughout: the clock's readings order nothing.

std::int64_t CounterCell::now() noexcept {
  const auto since_epoch = Clock::now().time_since_epoch();
  return std::chrono::nanoseconds(since_epoch).count();
}

void CounterCell::begin_idle() noexcept {
  idle_since_.store(now(), std::memory_order_relaxed);
}

void CounterCell::end_idle() noexcept {
  const auto began = idle_since_.load(std::memory_order_relaxed);
  idle_since_.store(0, std::memory_order_relaxed);
  idle_.add(static_cast<std::uint64_t>(now() - began));
}

WorkerCounters CounterCell::read() const noexcept {
  WorkerCounters counters;
  counters.tasks_run = tasks_run.read();
  // First what the worker counts last: then no move is seen before its tasks.
  counters.moves_done = moves_done.read();
  counters.moves_tried = moves_tried.read();
  counters.tasks_moved = tasks_moved.read();
  counters.idle = std::chrono::nanoseconds(idle_.read());
  const auto began = idle_since_.load(std::memory_order_relaxed);
  if (began != 0) counters.idle += std::chrono::nanoseconds(now() - began);
  return counters;
}

}  // namespace nn
