#include "04_work_balancing/pool/executor.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace nn {

WorkerCounters& WorkerCounters::operator+=(const WorkerCounters& other) {
  tasks_run += other.tasks_run;
  tasks_moved += other.tasks_moved;
  moves_tried += other.moves_tried;
  moves_done += other.moves_done;
  idle += other.idle;
  return *this;
}

WorkerCounters& WorkerCounters::operator-=(const WorkerCounters& earlier) {
  tasks_run -= earlier.tasks_run;
  tasks_moved -= earlier.tasks_moved;
  moves_tried -= earlier.moves_tried;
  moves_done -= earlier.moves_done;
  idle -= earlier.idle;
  return *this;
}

WorkerCounters sum(const std::vector<WorkerCounters>& workers) {
  return std::accumulate(workers.begin(), workers.end(), WorkerCounters{});
}

// [WAIT]
// The executor may be destroyed meanwhile by another thread. Two threads may
// touch it nevertheless: its own worker, for which the destructor waits; and
// one that finds the task held back, as the destructor releases held tasks
// under the same lock.
void wait_until_done(Executor* executor, Task& task) {
  if (task.state().held_back()) {
    const std::scoped_lock lock(Executor::holding_);
    if (task.state().held_back()) executor->release_held();
  }
  const std::size_t worker = Executor::index_in(executor);
  if (worker != Executor::kOutside) {
    executor->help_until_done(task, worker);
  } else {
    task.sleep_until_done();
  }
}
// [/WAIT]

void Executor::require_outside() const {
  if (worker_index() == kOutside) return;
  throw std::logic_error(
      "wait_all() inside a task would wait for the task itself; "
      "get() the futures that you need");
}

std::size_t worker_count(std::size_t requested) {
  if (requested != 0) return requested;
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace nn
