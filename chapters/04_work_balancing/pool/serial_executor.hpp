#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "04_work_balancing/pool/executor.hpp"

namespace nn {

/// No threads at all: submit() runs the task before it returns, so every
/// future is ready. The other executors are compared with it.
///
/// It may be used from several threads, each running its own tasks; its
/// counters then count what the threads did together.
class SerialExecutor final : public Executor {
 public:
  /// Returns at once: nothing is ever left to do.
  void wait_all() override { require_outside(); }
  std::size_t thread_count() const override { return 1; }
  std::vector<WorkerCounters> counters() const override {
    WorkerCounters all;
    // Relaxed: a count orders nothing.
    all.tasks_run = tasks_run_.load(std::memory_order_relaxed);
    return {all};
  }

 private:
  // [SERIAL]
  void schedule(Task& task) override {
    const AsWorker worker(*this, 0);
    task.execute();
    tasks_run_.fetch_add(1, std::memory_order_relaxed);
    Task::finish(&task);
  }
  // [/SERIAL]
  // Never called: a task is done before its future is made.
  void help_until_done(Task&, std::size_t) override {}

  std::atomic<std::uint64_t> tasks_run_{0};
};

}  // namespace nn
