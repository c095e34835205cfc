#include "05_work_stealing/work_stealing_pool.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>
#include <utility>

#include "05_work_stealing/spin.hpp"

namespace nn {
namespace {

/// While it lives, the worker counts as one that may sleep.
class AboutToSleep {
 public:
  // Sequentially consistent, as are the deques' loads that follow: see
  // WorkStealingPool::push().
  explicit AboutToSleep(std::atomic<std::size_t>& sleepers)
      : sleepers_(sleepers) {
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
  }
  // Relaxed: seen late, it costs a wake-up that wakes nobody.
  ~AboutToSleep() { sleepers_.fetch_sub(1, std::memory_order_relaxed); }
  AboutToSleep(const AboutToSleep&) = delete;
  AboutToSleep& operator=(const AboutToSleep&) = delete;

 private:
  std::atomic<std::size_t>& sleepers_;
};

}  // namespace

WorkStealingPool::WorkStealingPool(const Options& options)
    : batch_(batch(options)) {
  const std::size_t n = worker_count(options.thread_count);
  for (std::size_t i = 0; i < n; ++i) {
    workers_.push_back(std::make_unique<Worker>(options, i));
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

/// The `batch_` of a pool with these options.
std::size_t WorkStealingPool::batch(const Options& options) {
  if (options.deque == DequeKind::growing) return kLargestBatch;
  return 1 + std::min(options.capacity, kLargestBatch - 1);
}

WorkStealingPool::WorkStealingPool(std::size_t thread_count)
    : WorkStealingPool(Options{.thread_count = thread_count}) {}

WorkStealingPool::WorkStealingPool() : WorkStealingPool(Options{}) {}

WorkStealingPool::~WorkStealingPool() {
  stop();
}

void WorkStealingPool::stop() noexcept {
  wait_all();
  // Release: published by notify_all(); pairs with find_or_sleep().
  stopping_.store(true, std::memory_order_release);
  idle_.notify_all();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

std::vector<WorkerCounters> WorkStealingPool::counters() const {
  std::vector<WorkerCounters> all;
  for (const auto& worker : workers_) all.push_back(worker->cell.read());
  return all;
}

// ---- Giving tasks in -------------------------------------------------------

void WorkStealingPool::schedule(Task& task) noexcept {
  if (worker_index() == kOutside) {
    entry_.push(task);
    idle_.notify_one();
  } else if (Worker& me = here(); !push(task, me)) {
    run(&task, me);
  }
}

// Two kinds may sleep, and either could run the task. Only an idle one could
// run a task from outside: with one common place to sleep, schedule() might
// wake a helping worker, which goes back to sleep, and leave an idle one.
void WorkStealingPool::tell_sleepers() {
  idle_.notify_one();
  helping_.notify_one();
}

// ---- Running them ----------------------------------------------------------

void WorkStealingPool::work(std::size_t index) {
  const AsWorker as_worker(*this, index);
  Worker& me = *workers_[index];
  while (Task* task = find_or_sleep(me)) run(task, me);
}

void WorkStealingPool::run(Task* task, Worker& me) {
  task->execute();
  me.cell.tasks_run.add();
  const auto flags = Task::finish(task);  // the task may be gone now
  me.finished.add();  // not before: what it held is gone when wait_all() ends
  if ((flags & Task::kWorkerWaits) != 0) helping_.notify_all();
  if ((flags & Task::kOutsiderWaits) != 0) done_.notify_all();
}

Task* WorkStealingPool::find_or_sleep(Worker& me) {
  if (Task* task = find_task(me)) return task;
  tell_if_all_done();
  const IdleSpell idle(me.cell);
  for (Spin spin; spin.once();) {
    if (Task* task = find_task(me)) return task;
  }
  while (true) {
    const AboutToSleep asleep(sleepers_);
    const auto ticket = idle_.prepare_wait();
    // Look again: a task may have come before we announced our sleep.
    Task* task = find_task(me);
    // Acquire pairs with the release in stop().
    const bool leave = stopping_.load(std::memory_order_acquire);
    if (task != nullptr || leave) {
      idle_.cancel_wait();
      return task;
    }
    idle_.wait(ticket);
  }
}

Task* WorkStealingPool::find_task(Worker& me) {
  if (Task* task = find_nested(me)) return task;
  return enter(me);
}

Task* WorkStealingPool::find_nested(Worker& me) {
  if (Task* task = me.deque.take()) return task;
  return steal(me);
}

Task* WorkStealingPool::steal(Worker& me) {
  const std::size_t n = workers_.size();
  const std::size_t first = n == 1 ? 0 : me.rng.below(n);
  for (std::size_t k = 0; k < n; ++k) {
    Worker& victim = *workers_[(first + k) % n];
    if (&victim == &me) continue;
    if (Task* task = steal_from(victim, me)) return task;
  }
  return nullptr;
}

Task* WorkStealingPool::steal_from(Worker& victim, Worker& me) {
  me.cell.moves_tried.add();
  while (true) {
    const auto [outcome, task] = victim.deque.steal();
    if (outcome == StealOutcome::kLost) continue;  // there may be more
    if (outcome == StealOutcome::kEmpty) return nullptr;
    me.cell.tasks_moved.add();
    me.cell.moves_done.add();
    return task;
  }
}

/// Takes the next task from the entry queue, and when many wait, some more
/// into the own deque, for one lock. The first that came is on top there.
Task* WorkStealingPool::enter(Worker& me) {
  std::array<Task*, kLargestBatch> room;
  const auto tasks = entry_.pop(std::span(room).first(batch_), workers_.size());
  if (tasks.empty()) return nullptr;
  for (std::size_t k = tasks.size(); k-- > 1;) {
    const bool fits = me.deque.push(*tasks[k]);
    assert(fits);  // we come here only when our own deque is empty
    static_cast<void>(fits);
  }
  // While we held them, another worker may have found nothing and gone to
  // sleep: they are as good as new.
  if (tasks.size() > 1) idle_.notify_all();
  return tasks[0];
}

// ---- Waiting ---------------------------------------------------------------

void WorkStealingPool::wait_for(Task& task) {
  if (worker_index() == kOutside) {
    sleep_until_done(task);
  } else {
    help_until_done(task, here());
  }
}

void WorkStealingPool::sleep_until_done(Task& task) {
  while (!task.done()) {
    const auto ticket = done_.prepare_wait();
    if (task.announce_wait(Task::kOutsiderWaits)) {
      done_.wait(ticket);
    } else {
      done_.cancel_wait();
    }
  }
}

void WorkStealingPool::help_until_done(Task& task, Worker& me) {
  while (!task.done()) {
    Task* other = find_nested(me);
    if (other == nullptr) other = find_or_sleep_until(task, me);
    if (other != nullptr) run(other, me);
  }
}

/// For join(): true if nobody stole the job, which then belongs to the caller
/// again; else returns when it is done. What its tasks pushed after the job
/// and never waited for is run first.
bool WorkStealingPool::take_back(Task& job, Worker& me) {
  while (Task* task = me.deque.take()) {
    if (task == &job) return true;
    run(task, me);
  }
  help_until_done(job, me);
  return false;
}

/// Null if the awaited task is done, or if it was all for nothing.
Task* WorkStealingPool::find_or_sleep_until(Task& task, Worker& me) {
  const IdleSpell idle(me.cell);
  for (Spin spin; spin.once();) {
    if (task.done()) return nullptr;
    if (Task* other = find_nested(me)) return other;
  }
  const AboutToSleep asleep(sleepers_);
  const auto ticket = helping_.prepare_wait();
  // Look again: see find_or_sleep().
  const bool pending = task.announce_wait(Task::kWorkerWaits);
  Task* other = pending ? find_nested(me) : nullptr;
  if (!pending || other != nullptr) {
    helping_.cancel_wait();
  } else {
    helping_.wait(ticket);
  }
  return other;
}

void WorkStealingPool::wait_all() {
  require_outside();
  while (true) {
    const auto ticket = all_done_.prepare_wait();
    if (all_done()) {
      all_done_.cancel_wait();
      return;
    }
    all_done_.wait(ticket);
  }
}

/// True if at some moment during the call no task was queued or running.
///
/// One shared count of unfinished tasks would be written by all workers for
/// every task. Instead each counts what it submitted and what it finished,
/// alone, and only who asks adds up: first all that finished, then all that
/// were submitted. Every task is counted as submitted before it can run, and
/// what it submits before it has finished. So a sum of "finished" that equals
/// the later sum of "submitted" leaves no task out: the tasks counted as
/// finished are all that were submitted, and their children are among them.
bool WorkStealingPool::all_done() const {
  std::uint64_t finished = 0;
  for (const auto& worker : workers_) finished += worker->finished.read();
  std::uint64_t submitted = entry_.submitted();
  for (const auto& worker : workers_) submitted += worker->submitted.read();
  return finished == submitted;
}

/// Called by a worker that just ran out of work. The last task's worker comes
/// by here, so nobody needs to be told at any other time.
void WorkStealingPool::tell_if_all_done() {
  // If two workers ran the last two tasks at the same moment, each might see
  // its own count and not yet the other's. Of two that pass this barrier, the
  // second sees the first's.
  StandardAtomics::fence(std::memory_order_seq_cst);
  if (all_done()) all_done_.notify_all();
}

}  // namespace nn
