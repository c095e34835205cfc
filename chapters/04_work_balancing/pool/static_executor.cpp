#include "04_work_balancing/pool/static_executor.hpp"

#include <utility>

namespace nn {

StaticExecutor::StaticExecutor(std::size_t thread_count)
    : WorkerPool(thread_count),
      queues_(std::make_unique<WorkQueue<Task>[]>(this->thread_count())) {
  start();
}

StaticExecutor::~StaticExecutor() {
  stop();
}

// [HOLD]
void StaticExecutor::schedule(Task& task) {
  if (worker_index() != kOutside) return WorkerPool::schedule(task);
  const std::scoped_lock lock(holding_);
  held_back_.push_back(&task);
  task.state().hold_back();
}

void StaticExecutor::push(Task& task, std::size_t worker) {
  queues_[worker].push_nested(task);  // its owner is awake: it calls this
}

Task* StaticExecutor::find_task(std::size_t worker) {
  return queues_[worker].pop();
}
// [/HOLD]

// [DEAL]
void StaticExecutor::wait_all() {
  require_outside();
  {
    const std::scoped_lock lock(holding_);
    release_held();
  }
  WorkerPool::wait_all();
}

void StaticExecutor::release_held() noexcept {
  count_in(held_back_.size());
  for (Task* task : held_back_) task->state().release();
  deal_out(std::span<Task* const>(held_back_),
           std::span(queues_.get(), thread_count()));
  held_back_.clear();
  work_bell().ring_for_all();  // each worker must look into its own queue
}
// [/DEAL]

}  // namespace nn
