// Chapter 4: sixty networks on a pool that balances its work.

#include <iostream>

#include "04_work_balancing/lesson.hpp"
#include "04_work_balancing/result_file.hpp"
#include "04_work_balancing/serial_executor.hpp"
#include "04_work_balancing/timeline.hpp"
#include "04_work_balancing/trace.hpp"
#include "04_work_balancing/work_balancing_pool.hpp"
#include "common/blas.hpp"
#include "common/program.hpp"
#include "common/table.hpp"
#include "common/text.hpp"

namespace {

using namespace nn;

EnsembleSettings read_settings(CommandLine& line) {
  EnsembleSettings settings;
  line.describe(
      "Cuts the training images into shards, trains a small network on each "
      "with a pool that balances its work, and combines the networks.");
  take_ensemble_options(line, settings);
  line.example("./chapter04", "sixty models on all cores");
  line.example("./chapter04 --skew 1 --threads 4", "uneven shards");
  line.parse();
  refuse_shared_file(settings);
  return settings;
}

// ---- Who did what ----------------------------------------------------------

void show_workers(const Lesson& lesson, const EnsembleRun& run) {
  print_title(std::cout, lesson.terminal, "Who trained which model, and when");
  draw_timeline(std::cout, lesson.terminal, run.spans, lesson.threads());
  std::cout << '\n';
  print_counters(std::cout, lesson.terminal,
                 {{"work balancing", run.counters}});
}

// ---- Was it worth it -------------------------------------------------------

// [SPEED]
// The same models three times: one after the other, by the pool, and by bare
// threads that were told the sizes.
struct Speed {
  double serial;
  double balanced;
  double bare;
  std::uint64_t serial_digest;
  std::uint64_t balanced_digest;
};

Speed compare_speed(const Lesson& lesson, const EnsembleRun& balanced) {
  SerialExecutor nobody;
  const EnsembleRun serial = train_and_show(lesson, nobody, "serial");
  const double bare = time_bare_threads(
      *lesson.engine, lesson.shards,
      ensemble_options(lesson.settings, Starts::different), lesson.threads());
  const Speed speed = {serial.seconds, balanced.seconds, bare,
                       digest(serial.networks), digest(balanced.networks)};
  require_equal_digests(speed.serial_digest, speed.balanced_digest,
                        "work balancing");
  return speed;
}
// [/SPEED]

void show_speed(const Lesson& lesson, const Speed& speed) {
  print_title(std::cout, lesson.terminal, "Was it worth it?");
  Table table({"executor", "time", "speedup", "digest of all weights"});
  const auto add_row = [&](const std::string& name, double seconds,
                           const std::string& models) {
    table.row(
        {name, duration(seconds), fixed(speed.serial / seconds, 2), models});
  };
  add_row("serial", speed.serial, digest_text(speed.serial_digest));
  add_row("work balancing", speed.balanced, digest_text(speed.balanced_digest));
  add_row(bare_threads_text(lesson.threads()), speed.bare, "(the ceiling)");
  table.print(std::cout, lesson.terminal);
}

// ---- What they are good for together ---------------------------------------

void show_combinations(const Lesson& lesson, const AllCombinations& results) {
  print_title(std::cout, lesson.terminal, "What they are good for together");
  print_combinations(std::cout, lesson.terminal, results, lesson.shards.size());
}

void sum_up(const Lesson& lesson, const Speed& speed,
            const AllCombinations& results) {
  print_title(std::cout, lesson.terminal, "What you have just seen");
  std::cout << "Speed: " << fixed(speed.serial / speed.balanced, 2)
            << " times serial (" << bare_threads_text(lesson.threads()) << ": "
            << fixed(speed.serial / speed.bare, 2)
            << "), the weights equal bit for bit.\n"
            << weights_sentence(results) << '\n'
            << alone_sentence(results) << '\n';
}

// ---- The chapter -----------------------------------------------------------

int chapter04(CommandLine& line) {
  Lesson lesson;
  lesson.settings = read_settings(line);
  use_one_blas_thread();
  ResultFile trace(lesson.settings.trace);
  ResultFile csv(lesson.settings.common.csv);
  load_and_cut(lesson);
  print_setup(std::cout, lesson.settings, lesson.data, lesson.shards);

  WorkBalancingPool pool({.thread_count = lesson.threads(),
                          .threshold = lesson.threshold(),
                          .seed = lesson.settings.common.seed});
  const EnsembleRun run = train_and_show(lesson, pool, "work balancing");
  trace.write(trace_json({{"work balancing", run.spans, lesson.threads()}}));
  show_workers(lesson, run);
  const Speed speed = compare_speed(lesson, run);
  show_speed(lesson, speed);
  const AllCombinations results = combine_and_show(lesson, pool, run);
  csv.write(combinations_csv(results));
  show_combinations(lesson, results);
  sum_up(lesson, speed, results);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter04);
}
