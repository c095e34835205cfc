#include "coursework/probes/deque.hpp"

namespace {

// As many tasks as thieves, who all steal once: none finds nothing there.
void steal_from_enough(int thieves) {
  std::vector<nn::model::Task> tasks(static_cast<std::size_t>(thieves));
  nn::probe::ExploredDeque deque(4);
  for (auto& task : tasks) deque.push(&task);
  const auto thief = [&] {
    nn::model::check(deque.steal().outcome != nn::StealOutcome::kEmpty,
                     "a thief says that the deque was empty, but it lost a "
                     "race, and there was another task");
  };
  const std::vector<std::function<void()>> threads(tasks.size(), thief);
  nn::model::run_threads(threads, 0);
}

void explore_enough(nn::probe::Explored& explored, const std::string& what,
                    int thieves, int preemptions) {
  nn::probe::ExploredDeque::both_got = false;
  explored.run(what, preemptions, [&] { steal_from_enough(thieves); });
  explored.saw(what, "thieves at the same time get a task each",
               nn::probe::ExploredDeque::both_got);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  using namespace nn::probe;
  report.note(
      "numbers are the tasks' in the order of their push; 0: there was "
      "none; -1: a lost race, though there was none; -2: the outcome "
      "and the item do not match");
  report.note(kVariables);
  report_steps("pppsssps", 4, report);
  report_steps("sppsts", 2, report);
  report_steps(random_steps("sst", 12, rng), 2, report);

  // name, capacity, before, owner, thieves, attempts, preemptions
  Explored explored(report);
  run(explored, {"two thieves steal the only task", 2, "p", "", 2, 1, 3});
  explore_enough(explored, "two thieves steal one of two tasks each", 2, 3);
  run(explored, {"the owner takes two tasks, and a thief steals twice", 2, "pp",
                 "tt", 1, 2, 2});
  run(explored, {"a thief steals while the owner pushes into a full deque", 1,
                 "p", "pp", 1, 1, 2});
  run(explored, {"a thief steals while the owner refills the deque", 2, "pp",
                 "pp", 2, 1, 2});
  run(explored, {"the owner takes twice and pushes, two thieves steal", 4, "pp",
                 "ttp", 2, 1, 2});
  run(explored, {"the owner pushes twice, where there is room for one task, "
                 "and takes; two thieves steal",
                 1, "", "ppt", 2, 1, 2});
  if (!thorough) return;

  for (int i = 0; i < 4; ++i)
    report_steps(random_steps("sst", 20 + rng.below(30), rng), 1, report);
  explore_enough(explored, "three thieves steal one of three tasks each", 3, 2);
  for (const auto& program : nn::model::deque_programs())
    run(explored, program);
}
