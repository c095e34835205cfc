#include "04_work_balancing/pool/balanced_queues.hpp"

#include <new>

#include "common/error.hpp"

namespace nn {
namespace {

BalancingOptions checked(BalancingOptions options) {
  if (options.coin >= 0) return options;
  throw InputError("WorkBalancingPool: the coin must be at least 0");
}

}  // namespace

BalancedQueues::BalancedQueues(const BalancingOptions& options,
                               std::span<CounterCell> cells, Bell<>& bell)
    : options_(checked(options)),
      cells_(cells),
      bell_(bell),
      queues_(std::make_unique<WorkQueue<Task>[]>(cells.size())) {
  for (std::size_t i = 0; i < count(); ++i) {
    luck_.push_back({Rng(options.seed, i)});
  }
}

// [PUSH]
void BalancedQueues::push(Task& task, std::size_t worker) {
  if (worker == Executor::kOutside) {
    // Round robin. Relaxed: the count orders nothing.
    const auto turn = next_queue_.fetch_add(1, std::memory_order_relaxed);
    queues_[turn % count()].push_outside(task);
  } else {
    queues_[worker].push_nested(task);
  }
  bell_.ring_for_one();
}
// [/PUSH]

// [FIND_TASK]
Task* BalancedQueues::find_task(std::size_t worker) {
  const std::size_t first = luck_[worker].rng.below(count());
  try {
    return find_or_fetch(queues(), worker, first, [&](std::size_t victim) {
      return even_out(worker, victim, 0);
    });
  } catch (const std::bad_alloc&) {
    // No memory to queue others' tasks here. One to run needs no queue.
    return take_any();
  }
}

Task* BalancedQueues::take_any() {
  for (WorkQueue<Task>& queue : queues()) {
    if (Task* task = queue.pop()) return task;
  }
  return nullptr;
}
// [/FIND_TASK]

// [COIN]
void BalancedQueues::after_task(std::size_t worker) {
  const std::size_t queue = queues_[worker].size();
  const std::size_t others = count() - 1;
  // Without tasks or without others: find_task() sees to that.
  if (queue == 0 || others == 0) return;
  if (!coin_comes_up(worker, queue)) return;
  const std::size_t draw = luck_[worker].rng.below(others);
  const std::size_t victim = draw < worker ? draw : draw + 1;
  try {
    even_out(worker, victim, options_.threshold);
  } catch (const std::bad_alloc&) {
    // A queue had no memory to grow: each task stays where it was.
  }
}

// True with probability coin/(queue + 1), where `queue` is the number of tasks
// that wait for the worker. Draws one uniform number a flip, from the worker's
// own stream: no other thread may draw from it.
bool BalancedQueues::coin_comes_up(std::size_t worker, std::size_t queue) {
  // BEGIN SOLUTION coin_comes_up
  const double chance = options_.coin / static_cast<double>(queue + 1);
  return luck_[worker].rng.uniform() < chance;
  // END SOLUTION
}
// [/COIN]

// [MOVE]
std::size_t BalancedQueues::even_out(std::size_t me, std::size_t victim,
                                     std::size_t threshold) {
  const std::size_t moved = balance(queues(), me, victim, threshold, bell_);
  cells_[me].moves.add(moved);
  return moved;
}
// [/MOVE]

}  // namespace nn
