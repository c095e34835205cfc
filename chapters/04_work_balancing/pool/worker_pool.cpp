#include "04_work_balancing/pool/worker_pool.hpp"

#include "04_work_balancing/pool/waiting.hpp"

namespace nn {

WorkerPool::WorkerPool(std::size_t thread_count)
    : cells_(std::make_unique<CounterCell[]>(worker_count(thread_count))),
      workers_(worker_count(thread_count)) {}

// [START]
void WorkerPool::start() {
  try {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      workers_[i] = std::thread([this, i] { work(i); });
    }
  } catch (...) {
    stop();  // the machine has no more threads: end those that started
    throw;
  }
}

void WorkerPool::stop() noexcept {
  wait_all();
  stopping_ = true;
  work_.ring_for_all();
  for (auto& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
}
// [/START]

std::vector<WorkerCounters> WorkerPool::counters() const {
  std::vector<WorkerCounters> all(thread_count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = cells_[i].read();
  return all;
}

// ---- Giving tasks in -------------------------------------------------------

// [SCHEDULE]
void WorkerPool::schedule(Task& task) {
  count_in(1);
  try {
    push(task, worker_index());
  } catch (...) {
    count_out();
    throw;
  }
}

void WorkerPool::count_out() {
  if (--unfinished_ == 0) all_done_.ring_for_all();
}
// [/SCHEDULE]

// ---- Running them ----------------------------------------------------------

// [WORK]
void WorkerPool::work(std::size_t worker) {
  const AsWorker here(*this, worker);
  while (Task* task = find_or_sleep(worker)) run(task, worker);
}

Task* WorkerPool::find_or_sleep(std::size_t worker) {
  if (Task* task = find_task(worker)) return task;
  const IdleSpell idle(cell(worker));
  return nn::find_or_sleep(
      work_, [&] { return find_task(worker); },
      [&] { return stopping_.load(); });
}

void WorkerPool::run(Task* task, std::size_t worker) {
  task->execute();
  cell(worker).tasks_run.add();
  // The task may be gone afterwards.
  if (Task::finish(task)) work_.ring_for_all();
  count_out();
  after_task(worker);
}
// [/WORK]

// ---- Waiting ---------------------------------------------------------------

// [WAIT]
void WorkerPool::wait_all() {
  require_outside();
  sleep_until_over(all_done_, [&] { return unfinished_ == 0; });
}

void WorkerPool::help_until_done(Task& task, std::size_t worker) {
  while (!task.done()) {
    Task* other = find_task(worker);
    if (other == nullptr) other = find_or_sleep_until_done(task, worker);
    if (other != nullptr) run(other, worker);
  }
}

Task* WorkerPool::find_or_sleep_until_done(Task& task, std::size_t worker) {
  const IdleSpell idle(cell(worker));
  return nn::find_or_sleep_until_done(task.state(), work_,
                                      [&] { return find_task(worker); });
}
// [/WAIT]

}  // namespace nn
