#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "04_work_balancing/work_queue.hpp"
#include "04_work_balancing/worker_pool.hpp"

namespace nn {

/// Deals the tasks out before work begins, in as many blocks as there are
/// workers, and never again: whoever is done first goes home. The baseline
/// that both pools must beat on uneven work. On even work it is the best
/// there is, as it has no queue to fight over.
///
/// Tasks from outside gather until someone waits (for a future, for all, or
/// in the destructor). Then n tasks go to w workers in blocks of neighbours:
/// worker i gets those from i*n/w up to (i+1)*n/w. Nothing runs before.
/// Tasks that a task submits stay with the worker that runs it.
class StaticExecutor final : public WorkerPool {
 public:
  /// 0 threads means as many as the machine runs at once.
  explicit StaticExecutor(std::size_t thread_count = 0);
  ~StaticExecutor() override;

 private:
  void push(Task& task, std::size_t worker) override;
  Task* find_task(std::size_t worker) override;
  void before_waiting() override;

  std::mutex mutex_;
  std::vector<Task*> gathered_;  // guarded by mutex_
  std::unique_ptr<WorkQueue[]> queues_;
};

}  // namespace nn
