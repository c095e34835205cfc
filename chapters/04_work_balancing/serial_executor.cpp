#include "04_work_balancing/serial_executor.hpp"

namespace nn {

void SerialExecutor::wait_all() {
  require_outside();
}

std::vector<WorkerCounters> SerialExecutor::counters() const {
  WorkerCounters all;
  // Relaxed: a count orders nothing.
  all.tasks_run = tasks_run_.load(std::memory_order_relaxed);
  return {all};
}

void SerialExecutor::schedule(Task& task) noexcept {
  const AsWorker worker(*this, 0);
  task.execute();
  tasks_run_.fetch_add(1, std::memory_order_relaxed);
  Task::finish(&task);
}

}  // namespace nn
