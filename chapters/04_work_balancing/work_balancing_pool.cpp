#include "04_work_balancing/work_balancing_pool.hpp"

#include <algorithm>

#include "common/error.hpp"

namespace nn {
namespace {

WorkBalancingPool::Options checked(WorkBalancingPool::Options options) {
  if (options.coin >= 0) return options;
  throw InputError("WorkBalancingPool: the coin must be at least 0");
}

}  // namespace

WorkBalancingPool::WorkBalancingPool(const Options& options)
    : WorkerPool(options.thread_count),
      options_(checked(options)),
      queues_(std::make_unique<WorkQueue[]>(thread_count())) {
  for (std::size_t i = 0; i < thread_count(); ++i) {
    luck_.push_back({Rng(options.seed, i)});
  }
  start();
}

WorkBalancingPool::WorkBalancingPool(std::size_t thread_count)
    : WorkBalancingPool(Options{.thread_count = thread_count}) {}

WorkBalancingPool::WorkBalancingPool() : WorkBalancingPool(Options{}) {}

WorkBalancingPool::~WorkBalancingPool() {
  stop();
}

void WorkBalancingPool::push(Task& task, std::size_t worker) {
  if (worker == kOutside) {
    // Round robin. Relaxed: the count orders nothing.
    const auto turn = next_queue_.fetch_add(1, std::memory_order_relaxed);
    queues_[turn % thread_count()].push_outside(task);
  } else {
    queues_[worker].push_nested(task);
  }
  work_came_for_one();
}

Task* WorkBalancingPool::find_task(std::size_t worker) {
  if (Task* task = queues_[worker].pop()) return task;
  const std::size_t n = thread_count();
  const std::size_t first = luck_[worker].rng.below(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t victim = (first + k) % n;
    if (victim == worker || !balance(worker, victim, 0)) continue;
    // Another may have balanced it away again in between.
    if (Task* task = queues_[worker].pop()) return task;
  }
  return nullptr;
}

// [BALANCE]
void WorkBalancingPool::after_task(std::size_t worker) {
  const std::size_t queue = queues_[worker].size();
  const std::size_t others = thread_count() - 1;
  // Without tasks or without others: find_task() sees to that.
  if (queue == 0 || others == 0) return;
  if (!coin_comes_up(worker, queue)) return;
  const std::size_t draw = luck_[worker].rng.below(others);
  const std::size_t victim = draw < worker ? draw : draw + 1;
  balance(worker, victim, options_.threshold);
}

bool WorkBalancingPool::coin_comes_up(std::size_t worker, std::size_t queue) {
  const double chance = options_.coin / static_cast<double>(queue + 1);
  return luck_[worker].rng.uniform() < chance;
}

bool WorkBalancingPool::balance(std::size_t me, std::size_t victim,
                                std::size_t threshold) {
  const auto [low, high] = std::minmax(me, victim);
  const std::size_t moved =
      WorkQueue::even_out(queues_[low], queues_[high], threshold);
  cell(me).moves_tried.add();
  if (moved == 0) return false;
  cell(me).tasks_moved.add(moved);
  cell(me).moves_done.add();
  // A worker that is about to sleep may have looked into the receiver's queue
  // before the move and into the giver's after it. It must look again, or it
  // would sleep beside what it missed.
  work_came_for_one();
  return true;
}
// [/BALANCE]

}  // namespace nn
