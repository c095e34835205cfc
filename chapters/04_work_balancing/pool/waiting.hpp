/// @file
/// Looking for work, or waiting for a task, without missing the moment to
/// stop. Each function says which threads must be woken, and when. The order of
/// the steps is all that matters here, and tests/model/ tries everything that
/// could happen between them.
#pragma once

#include <cstdint>

#include "04_work_balancing/pool/task_state.hpp"

namespace nn {

// [UNTIL_DONE]
/// Sleeps until the task is done. The thread that finishes it rings for all, if
/// a thread outside has announced that it waits.
template <typename State, typename Bell>
void sleep_until_done(State& task, Bell& bell) {
  while (!task.done()) {
    const auto heard = bell.listen();
    // Listen first: once it is announced, the bell may ring at any time.
    if (!task.announce_wait(State::kOutsiderWaits)) return;
    bell.sleep(heard);
  }
}
// [/UNTIL_DONE]

// [UNTIL_OVER]
/// Returns once `over()`. The thread that makes it true rings for all
/// afterwards.
template <typename Bell, typename Over>
void sleep_until_over(Bell& bell, Over over) {
  while (true) {
    const auto heard = bell.listen();
    if (over()) return;
    bell.sleep(heard);
  }
}
// [/UNTIL_OVER]

// [FIND_OR_SLEEP]
/// Returns what `find()` finds, perhaps after a sleep; null once `leave()`, if
/// there is nothing to find. Sleeps as long as there is neither, however often
/// the bell rings. A thread that brings work or makes `leave()` true rings
/// afterwards.
template <typename Bell, typename Find, typename Leave>
auto find_or_sleep(Bell& bell, Find find, Leave leave) -> decltype(find()) {
  // BEGIN SOLUTION find_or_sleep
  while (true) {
    const auto heard = bell.listen();
    // Look again: a task may have come between the last look and listen().
    auto* const found = find();
    if (found != nullptr || leave()) return found;
    bell.sleep(heard);
  }
  // END SOLUTION
}
// [/FIND_OR_SLEEP]

// [WORKER_WAITS]
/// For a worker that waits for a task: returns what `find()` finds; null if the
/// task is done, or after a sleep. A thread that brings work rings, and so does
/// the one that finishes the task, if a worker has announced that it waits.
template <typename State, typename Bell, typename Find>
auto find_or_sleep_until_done(State& task, Bell& bell, Find find)
    -> decltype(find()) {
  const auto heard = bell.listen();
  if (!task.announce_wait(State::kWorkerWaits)) return nullptr;
  auto* const found = find();
  if (found == nullptr) bell.sleep(heard);
  return found;
}
// [/WORKER_WAITS]

}  // namespace nn
