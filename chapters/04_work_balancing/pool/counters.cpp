#include "04_work_balancing/pool/counters.hpp"

namespace nn {

// Relaxed throughout: the clock's readings order nothing.

std::int64_t CounterCell::now() noexcept {
  const auto since_epoch = Clock::now().time_since_epoch();
  return std::chrono::nanoseconds(since_epoch).count();
}

void CounterCell::begin_idle() noexcept {
  const auto total = idle_.load(std::memory_order_relaxed) >> 1;
  idle_.store(2 * (total - now()) + 1, std::memory_order_relaxed);
}

void CounterCell::end_idle() noexcept {
  const auto total_less_begin = idle_.load(std::memory_order_relaxed) >> 1;
  idle_.store(2 * (total_less_begin + now()), std::memory_order_relaxed);
}

std::chrono::nanoseconds CounterCell::read_idle() const noexcept {
  while (true) {
    const auto word = idle_.load(std::memory_order_relaxed);
    const auto time = (word & 1) != 0 ? now() : 0;
    // Else a spell ended meanwhile, perhaps before the clock was read.
    if (idle_.load(std::memory_order_relaxed) == word) {
      return std::chrono::nanoseconds((word >> 1) + time);
    }
  }
}

WorkerCounters CounterCell::read() const noexcept {
  WorkerCounters counters;
  counters.tasks_run = tasks_run.read();
  const auto looks = moves.read();
  counters.moves_tried = looks.tried;
  counters.tasks_moved = looks.moved;
  counters.moves_done = looks.done;
  counters.idle = read_idle();
  return counters;
}

}  // namespace nn
