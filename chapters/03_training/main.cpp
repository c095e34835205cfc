// Chapter 3: a network learns to read handwritten digits.

#include "03_training/program/own_digit.hpp"
#include "03_training/program/report.hpp"
#include "03_training/program/results.hpp"
#include "03_training/program/train.hpp"
#include "common/blas.hpp"
#include "common/program/interrupt.hpp"
#include "common/program/program.hpp"

namespace {

using namespace nn;

// [CHAPTER]
int chapter03(CommandLine& line) {
  Run run;
  run.settings = read_settings(line);
  use_one_blas_thread();
  if (!run.settings.predict.empty()) {
    predict_picture(run.settings);
    return 0;
  }
  ResultFile model(run.settings.save);
  ResultFile csv(run.settings.common.csv, &model);
  refuse_to_overwrite(run.settings, csv);

  Rng rng(run.settings.common.seed);
  run.engine = make_engine(run.settings.engine);
  load_images(run);
  prepare_network(run, rng);
  match_ink(run);
  standardise_images(run);
  build_in_fault(run, rng);
  if (run.settings.train) {
    print_plan(run);
    train(run, rng);
  }
  save_results(run, model, csv);
  if (interrupted()) return 0;
  if (run.settings.train) report_trouble(run);
  if (run.measurements.diverged.empty()) report(run);
  return 0;
}
// [/CHAPTER]

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter03);
}
