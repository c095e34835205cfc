/// @file
/// The steps of a worker: where it looks for a task, and what it does in an
/// order that matters to other threads. They take the workers as they are, on
/// threads or on a virtual clock.
#pragma once

#include <cstddef>

#include "05_work_stealing/steal.hpp"

namespace nn {

// [PUSH_NESTED]
/// Worker's own deque: counts the task and queues it, where sleepers learn of
/// it. If there is no room, it is only counted, and false is returned.
template <typename T, typename Deque, typename Tally, typename Sleepers>
bool push_nested(T& task, Deque& deque, Tally& mine, Sleepers& sleepers) {
  mine.submitted.add();  // before anyone can run it: see all_done()
  if (!deque.push(&task)) return false;
  sleepers.tell_of_nested_task();
  return true;
}
// [/PUSH_NESTED]

// [STEAL_OLDEST]
/// The oldest task of another worker's deque; null only if it is empty. By
/// any worker but its owner.
template <typename Deque>
auto steal_oldest(Deque& victim) -> decltype(victim.steal().item) {
  // BEGIN SOLUTION steal_oldest
  while (true) {
    const auto [outcome, task] = victim.steal();
    if (outcome == StealOutcome::kLost) continue;  // there may be more
    return task;
  }
  // END SOLUTION
}
// [/STEAL_OLDEST]

// [STEAL]
/// A task of some other worker's deque. Each is looked at once, beginning with
/// a random one; null if all are empty.
/// @param workers pointers to the workers, `me` among them
template <typename Workers, typename Worker>
auto steal(const Workers& workers, Worker& me) -> decltype(me.deque.take()) {
  const std::size_t n = workers.size();
  const std::size_t first = n == 1 ? 0 : me.rng.below(n);
  for (std::size_t k = 0; k < n; ++k) {
    Worker& victim = *workers[(first + k) % n];
    if (&victim == &me) continue;
    auto* const task = steal_oldest(victim.deque);
    me.cell.moves.add(task != nullptr ? 1 : 0);
    if (task != nullptr) return task;
  }
  return nullptr;
}
// [/STEAL]

// [FIND_ENTERED]
/// A task that came from outside, those left to this worker first; null if
/// there is none.
template <typename Workers, typename Worker>
auto find_entered(const Workers& workers, Worker& me)
    -> decltype(me.entry.pop()) {
  if (auto* task = me.entry.pop()) return task;
  for (const auto& worker : workers) {
    if (auto* task = worker->entry.pop()) return task;
  }
  return nullptr;
}
// [/FIND_ENTERED]

// [FIND]
/// A task that some worker's task pushed; null if there is none.
template <typename Workers, typename Worker>
auto find_nested(const Workers& workers, Worker& me)
    -> decltype(me.deque.take()) {
  if (auto* task = me.deque.take()) return task;
  return steal(workers, me);
}

/// The worker's next task; null if there is none.
template <typename Workers, typename Worker>
auto find_task(const Workers& workers, Worker& me)
    -> decltype(me.deque.take()) {
  if (auto* task = find_nested(workers, me)) return task;
  return find_entered(workers, me);
}
// [/FIND]

// [END_TASK]
/// After a task was run. `finish()` marks it done, after which it may be gone,
/// and says whether a worker waits for it.
template <typename Finish, typename Tally, typename Sleepers>
void end_task(Finish finish, Tally& mine, Sleepers& sleepers) {
  const bool worker_waits = finish();
  mine.finished.add();  // not before: what it held is gone when all are done
  if (worker_waits) sleepers.tell_of_end();
}
// [/END_TASK]

}  // namespace nn
