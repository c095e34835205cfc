#include "04_work_balancing/pool/work_balancing_pool.hpp"

namespace nn {

WorkBalancingPool::WorkBalancingPool(const Options& options)
    : WorkerPool(options.thread_count), queues_(options, cells(), work_bell()) {
  start();
}

WorkBalancingPool::WorkBalancingPool(std::size_t thread_count)
    : WorkBalancingPool(Options{.thread_count = thread_count}) {}

WorkBalancingPool::WorkBalancingPool() : WorkBalancingPool(Options{}) {}

WorkBalancingPool::~WorkBalancingPool() {
  stop();
}

// [HOOKS]
void WorkBalancingPool::push(Task& task, std::size_t worker) {
  queues_.push(task, worker);
}

Task* WorkBalancingPool::find_task(std::size_t worker) {
  return queues_.find_task(worker);
}

void WorkBalancingPool::after_task(std::size_t worker) {
  queues_.after_task(worker);
}
// [/HOOKS]

}  // namespace nn
