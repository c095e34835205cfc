/// @file
/// The small programs in which the explorer checks how the pools wait, wake,
/// share and count: on the very headers that the pools are made of.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "04_work_balancing/pool/bell.hpp"
#include "04_work_balancing/pool/owned_count.hpp"
#include "04_work_balancing/pool/task_state.hpp"
#include "04_work_balancing/pool/waiting.hpp"
#include "04_work_balancing/pool/work_queue.hpp"
#include "05_work_stealing/entry_queue.hpp"
#include "05_work_stealing/sleepers.hpp"
#include "05_work_stealing/steps.hpp"
#include "05_work_stealing/tally.hpp"
#include "model/explorer.hpp"

namespace nn::model {

/// A task as a pool sees it: a state, and a result that is not atomic.
struct Job {
  using State = TaskState<Atomics>;
  State state;
  Plain<int> result{0};

  void run() { result.set(1); }
  void check_result() { check(result.get() == 1, "the result is not there"); }
};

/// Nothing that find_or_sleep() could be told to leave for.
inline bool stay() {
  return false;
}
/// Nothing to be found.
inline Job* nothing() {
  return nullptr;
}

// ---- The two smallest, chapter 4 -------------------------------------------

/// Two workers even out their queues with each other.
inline void run_two_balancers() {
  using Queue = WorkQueue<Job, Atomics>;
  std::array<Queue, 2> queues;
  Bell<Atomics> bell;
  name_locks_in(queues[0], "queue 0");
  name_locks_in(queues[1], "queue 1");
  const auto worker = [&](std::size_t me) {
    name_thread("worker " + std::to_string(me));
    balance(std::span<Queue>(queues), me, 1 - me, 0, bell);
  };
  run_threads({[&] { worker(0); }, [&] { worker(1); }});
}

/// One worker looks for a task, and one task comes.
inline void run_sleeper_and_bringer() {
  Job job;
  WorkQueue<Job, Atomics> queue;
  Bell<Atomics> bell;
  name_locks_in(queue, "the queue");
  name_locks_in(bell, "the bell");
  run_threads({[&] {
                 name_thread("bringer");
                 queue.push_outside(job);
                 bell.ring_for_one();
               },
               [&] {
                 name_thread("worker");
                 const auto find = [&] { return queue.pop(); };
                 find_or_sleep(bell, find, stay)->run();
               }});
  job.check_result();
}

// ---- A task's end, chapter 4 -----------------------------------------------

/// WorkerPool::run() and Task::finish().
inline void finish_and_ring(Job& job, Bell<Atomics>& workers,
                            Bell<Atomics>& outsiders) {
  job.run();
  const auto flags = job.state.finish();
  if ((flags & Job::State::kOutsiderWaits) != 0) outsiders.ring_for_all();
  if ((flags & Job::State::kWorkerWaits) != 0) workers.ring_for_all();
}

/// A worker waits for a task of its pool.
inline void run_waiting_worker() {
  Job job;
  Bell<Atomics> workers, outsiders;
  run_threads({[&] { finish_and_ring(job, workers, outsiders); },
               [&] {
                 while (!job.state.done())
                   find_or_sleep_until_done(job.state, workers, nothing);
                 job.check_result();
               }});
}

/// The same, but the worker of that task first forks one that only the waiting
/// worker is left to run.
inline void run_waiting_worker_and_a_nested_task() {
  Job awaited, nested;
  WorkQueue<Job, Atomics> queue;
  Bell<Atomics> workers, outsiders;
  run_threads({[&] {
                 queue.push_nested(nested);
                 workers.ring_for_one();
                 sleep_until_done(nested.state, outsiders);
                 finish_and_ring(awaited, workers, outsiders);
               },
               [&] {
                 const auto find = [&] { return queue.pop(); };
                 while (!awaited.state.done()) {
                   Job* const other =
                       find_or_sleep_until_done(awaited.state, workers, find);
                   if (other != nullptr)
                     finish_and_ring(*other, workers, outsiders);
                 }
                 awaited.check_result();
               }});
}

/// Two sleeping workers are told that the pool ends.
inline void run_the_end_at_the_bell() {
  Atomic<bool> ended{false};
  Bell<Atomics> bell;
  const auto worker = [&] {
    find_or_sleep(bell, nothing, [&] { return ended.load(); });
  };
  run_threads({[&] {
                 ended.store(true);
                 bell.ring_for_all();
               },
               worker, worker},
              1);
}

/// Two threads wait for all tasks; two workers run the last ones. As
/// WorkerPool counts them.
inline void run_count_of_the_unfinished() {
  std::array<Job, 2> jobs;
  Atomic<std::size_t> unfinished{jobs.size()};
  Bell<Atomics> all_done;
  const auto work = [&](Job& job) {
    job.run();
    if (unfinished.fetch_sub(1) == 1) all_done.ring_for_all();
  };
  const auto wait = [&] {
    sleep_until_over(all_done, [&] { return unfinished.load() == 0; });
    for (Job& job : jobs) job.check_result();
  };
  run_threads({[&] { work(jobs[0]); }, [&] { work(jobs[1]); }, wait, wait}, 2);
}

/// A thread outside waits for a task.
inline void run_waiting_outsider() {
  Job job;
  Bell<Atomics> workers, outsiders;
  run_threads({[&] { finish_and_ring(job, workers, outsiders); },
               [&] {
                 sleep_until_done(job.state, outsiders);
                 job.check_result();
               }});
}

/// The executor and the future let go of a task: one of them deletes it.
inline void run_letting_go() {
  auto* const job = new Job;
  Atomic<int> deleted{0};
  const auto free = [&] {
    deleted.fetch_add(1, std::memory_order_relaxed);
    delete job;
  };
  run_threads({[&] {
                 job->run();
                 if ((job->state.finish() & Job::State::kDropped) != 0) free();
               },
               [&] {
                 if (job->state.done()) job->check_result();
                 if (job->state.drop()) free();
               }});
  check(deleted.load(std::memory_order_relaxed) == 1,
        "the task was not deleted once");
}

// ---- Queues, chapter 4 -----------------------------------------------------

/// Workers that balance their queues, each of which comes for one task.
class Balancers {
 public:
  void push(std::size_t worker, Job& job) {
    queues_[worker].push_outside(job);
    bell_.ring_for_one();
  }
  void run_one(std::size_t me) {
    find_or_sleep(
        bell_, [=, this] { return find(me); }, stay)
        ->run();
  }

