#include "08_parallel_matrix/program/training.hpp"

#include <fmt/format.h>

#include <iostream>

#include "03_training/evaluation.hpp"
#include "03_training/training.hpp"
#include "08_parallel_matrix/own_engine.hpp"
#include "common/clock.hpp"
#include "common/data/load.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

std::unique_ptr<Engine> engine_named(const std::string& name,
                                     WorkStealingPool& pool) {
  if (name == "own") return std::make_unique<OwnEngine>(pool);
  return make_engine(name);
}

// One epoch, with a line about it. Returns the seconds that training took.
double train_epoch(Trainer& trainer, const Engine& engine, Network& network,
                   const Data& data, Progress& progress, std::size_t epoch,
                   std::size_t epochs, std::string& csv) {
  const std::string label = fmt::format("epoch {:>2}/{}", epoch, epochs);
  progress.start(label, data.train.size(), "images");
  const Stopwatch watch;
  const double loss = trainer.epoch(data.train, [&](std::size_t done) {
    progress.update(done);
    return !interrupted();
  });
  throw_if_interrupted();
  const double time = watch.seconds();
  const double right =
      accuracy(predict(engine, network, data.test.images), data.test.labels);
  progress.finish(fmt::format("{}   loss {:.4f}   test {}   {}", label, loss,
                              percent(right), duration(time)));
  csv += fmt::format("{},{:.6f},{:.6f},{:.4f}\n", epoch, time, loss, right);
  return time;
}

// [TRAIN]
void train(const CommonOptions& common, const Engine& engine, const Data& data,
           std::string& csv) {
  Rng rng(common.seed);
  const std::size_t pixels = data.train.images.n_rows;
  Network network = he_network(widths_from(pixels, common.hidden, 10), rng);
  Trainer trainer(engine, network, {.batch = common.batch, .rate = common.rate},
                  rng);
  Progress progress(std::cout, standard_output(), common.quiet);
  double seconds = 0;
  for (std::size_t epoch = 1; epoch <= common.epochs; ++epoch) {
    seconds += train_epoch(trainer, engine, network, data, progress, epoch,
                           common.epochs, csv);
  }
  std::cout << fmt::format("\nTrained in {}; digest of the weights {}.\n",
                           duration(seconds), digest_text(digest(network)));
}
// [/TRAIN]

}  // namespace

void train_with_engine(const MatrixSettings& settings, WorkStealingPool& pool,
                       ResultFile& csv) {
  const CommonOptions& common = settings.common;
  const Data data =
      load_data({.directory = common.data, .limit = common.limit});
  const std::unique_ptr<Engine> engine = engine_named(settings.engine, pool);
  std::cout << fmt::format("{}\nBatch {}, rate {:g}, engine {}, seed {}.\n\n",
                           data.description, common.batch, common.rate,
                           engine->name(), common.seed);
  std::cout.flush();
  std::string rows = "epoch,seconds,loss,accuracy\n";
  // In a task, so that this thread need not sleep through each product.
  pool.submit([&] { train(common, *engine, data, rows); }).get();
  csv.write(rows);
}

}  // namespace nn
