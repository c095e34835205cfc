/// @file
/// The barrier in small programs: meetings, and what must be seen after them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "08_parallel_matrix/fused/barrier.hpp"
#include "model/explorer.hpp"

namespace nn::model {

/// To sleep at once: who looks again and again could do so for ever.
struct NoSpin {
  static bool once() { return false; }
};

/// So many threads meet so often.
struct BarrierProgram {
  std::string name;
  int threads;
  int meetings;
  int preemptions;
};

/// All checks of the barrier.
inline std::vector<BarrierProgram> barrier_programs() {
  return {
      // name, threads, meetings, preemptions
      {"Alone", 1, 2, 0},       {"Two", 2, 1, 3},
      {"TwoAndAgain", 2, 2, 2}, {"TwoThreeTimes", 2, 3, 1},
      {"Three", 3, 1, 2},       {"ThreeAndAgain", 3, 2, 2},
  };
}

/// Before each meeting a thread writes plain data, and after it reads that of
/// all. It writes two in turn, as the trainer's threads do: what was written
/// before one meeting may be read until the next.
template <typename Barrier>
void meet(const BarrierProgram& program) {
  Barrier barrier(static_cast<std::size_t>(program.threads));
  struct Written {
    Plain<int> of_turn[2];
  };
  std::vector<Written> written(static_cast<std::size_t>(program.threads));
  std::vector<std::function<void()>> threads;
  for (Written& mine : written) {
    threads.push_back([&] {
      for (int meeting = 1; meeting <= program.meetings; ++meeting) {
        mine.of_turn[meeting % 2].set(meeting);
        barrier.arrive_and_wait();
        for (Written& other : written) {
          check(other.of_turn[meeting % 2].get() == meeting,
                "a thread left a meeting before all had come");
        }
      }
    });
  }
  run_threads(threads, 0);
}

template <typename Barrier>
Verdict check_barrier(const BarrierProgram& program) {
  return explore([&] { meet<Barrier>(program); }, {program.preemptions});
}

/// The first failure of any program, named; "" if there is none.
template <typename Barrier>
std::string barrier_failure(Verdict& verdict) {
  for (const BarrierProgram& program : barrier_programs()) {
    verdict = check_barrier<Barrier>(program);
    if (!verdict.complete) return program.name + ": " + verdict.failure;
  }
  return "";
}

}  // namespace nn::model