 private:
  using Queue = WorkQueue<Job, Atomics>;

  Job* find(std::size_t me) {
    const std::span<Queue> queues(queues_);
    return find_or_fetch(queues, me, me, [=, this](std::size_t victim) {
      return balance(queues, me, victim, 0, bell_);
    });
  }

  std::array<Queue, 3> queues_;
  Bell<Atomics> bell_;
};

/// Tasks come to one queue while two workers look for them.
inline void run_queues() {
  std::array<Job, 2> jobs;
  Balancers pool;
  run_threads({[&] {
                 for (Job& job : jobs) pool.push(0, job);
               },
               [&] { pool.run_one(0); }, [&] { pool.run_one(1); }});
  for (Job& job : jobs) job.check_result();
}

/// The last of three workers begins with a task for each.
inline void run_balancing() {
  std::array<Job, 3> jobs;
  Balancers pool;
  for (Job& job : jobs) pool.push(2, job);
  run_threads({[&] { pool.run_one(0); }, [&] { pool.run_one(1); },
               [&] { pool.run_one(2); }});
  for (Job& job : jobs) job.check_result();
}

/// A thread that reads a worker's counts finds no move without its task.
inline void run_move_counts() {
  MoveCounts<Atomics> counts;
  run_threads({[&] { counts.add(1); },
               [&] {
                 const auto seen = counts.read();
                 check(seen.done <= seen.moved, "a move without a task");
                 check(seen.done <= seen.tried, "a move without a look");
               }});
}

// ---- Deques, chapter 5 -----------------------------------------------------

/// Shared by the workers of a stealing pool.
template <typename Deque>
struct Pool {
  Deque deque{2};
  Tally<Atomics> tally;
  Sleepers<Atomics> sleepers;

