#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "04_work_balancing/work_queue.hpp"
#include "04_work_balancing/worker_pool.hpp"
#include "common/rng.hpp"

namespace nn {

/// One queue a worker, and now and then two workers even theirs out.
///
/// After each task a worker flips a coin that comes up with probability
/// 1/(length of its queue + 1): the less it has left, the more it looks
/// around. When it comes up, the worker picks another at random, locks both
/// queues, and if their lengths differ by more than a threshold moves tasks
/// until they are even, in whichever direction.
///
/// Source: Rudolph, Slivkin-Allaluf, Upfal, "A simple load balancing scheme
/// for task allocation in parallel machines" (SPAA 1991); Herlihy and Shavit,
/// The Art of Multiprocessor Programming, chapter 16, "Work balancing".
///
/// Three things are mended here that the textbook leaves open:
///
/// 1. *A worker without tasks sleeps.* The textbook's spins on its coin, and
///    while one long task runs all other cores burn.
/// 2. *A worker without tasks looks at every queue*, beginning with a random
///    one, before it sleeps, and everything that is queued wakes one sleeper.
///    The textbook's looks at one queue a turn; and since a sleeper flips no
///    coin, and a worker with a long queue hardly ever (once in thirty tasks
///    at length 30), nobody would bring it work. So the coin decides only
///    between workers that both have work, and no worker sleeps while a task
///    is queued.
/// 3. *The threshold does not bind a worker without tasks.* It is there to
///    save moves that gain little; but a queue of one task behind a long one
///    is below any threshold, and its taker would wait beside it.
class WorkBalancingPool final : public WorkerPool {
 public:
  /// How many workers, and when two of them even out their queues.
  struct Options {
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

  /// Throws InputError if the coin is negative or not a number.
  explicit WorkBalancingPool(const Options& options);
  /// The default options but for the number of threads.
  explicit WorkBalancingPool(std::size_t thread_count);
  WorkBalancingPool();
  ~WorkBalancingPool() override;

 private:
  /// On cache lines of its own: each worker draws from its own stream.
  struct alignas(128) Luck {
    Rng rng;
  };

  void push(Task& task, std::size_t worker) override;
  Task* find_task(std::size_t worker) override;
  void after_task(std::size_t worker) override;

  bool coin_comes_up(std::size_t worker, std::size_t queue);
  bool balance(std::size_t me, std::size_t victim, std::size_t threshold);

  const Options options_;
  std::unique_ptr<WorkQueue[]> queues_;
  std::vector<Luck> luck_;
  std::atomic<std::size_t> next_queue_{0};  // for tasks from outside
};

}  // namespace nn
