#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "04_work_balancing/pool/work_queue.hpp"
#include "04_work_balancing/pool/worker_pool.hpp"

namespace nn {

/// Deals the tasks out before work begins, in as many blocks as there are
/// workers, and never again: a worker that finishes first has nothing left to
/// do. It is the baseline that both pools must beat on uneven work. On even
/// work it is the best there is, as its workers have no queue to fight over.
///
/// Tasks from outside are held back until someone waits (for one of them, for
/// all, or in the destructor). Then n tasks go to w workers in blocks of
/// neighbours: worker i gets those from i*n/w up to (i+1)*n/w. Nothing runs
/// before; running out of memory then ends the program. wait_all() waits for
/// the tasks submitted before, not for those held back meanwhile.
/// Tasks that a task submits stay with the worker that runs it.
class StaticExecutor final : public WorkerPool {
 public:
  /// 0 threads means as many as the machine runs at once.
  explicit StaticExecutor(std::size_t thread_count = 0);
  ~StaticExecutor() override;

  void wait_all() override;

 private:
  void schedule(Task& task) override;
  void push(Task& task, std::size_t worker) override;
  Task* find_task(std::size_t worker) override;
  void release_held() noexcept override;

  std::vector<Task*> held_back_;  // guarded by holding_
  std::unique_ptr<WorkQueue<Task>[]> queues_;
};

}  // namespace nn
