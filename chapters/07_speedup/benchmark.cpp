// How fast the simulator is: a million tasks on 1,024 workers, each executor
// and each way to submit them. `is` is the median time in seconds, and beside
// it stands what it must stay below. `ns_a_task` is the same for one task.

#include <string>
#include <vector>

#include "07_speedup/simulator.hpp"
#include "tests/support/pool_benchmark.hpp"

namespace {

using namespace nn;
using namespace nn::benchmarks;

constexpr std::size_t kTasks = 1'000'000;

// From a microsecond to a millisecond, most of them short.
std::vector<Ticks> many_tasks() {
  Rng rng(1);
  std::vector<Ticks> tasks(kTasks);
  for (Ticks& task : tasks) {
    task = 1000 + static_cast<Ticks>(1e6 / (1 + 1000 * rng.uniform()));
  }
  return tasks;
}

void simulate_many(benchmark::State& state, Policy policy,
                   Submission submission) {
  const std::vector<Ticks> tasks = many_tasks();
  const SimulatorOptions options = {.policy = policy,
                                    .workers = 1024,
                                    .costs = {.submit = 30,
                                              .run = 20,
                                              .look = 5,
                                              .move = 60,
                                              .carry = 1,
                                              .wake = 20'000}};
  std::vector<double> times;
  SimulatedRun run;
  for (auto _ : state) {
    times.push_back(seconds_of([&] {
      run = simulate({tasks, submission}, options);
    }));
  }
  state.counters["simulated_ms"] = 1e-6 * static_cast<double>(run.time);
  state.counters["ns_a_task"] = 1e9 * median(times) / kTasks;
  report(state, median(times), MustBe::at_most, 2);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& [name, policy] : {std::pair{"static", Policy::static_blocks},
                                     {"balancing", Policy::balancing},
                                     {"stealing", Policy::stealing}}) {
    for (const auto& [way, submission] :
         {std::pair{"outside", Submission::outside},
          {"by_a_task", Submission::by_a_task},
          {"by_halves", Submission::by_halves}}) {
      add_row(std::string("simulate/") + name + "/" + way, 3,
              [policy = policy, submission = submission](auto& state) {
                simulate_many(state, policy, submission);
              });
    }
  }
  return run_rows(argc, argv);
}
