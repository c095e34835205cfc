#include "05_work_stealing/work_stealing_pool.hpp"

#include <algorithm>

#include "05_work_stealing/spin.hpp"

namespace nn {

// [START]
WorkStealingPool::WorkStealingPool(const Options& options) {
  const std::size_t n = worker_count(options.thread_count);
  for (std::size_t i = 0; i < n; ++i) {
    const Worker& worker =
        *workers_.emplace_back(std::make_unique<Worker>(options, i));
    tallies_.push_back(&worker.tally);
    tallies_.push_back(&worker.entry.tally());
  }
  // Only now: a thief looks into every worker's deque.
  try {
    for (std::size_t i = 0; i < n; ++i) {
      workers_[i]->thread = std::thread([this, i] { work(i); });
    }
  } catch (...) {
    stop();  // the machine has no more threads: end those that started
    throw;
  }
}
// [/START]

WorkStealingPool::WorkStealingPool(std::size_t thread_count)
    : WorkStealingPool(Options{.thread_count = thread_count}) {}

WorkStealingPool::WorkStealingPool() : WorkStealingPool(Options{}) {}

// [STOP]
WorkStealingPool::~WorkStealingPool() {
  stop();
}

void WorkStealingPool::stop() noexcept {
  wait_all();
  // Release: published by the notification; pairs with find_or_sleep().
  stopping_.store(true, std::memory_order_release);
  sleepers_.tell_to_leave();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

std::vector<WorkerCounters> WorkStealingPool::counters() const {
  std::vector<WorkerCounters> all;
  for (const auto& worker : workers_) all.push_back(worker->cell.read());
  return all;
}

void WorkStealingPool::wait_all() {
  require_outside();
  wait_until_all_done(tallies_, all_done_);
}
// [/STOP]

// ---- Giving tasks in -------------------------------------------------------

// [ENTER]
void WorkStealingPool::schedule(Task& task) {
  const std::size_t worker = worker_index();
  if (worker == kOutside) return enter(task);
  Worker& me = *workers_[worker];
  if (!push(task, me)) run(&task, me);  // no room
}

void WorkStealingPool::enter(Task& task) {
  task.say_entered();
  // Round robin. Relaxed: the count orders nothing.
  const auto turn = next_entry_.fetch_add(1, std::memory_order_relaxed);
  workers_[turn % workers_.size()]->entry.push(task);
  sleepers_.tell_of_outside_task();
}
// [/ENTER]

// ---- Running them ----------------------------------------------------------

// [WORK]
void WorkStealingPool::work(std::size_t index) {
  const AsWorker as_worker(*this, index);
  Worker& me = *workers_[index];
  while (Task* task = find_or_sleep(me)) run(task, me);
}

void WorkStealingPool::run(Task* task, Worker& me) {
  task->execute();
  me.cell.tasks_run.add();
  end_task([task] { return Task::finish(task); }, me.tally, sleepers_);
}
// [/WORK]

// [IDLE]
Task* WorkStealingPool::find_or_sleep(Worker& me) {
  if (Task* task = find_task(workers_, me)) return task;
  tell_if_all_done(tallies_, all_done_);
  const IdleSpell idle(me.cell);
  for (Spin spin; spin.once();) {
    if (Task* task = find_task(workers_, me)) return task;
  }
  return sleepers_.find_or_sleep(
      [&] { return find_task(workers_, me); },
      // Acquire pairs with the release in stop().
      [&] { return stopping_.load(std::memory_order_acquire); });
}
// [/IDLE]

// ---- Waiting ---------------------------------------------------------------

// [HELP]
void WorkStealingPool::help_until_done(Task& task, std::size_t worker) {
  Worker& me = *workers_[worker];
  if (task.entered() && remove_entered(task)) run(&task, me);
  help_until_done(task, me);
}
// [/HELP]

// [REMOVE_ENTERED]
/// True if the task was in an entry queue: then it is the caller's to run.
bool WorkStealingPool::remove_entered(Task& task) {
  return std::any_of(workers_.begin(), workers_.end(),
                     [&](auto& worker) { return worker->entry.remove(task); });
}
// [/REMOVE_ENTERED]

// [HELP_LOOP]
void WorkStealingPool::help_until_done(Task& task, Worker& me) {
  while (!task.done()) {
    Task* other = find_nested(workers_, me);
    if (other == nullptr) other = find_or_sleep_until_done(task, me);
    if (other != nullptr) run(other, me);
  }
}
// [/HELP_LOOP]

// [TAKE_BACK]
/// For join(): true if no thief began the job, which then belongs to the caller
/// again; else returns when it is done. What its tasks pushed after the job
/// and never waited for is run first. Nothing older is: while the job is not
/// done, it is in the deque, or a thief took it and all that was older before.
bool WorkStealingPool::take_back(Task& job, Worker& me) {
  while (!job.done()) {
    Task* const task = me.deque.take();
    if (task == nullptr) break;
    if (task == &job) return true;
    run(task, me);
  }
  help_until_done(job, me);
  return false;
}
// [/TAKE_BACK]

// [SLEEP]
/// Null if the awaited task is done, or if it was all for nothing.
Task* WorkStealingPool::find_or_sleep_until_done(Task& task, Worker& me) {
  const IdleSpell idle(me.cell);
  for (Spin spin; spin.once();) {
    if (task.done()) return nullptr;
    if (Task* other = find_nested(workers_, me)) return other;
  }
  return sleepers_.find_or_sleep_until_done(
      task.state(), [&] { return find_nested(workers_, me); });
}
// [/SLEEP]

}  // namespace nn
