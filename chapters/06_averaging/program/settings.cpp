#include "06_averaging/program/settings.hpp"

namespace nn {

namespace {

void take_rounds(CommandLine& line, AveragingChapter& chapter) {
  RoundOptions& rounds = chapter.rounds;
  line.integer("--rounds", rounds.rounds, 1, 100000,
               "how often all models start again from their average");
  line.integer("--round-epochs", rounds.epochs, 1, 100000,
               "epochs of each model in a round");
  line.integer("--round-batch", chapter.round_batch, 1, 1000000,
               "images per step, in rounds");
  line.real("--round-rate", chapter.round_rate, 1e-6, 100,
            "learning rate, in rounds");
  line.real("--outer-rate", rounds.outer_rate, 0.01, 10,
            "how far to go from one average to the next, in the columns with "
            "outer momentum; 1 goes there");
  line.real("--outer-momentum", rounds.outer_momentum, 0, 0.99,
            "share of a round's step kept in the next, in these columns");
  line.integer("--pieces", chapter.pieces, 1, 1000,
               "of shards sorted by digit: how many pieces of the sorted row "
               "each is made of");
}

// A chart trains many pairs of networks, so it is content with less.
void take_less_for_chart(const CommandLine& line, AveragingChapter& chapter) {
  line.refuse_given({"--models", "--skew", "--hidden", "--rate", "--rounds",
                     "--round-epochs", "--round-batch", "--round-rate",
                     "--outer-rate", "--outer-momentum", "--pieces"},
                    "has no effect with --chart");
  CommonOptions& common = chapter.experiment.settings.common;
  chapter.experiment.settings.models = 1;
  if (!line.given("--limit")) common.limit = 10000;
  if (!line.given("--epochs")) common.epochs = 5;
}

}  // namespace

void read_settings(CommandLine& line, AveragingChapter& chapter) {
  EnsembleSettings& settings = chapter.experiment.settings;
  line.describe(
      "Averages the weights of sixty networks and shows why the average "
      "guesses; then matches their hidden units, trains in rounds instead, and "
      "measures what the averaging itself costs.");
  line.integer("--models", settings.models, 2, 100000,
               "how many models, each with a shard of its own");
  line.take(settings.common, {"--threads"});
  line.real("--skew", settings.skew, 0, 5,
            "how uneven the shards are, the exponent of Zipf's law; 0 is even");
  line.take(settings.common, {"--epochs", "--batch", "--rate", "--hidden"});
  take_rounds(line, chapter);
  line.flag("--chart", chapter.chart,
            "draw the barrier between two networks over widths and rates "
            "instead; with 10,000 images and 5 epochs, unless --limit and "
            "--epochs are given");
  line.take(settings.common,
            {"--data", "--seed", "--limit", "--quiet", "--csv"});
  line.example("./chapter06", "all of it, half a minute on two quiet cores");
  line.example("./chapter06 --rounds 30", "more rounds");
  line.example("./chapter06 --chart", "when the line has a barrier");
  line.parse();
  if (chapter.chart) take_less_for_chart(line, chapter);
}

}  // namespace nn