  bool push(Job& job) { return push_nested(job, deque, tally, sleepers); }
  void run(Job& job) {
    job.run();
    end_task(
        [&] { return (job.state.finish() & Job::State::kWorkerWaits) != 0; },
        tally, sleepers);
  }
};

/// One worker forks tasks, and as many come to steal one each.
template <typename Deque>
void run_thieves(std::size_t tasks) {
  std::vector<Job> jobs(tasks);
  Pool<Deque> pool;
  const auto thief = [&] {
    const auto find = [&] { return steal_oldest(pool.deque); };
    pool.sleepers.find_or_sleep(find, stay)->run();
  };
  std::vector<std::function<void()>> threads;
  threads.reserve(kMaxThreads);
  threads.push_back([&] {
    for (Job& job : jobs) pool.push(job);
  });
  for (std::size_t i = 0; i < tasks; ++i) threads.push_back(thief);
  run_threads(threads, 1);
  for (Job& job : jobs) job.check_result();
}

/// One worker waits for a task; another runs it, and first forks a task that
/// only the waiting one is left to run.
template <typename Deque>
void run_helper(bool fork) {
  Job awaited, nested;
  Pool<Deque> pool;
  Bell<Atomics> outsiders, workers;
  run_threads({[&] {
                 if (fork) {
                   pool.push(nested);
                   sleep_until_done(nested.state, outsiders);
                 }
                 pool.run(awaited);
               },
               [&] {
                 const auto find = [&] { return steal_oldest(pool.deque); };
                 while (!awaited.state.done()) {
                   Job* const other = pool.sleepers.find_or_sleep_until_done(
                       awaited.state, find);
                   if (other != nullptr)
                     finish_and_ring(*other, workers, outsiders);
                 }
                 awaited.check_result();
               }});
}

/// Two workers wait for a task each; a third runs both.
template <typename Deque>
void run_two_helpers() {
  std::array<Job, 2> jobs;
  Pool<Deque> pool;
  const auto wait_for = [&](Job& job) {
    while (!job.state.done())
      pool.sleepers.find_or_sleep_until_done(job.state, nothing);
    job.check_result();
  };
  run_threads({[&] {
                 for (Job& job : jobs) pool.run(job);
               },
               [&] { wait_for(jobs[0]); }, [&] { wait_for(jobs[1]); }});
}

/// An idle and a helping worker sleep; a task comes from outside.
inline void run_both_kinds_of_sleepers() {
  Job awaited, outside;
  EntryQueue<Job, Atomics> entry;
  Pool<GrowingDeque<Job, Atomics>> pool;
  run_threads({[&] {
                 entry.push(outside);
                 pool.sleepers.tell_of_outside_task();
               },
               [&] {
                 const auto find = [&] { return entry.pop(); };
                 pool.sleepers.find_or_sleep(find, stay)->run();
                 pool.run(awaited);
               },
               [&] {
                 while (!awaited.state.done())
                   pool.sleepers.find_or_sleep_until_done(awaited.state,
                                                          nothing);
               }});
}

/// Two threads leave tasks in an entry queue, two workers come for one each.
inline void run_entry() {
  std::array<Job, 2> jobs;
  EntryQueue<Job, Atomics> entry;
  Sleepers<Atomics> sleepers;
  const auto worker = [&] {
    sleepers.find_or_sleep([&] { return entry.pop(); }, stay)->run();
  };
  run_threads({[&] {
                 for (Job& job : jobs) {
                   entry.push(job);
                   sleepers.tell_of_outside_task();
                 }
               },
               worker, worker},
              1);
  for (Job& job : jobs) job.check_result();
}

/// Two sleeping workers are told that the pool ends.
inline void run_the_pools_end() {
  Atomic<bool> ended{false};
  Sleepers<Atomics> sleepers;
  const auto worker = [&] {
    sleepers.find_or_sleep(
        nothing, [&] { return ended.load(std::memory_order_acquire); });
  };
  run_threads({[&] {
                 ended.store(true, std::memory_order_release);
                 sleepers.tell_to_leave();
               },
               worker, worker},
              1);
}

/// Two workers and one who waits for all tasks. The first task comes from
/// outside and forks the second, which either worker may run.
template <typename Deque>
void run_to_the_last_task() {
  Job first, second;
  EntryQueue<Job, Atomics> entry;
  entry.push(first);
  Pool<Deque> pool;
  Tally<Atomics> other;
  EventCount<Atomics> all_done_events;
  const std::array<const Tally<Atomics>*, 3> tallies = {&entry.tally(),
                                                        &pool.tally, &other};
  const auto run_second = [&](Job* job, Tally<Atomics>& mine) {
    if (job != nullptr) {
      job->run();
      end_task([&] { return job->state.finish() == Job::State::kWorkerWaits; },
               mine, pool.sleepers);
    }
    tell_if_all_done(tallies, all_done_events);
  };
  run_threads({[&] {
                 Job* const job = entry.pop();
                 pool.push(second);
                 pool.run(*job);
                 run_second(pool.deque.take(), pool.tally);
               },
               [&] { run_second(steal_oldest(pool.deque), other); },
               [&] {
                 wait_until_all_done(tallies, all_done_events);
                 check(first.state.done() && second.state.done(),
                       "not all tasks are done");
               }});
}

/// Two threads wait for all tasks: for the only one there is.
template <typename Deque>
void run_two_who_wait_for_all() {
  Job job;
  Pool<Deque> pool;
  pool.push(job);
  EventCount<Atomics> all_done_events;
  const std::array<const Tally<Atomics>*, 1> tallies = {&pool.tally};
  const auto waiter = [&] {
    wait_until_all_done(tallies, all_done_events);
    job.check_result();
  };
  run_threads({[&] {
                 pool.run(*pool.deque.take());
                 tell_if_all_done(tallies, all_done_events);
               },
               waiter, waiter},
              1);
}

/// A check of how the pools meet.
struct PoolProgram {
  std::string name;
  int preemptions;
  std::function<void()> run;
};

/// All checks of the pools' headers. `Deque` holds Job.
template <typename Deque>
std::vector<PoolProgram> pool_programs() {
  return {
      // name, preemptions, program; what is easiest to follow first
      {"TwoBalancers", 3, run_two_balancers},
      {"SleeperAndBringer", 3, run_sleeper_and_bringer},
      {"AWaitingWorker", 3, run_waiting_worker},
      {"AWaitingOutsider", 3, run_waiting_outsider},
      {"AWaitingWorkerAndANestedTask", 2, run_waiting_worker_and_a_nested_task},
      {"TheEndAtTheBell", 1, run_the_end_at_the_bell},
      {"TheUnfinished", 1, run_count_of_the_unfinished},
      {"LettingGo", 3, run_letting_go},
      {"Queues", 1, run_queues},
      {"Balancing", 2, run_balancing},
      {"MoveCounts", 3, run_move_counts},
      {"OneThief", 3, [] { run_thieves<Deque>(1); }},
      {"TwoThieves", 1, [] { run_thieves<Deque>(2); }},
      {"TheHelper", 3, [] { run_helper<Deque>(false); }},
      {"TheHelperAndANestedTask", 2, [] { run_helper<Deque>(true); }},
      {"TwoHelpers", 1, run_two_helpers<Deque>},
      {"IdleAndHelping", 1, run_both_kinds_of_sleepers},
      {"TheEntryQueue", 1, run_entry},
      {"TheEnd", 1, run_the_pools_end},
      {"TheLastTask", 1, run_to_the_last_task<Deque>},
      {"TwoWhoWaitForAll", 1, run_two_who_wait_for_all<Deque>},
  };
}

/// The first failure of any program, named; "" if there is none.
template <typename Deque>
std::string pool_failure(Verdict& verdict) {
  for (const PoolProgram& program : pool_programs<Deque>()) {
    verdict = explore(program.run, {program.preemptions});
    if (!verdict.complete) return program.name + ": " + verdict.failure;
  }
  return "";
}

}  // namespace nn::model
