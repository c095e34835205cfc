/// @file
/// Telling when all tasks are done, without a count that all workers write.
#pragma once

#include <cstdint>

#include "04_work_balancing/pool/atomics.hpp"
#include "04_work_balancing/pool/owned_count.hpp"
#include "05_work_stealing/event_count.hpp"

namespace nn {

// [TALLY]
/// The counts of one worker, or of one entry queue.
template <typename Atomics = StandardAtomics>
struct Tally {
  OwnedCount<Atomics> submitted;  ///< tasks that were queued here
  OwnedCount<Atomics> finished;   ///< tasks that were run and let go of here
};
// [/TALLY]

// [ALL_DONE]
/// True if at some moment during the call no task was queued or running. Any
/// thread.
///
/// One shared count of unfinished tasks would be written by all workers for
/// every task. Instead each counts what it submitted and what it finished,
/// alone, and only the thread that asks adds up: first all that finished, then
/// all that were submitted. Every task is counted as submitted before it can
/// run, and what it submits before it has finished. So a sum of "finished" that
/// equals the later sum of "submitted" leaves no task out: the tasks counted as
/// finished are all that were submitted, and their children are among them.
/// @param tallies a range of pointers to the tallies
template <typename Tallies>
bool all_done(const Tallies& tallies) {
  // BEGIN SOLUTION all_done
  std::uint64_t finished = 0;
  for (const auto* tally : tallies) finished += tally->finished.read();
  std::uint64_t submitted = 0;
  for (const auto* tally : tallies) submitted += tally->submitted.read();
  return finished == submitted;
  // END SOLUTION
}
// [/ALL_DONE]

// [TELL]
/// By a worker that just ran out of work. The worker of the last task comes by
/// here, so there is nothing to tell at any other time.
template <typename Atomics, typename Tallies>
void tell_if_all_done(const Tallies& tallies, EventCount<Atomics>& waiting) {
  // If two workers ran the last two tasks at the same moment, each might see
  // its own count and not yet the other's. Of two that pass this barrier, the
  // second sees the first's.
  Atomics::fence(std::memory_order_seq_cst);
  if (all_done(tallies)) waiting.notify_all();
}
// [/TELL]

// [WAIT]
/// Returns after a moment at which no task was queued or running.
template <typename Atomics, typename Tallies>
void wait_until_all_done(const Tallies& tallies, EventCount<Atomics>& waiting) {
  while (true) {
    const auto ticket = waiting.prepare_wait();
    if (all_done(tallies)) return waiting.cancel_wait();
    waiting.wait(ticket);
  }
}
// [/WAIT]

}  // namespace nn
