/// @file
/// The queues of the work-balancing pool and the rule by which workers share
/// what is in them: all of the pool but its threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "04_work_balancing/pool/bell.hpp"
#include "04_work_balancing/pool/counters.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "04_work_balancing/pool/work_queue.hpp"
#include "common/rng.hpp"

namespace nn {

/// How many workers there are, and when two of them even out their queues.
struct BalancingOptions {
  /// 0 means as many as the machine runs at once.
  std::size_t thread_count = 0;
  /// Two workers with work even out only if their queues' lengths differ by
  /// more than this.
  std::size_t threshold = 1;
  /// The coin comes up with probability coin/(queue + 1): 1 is the
  /// textbook's, 0 never (only workers without tasks balance), infinity
  /// always.
  double coin = 1.0;
  /// Coins and victims of worker k come from stream k of this seed.
  std::uint64_t seed = 1;
};

/// One queue a worker. They know nothing of threads: the pool calls them from
/// its workers' threads, and a virtual clock (see schedule/) from one.
class BalancedQueues {
 public:
  /// @param cells one a worker: where its looks are counted
  /// @param bell rung when a worker that sleeps should look again
  /// @throws InputError if the coin is negative or not a number
  BalancedQueues(const BalancingOptions& options, std::span<CounterCell> cells,
                 Bell<>& bell);

  /// Queues a task that one of this worker's tasks submits; or, if the worker
  /// is Executor::kOutside, a thread outside. Then the queues take turns.
  void push(Task& task, std::size_t worker);

  /// The next task of this worker; null if no queue had one to give when the
  /// worker looked there. One may have come since.
  Task* find_task(std::size_t worker);
  /// To be called by the worker after each task: it flips its coin.
  void after_task(std::size_t worker);

 private:
  /// On cache lines of its own: each worker draws from its own stream.
  struct alignas(kCacheLine) Luck {
    Rng rng;
  };

  Task* take_any();
  bool coin_comes_up(std::size_t worker, std::size_t queue);
  std::size_t even_out(std::size_t me, std::size_t victim,
                       std::size_t threshold);
  std::size_t count() const { return cells_.size(); }
  std::span<WorkQueue<Task>> queues() { return {queues_.get(), count()}; }

  // [DATA]
  const BalancingOptions options_;
  const std::span<CounterCell> cells_;  // one a worker
  Bell<>& bell_;                        // the pool's, where workers sleep
  std::unique_ptr<WorkQueue<Task>[]> queues_;
  std::vector<Luck> luck_;
  std::atomic<std::size_t> next_queue_{0};  // for tasks from outside
  // [/DATA]
};

}  // namespace nn
