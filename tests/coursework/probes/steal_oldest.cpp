#include <stdexcept>
#include <string>

#include "05_work_stealing/steps.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using nn::StealOutcome;

/// Another worker's deque, of which every attempt to steal ends as written.
struct Victim {
  nn::Steal<double> steal() {
    if (calls == outcomes.size())
      throw std::runtime_error("it steals again after " +
                               std::to_string(calls) +
                               " attempts, of which "
                               "the last was not lost");
    const StealOutcome outcome = outcomes[calls++];
    return {outcome, outcome == StealOutcome::kGot ? &item : nullptr};
  }
  std::vector<StealOutcome> outcomes;
  std::size_t calls = 0;
  double item = 0;
};

void report_steal(std::size_t lost, StealOutcome last, nn::Rng& rng,
                  nn::probe::Report& report) {
  Victim victim;
  victim.outcomes.assign(lost, StealOutcome::kLost);
  victim.outcomes.push_back(last);
  victim.item = static_cast<double>(1 + rng.below(99));
  const double* const task = nn::steal_oldest(victim);
  const std::string key =
      std::to_string(lost) + " lost races, then " +
      (last == StealOutcome::kGot ? "a task: " : "an empty deque: ");
  report.exact(key + "whether a task is returned", task != nullptr);
  report.exact(key + "its number", task != nullptr ? *task : 0);
  report.exact(key + "how often steal() is called",
               static_cast<double>(victim.calls));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report_steal(0, StealOutcome::kGot, rng, report);
  report_steal(0, StealOutcome::kEmpty, rng, report);
  report_steal(1, StealOutcome::kGot, rng, report);
  report_steal(1, StealOutcome::kEmpty, rng, report);
  const std::size_t often = 2 + rng.below(8);
  report_steal(often, StealOutcome::kGot, rng, report);
  if (!thorough) return;

  report_steal(10 + often, StealOutcome::kEmpty, rng, report);
  report_steal(1000 + often, StealOutcome::kGot, rng, report);
}
