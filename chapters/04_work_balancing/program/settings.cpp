#include "04_work_balancing/program/settings.hpp"

namespace nn {

void take_ensemble_options(CommandLine& line, EnsembleSettings& settings) {
  line.integer("--models", settings.models, 1, 100000,
               "how many models, each with a shard of its own");
  line.take(settings.common, {"--threads"});
  line.integer("--threshold", settings.threshold, 0, 1000000,
               "two workers even out if their queues differ by more than this");
  line.real("--skew", settings.skew, 0, 5,
            "how uneven the shards are, the exponent of Zipf's law; 0 is even");
  line.take(settings.common, {"--epochs", "--batch", "--rate", "--hidden"});
  line.integer("--alone", settings.alone_epochs, 1, 100000,
               "epochs of the one network that is trained on all images");
  line.text(
      "--trace", settings.trace, "FILE",
      "write which worker ran what, and when, for https://ui.perfetto.dev");
  line.flag(
      "--virtual-clock", settings.virtual_clock,
      "train nothing: compute which worker takes each model, and when, if "
      "only images take time");
  line.take(settings.common,
            {"--data", "--seed", "--limit", "--quiet", "--csv"});
}

void refuse_training_options(const CommandLine& line,
                             const EnsembleSettings& settings) {
  if (!settings.virtual_clock) return;
  line.refuse_given_but(
      {"--virtual-clock", "--models", "--threads", "--threshold", "--skew",
       "--trace", "--seed", "--limit", "--quiet", "--csv"},
      "has no effect with --virtual-clock, which trains nothing");
}

EnsembleOptions ensemble_options(const EnsembleSettings& settings,
                                 StartWeights start_weights) {
  const CommonOptions& common = settings.common;
  EnsembleOptions options;
  options.hidden = common.hidden;
  options.training.batch = common.batch;
  options.training.rate = common.rate;
  options.epochs = common.epochs;
  options.seed = common.seed;
  options.start_weights = start_weights;
  return options;
}

ShardOptions shard_options(const EnsembleSettings& settings) {
  return {.count = settings.models,
          .skew = settings.skew,
          .seed = settings.common.seed};
}

DataOptions data_options(const EnsembleSettings& settings) {
  return {.directory = settings.common.data,
          .limit = settings.common.limit,
          .threads = settings.common.threads};
}

}  // namespace nn
