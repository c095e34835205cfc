#include "04_work_balancing/static_executor.hpp"

#include <utility>

namespace nn {

StaticExecutor::StaticExecutor(std::size_t thread_count)
    : WorkerPool(thread_count),
      queues_(std::make_unique<WorkQueue[]>(this->thread_count())) {
  start();
}

StaticExecutor::~StaticExecutor() {
  stop();
}

void StaticExecutor::push(Task& task, std::size_t worker) {
  if (worker != kOutside) {
    queues_[worker].push_nested(task);  // its owner is awake: it calls this
    return;
  }
  const std::lock_guard lock(mutex_);
  gathered_.push_back(&task);
}

Task* StaticExecutor::find_task(std::size_t worker) {
  return queues_[worker].pop();
}

void StaticExecutor::before_waiting() {
  std::vector<Task*> dealt;
  {
    const std::lock_guard lock(mutex_);
    dealt.swap(gathered_);
  }
  if (dealt.empty()) return;
  const std::size_t n = dealt.size();
  const std::size_t w = thread_count();
  for (std::size_t i = 0; i < w; ++i) {
    for (std::size_t k = i * n / w; k < (i + 1) * n / w; ++k) {
      queues_[i].push_outside(*dealt[k]);
    }
  }
  work_came_for_all();  // each worker must look into its own queue
}

}  // namespace nn
