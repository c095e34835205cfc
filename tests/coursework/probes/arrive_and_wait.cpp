#include "coursework/probes/explored.hpp"
#include "model/barrier_programs.hpp"

namespace {

using nn::model::Atomics;
using nn::model::NoSpin;
using Barrier = nn::Barrier<Atomics, NoSpin>;
using nn::probe::Explored;

// What was seen in any execution.
struct Seen {
  bool first_comes_last = false, first_does_not = false;
};

// As nn::model::meet, with a note of who has come when the first thread does.
void meet(const nn::model::BarrierProgram& program, Seen& seen) {
  struct Written {
    nn::model::Plain<int> of_turn[2];
  };
  const auto count = static_cast<std::size_t>(program.threads);
  Barrier barrier(count);
  std::vector<Written> written(count);
  int come = 0;  // as the explorer ran them: one thread at a time
  int place_of_first = 0;
  std::vector<std::function<void()>> threads;
  for (std::size_t me = 0; me < count; ++me) {
    threads.push_back([&, me] {
      for (int meeting = 1; meeting <= program.meetings; ++meeting) {
        written[me].of_turn[meeting % 2].set(meeting);
        ++come;
        if (me == 0 && meeting == 1) place_of_first = come;
        nn::probe::tried([&] {
          barrier.arrive_and_wait();
          return 0;
        });
        for (Written& other : written) {
          nn::model::check(other.of_turn[meeting % 2].get() == meeting,
                           "a thread left before all had come");
        }
      }
    });
  }
  nn::model::run_threads(threads);
  (place_of_first == program.threads ? seen.first_comes_last
                                     : seen.first_does_not) = true;
}

void explore(Explored& explored, const std::string& what,
             const nn::model::BarrierProgram& program) {
  Seen seen;
  explored.run(what, program.preemptions, [&] { meet(program, seen); });
  explored.saw(what, "the first thread comes last", seen.first_comes_last);
  explored.saw(what, "the first thread has to wait", seen.first_does_not);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  const int alone = 2 + static_cast<int>(rng.below(5));
  Explored explored(report);
  explore(explored,
          "a thread meets nobody, " + std::to_string(alone) + " times",
          {"", 1, alone, 0});
  explore(explored, "two threads meet", {"", 2, 1, 3});
  explore(explored, "two threads meet twice", {"", 2, 2, 2});
  if (!thorough) return;
  explore(explored, "three threads meet", {"", 3, 1, 2});
  explore(explored, "two threads meet three times", {"", 2, 3, 1});
  explore(explored, "three threads meet twice", {"", 3, 2, 1});
}
