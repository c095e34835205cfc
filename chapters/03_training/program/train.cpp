#include "03_training/program/train.hpp"

#include <fmt/format.h>

#include <iostream>

#include "03_training/evaluation.hpp"
#include "common/clock.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

double measured_accuracy(const Run& run) {
  const Dataset& test = run.data.test;
  return accuracy(predict(*run.engine, run.model.network, test.images),
                  test.labels);
}

// Returns the seconds that training took, without the measuring.
double train_one_epoch(Run& run, Trainer& trainer, Progress& progress,
                       std::size_t epoch) {
  const std::size_t epochs = run.settings.common.epochs;
  const std::string label =
      fmt::format("epoch {:>{}}/{}", epoch, epochs > 99 ? 3 : 2, epochs);
  progress.start(label, run.data.train.size(), "images");
  const Stopwatch watch;
  const double loss = trainer.epoch(run.data.train, [&](std::size_t done) {
    progress.update(done);
    return !interrupted();
  });
  const double seconds = watch.seconds();
  if (interrupted()) {  // it has no figures of a whole epoch
    progress.finish(label + "   interrupted");
    return seconds;
  }
  run.measurements.losses.push_back(loss);
  run.measurements.steps = trainer.steps();
  const double right = measured_accuracy(run);
  progress.finish(fmt::format("{}   loss {:.4f}   {} {}   {}", label, loss,
                              measured_on(run), percent(right),
                              duration(seconds)));
  run.csv +=
      fmt::format("{},{:.6f},{:.6f},{:.4f}\n", epoch, seconds, loss, right);
  return seconds;
}

}  // namespace

// [TRAIN]
void train(Run& run, Rng& rng) {
  Progress progress(std::cout, standard_output(), run.settings.common.quiet);
  Trainer trainer(*run.engine, run.model.network, run.settings.training, rng);
  const std::size_t epochs = run.settings.common.epochs;
  double seconds = 0;
  try {
    for (std::size_t e = 1; e <= epochs && !interrupted(); ++e) {
      seconds += train_one_epoch(run, trainer, progress, e);
    }
  } catch (const Diverged& diverged) {
    run.measurements.diverged = diverged.what();
    return;
  } catch (const std::ios_base::failure&) {
    // Ctrl-C while the reader of a pipe stalled: save what was learnt.
    if (!interrupted()) throw;
  }
  run.steps = trainer.steps();
  if (!interrupted()) {
    std::cout << fmt::format("\nTrained in {}, {} steps.\n", duration(seconds),
                             thousands(trainer.steps()));
  }
}
// [/TRAIN]

}  // namespace nn
