#include "04_work_balancing/worker_pool.hpp"

namespace nn {

WorkerPool::WorkerPool(std::size_t thread_count)
    : cells_(std::make_unique<CounterCell[]>(worker_count(thread_count))),
      workers_(worker_count(thread_count)) {}

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

std::vector<WorkerCounters> WorkerPool::counters() const {
  std::vector<WorkerCounters> all(thread_count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = cells_[i].read();
  return all;
}

// ---- Giving tasks in -------------------------------------------------------

void WorkerPool::schedule(Task& task) noexcept {
  ++unfinished_;  // before anyone can run it, or wait_all() could miss it
  push(task, worker_index());
}

// ---- Running them ----------------------------------------------------------

void WorkerPool::work(std::size_t worker) {
  const AsWorker here(*this, worker);
  while (Task* task = find_or_sleep(worker)) {
    run(task, worker);
    after_task(worker);
  }
}

Task* WorkerPool::find_or_sleep(std::size_t worker) {
  if (Task* task = find_task(worker)) return task;
  const IdleSpell idle(cell(worker));
  while (true) {
    const auto heard = work_.listen();
    // Look again: a task may have come between the last look and listen().
    if (Task* task = find_task(worker)) return task;
    if (stopping_) return nullptr;
    work_.sleep(heard);
  }
}

void WorkerPool::run(Task* task, std::size_t worker) {
  task->execute();
  cell(worker).tasks_run.add();
  const auto flags = Task::finish(task);  // the task may be gone now
  if ((flags & Task::kWorkerWaits) != 0) work_.ring_for_all();
  if ((flags & Task::kOutsiderWaits) != 0) finished_.ring_for_all();
  if (--unfinished_ == 0) finished_.ring_for_all();
}

// ---- Waiting ---------------------------------------------------------------

void WorkerPool::wait_all() {
  require_outside();
  before_waiting();
  while (true) {
    const auto heard = finished_.listen();
    if (unfinished_ == 0) return;
    finished_.sleep(heard);
  }
}

void WorkerPool::wait_for(Task& task) {
  before_waiting();
  const auto worker = worker_index();
  if (worker == kOutside) {
    sleep_until_done(task);
  } else {
    help_until_done(task, worker);
  }
}

void WorkerPool::sleep_until_done(Task& task) {
  while (!task.done()) {
    const auto heard = finished_.listen();
    if (!task.announce_wait(Task::kOutsiderWaits)) return;
    finished_.sleep(heard);
  }
}

void WorkerPool::help_until_done(Task& task, std::size_t worker) {
  while (!task.done()) {
    Task* other = find_task(worker);
    if (other == nullptr) other = sleep_until_work_or(task, worker);
    if (other != nullptr) run(other, worker);
  }
}

Task* WorkerPool::sleep_until_work_or(Task& task, std::size_t worker) {
  const IdleSpell idle(cell(worker));
  const auto heard = work_.listen();
  if (!task.announce_wait(Task::kWorkerWaits)) return nullptr;
  if (Task* other = find_task(worker)) return other;
  work_.sleep(heard);
  return nullptr;
}

}  // namespace nn
