#include "coursework/probes/deque.hpp"

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  using namespace nn::probe;
  report.note(
      "numbers are the tasks' in the order of their push; 0: there was "
      "none");
  report.note(kVariables);
  report_steps("ppptttptt", 4, report);
  report_steps("tpttpt", 2, report);
  report_steps("pppsttt", 2, report);
  report_steps(random_steps("tts", 12, rng), 2, report);

  // name, capacity, before, owner, thieves, attempts, preemptions
  Explored explored(report);
  run(explored, {"the owner takes the last task, and a thief steals", 2, "p",
                 "t", 1, 1, 3});
  run(explored, {"the owner takes two tasks, and a thief steals twice", 2, "pp",
                 "tt", 1, 2, 2});
  run(explored, {"the owner takes, pushes and takes, and a thief steals", 2,
                 "p", "tpt", 1, 1, 2});
  if (!thorough) return;

  for (int i = 0; i < 4; ++i)
    report_steps(random_steps("tts", 20 + rng.below(30), rng), 1, report);
  for (const auto& program : nn::model::deque_programs())
    run(explored, program);
}
