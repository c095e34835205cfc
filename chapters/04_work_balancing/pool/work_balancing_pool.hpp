#pragma once

#include <cstddef>

#include "04_work_balancing/pool/balanced_queues.hpp"
#include "04_work_balancing/pool/worker_pool.hpp"

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
/// Three things are better here than in the textbook:
///
/// 1. *A worker without tasks sleeps.* The textbook's spins on its coin, and
///    while one long task runs all other cores burn.
/// 2. *A worker without tasks looks at every queue*, beginning with a random
///    one, before it sleeps, and everything that is queued wakes one sleeper.
///    The textbook's looks at one queue a turn; and since a sleeper flips no
///    coin, and a worker with a long queue hardly ever (once in thirty tasks
///    at length 30), no worker would bring it work. So the coin decides only
///    between workers that both have work, and no worker sleeps on while a
///    task is queued.
/// 3. *The threshold does not bind a worker without tasks.* It is there to
///    save moves that gain little; but a queue of one task behind a long one
///    is below any threshold, and its taker would wait beside it.
class WorkBalancingPool final : public WorkerPool {
 public:
  /// How many workers, and when two of them even out their queues.
  using Options = BalancingOptions;

  /// @throws InputError if the coin is negative or not a number
  /// @throws std::system_error if the machine has no more threads to give
  explicit WorkBalancingPool(const Options& options);
  /// The default options but for the number of threads.
  explicit WorkBalancingPool(std::size_t thread_count);
  WorkBalancingPool();
  ~WorkBalancingPool() override;

 private:
  void push(Task& task, std::size_t worker) override;
  Task* find_task(std::size_t worker) override;
  void after_task(std::size_t worker) override;

  BalancedQueues queues_;
};

}  // namespace nn
