#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "04_work_balancing/executor.hpp"

namespace nn {

/// No threads at all: submit() runs the task before it returns, so every
/// future is ready. What the other executors are compared with.
///
/// It may be used from several threads, each running its own tasks; its
/// counters then count what the threads did together.
class SerialExecutor final : public Executor {
 public:
  /// Returns at once: nothing is ever left to do.
  void wait_all() override;
  std::size_t thread_count() const override { return 1; }
  std::vector<WorkerCounters> counters() const override;

 private:
  void schedule(Task& task) noexcept override;
  void wait_for(Task&) override {}  // done before its future was made

  std::atomic<std::uint64_t> tasks_run_{0};
};

}  // namespace nn
