#include "08_parallel_matrix/program/settings.hpp"

#include <string>
#include <vector>

#include "01_matrix/engine.hpp"
#include "common/error.hpp"

namespace nn {

namespace {

std::vector<std::string> engines() {
  const auto names = engine_names();
  std::vector<std::string> all = {"own"};
  all.insert(all.end(), names.begin(), names.end());
  return all;
}

void state_options(CommandLine& line, MatrixSettings& settings) {
  line.integer("--largest", settings.largest, 16, 4096,
               "rows and columns of the largest square matrix");
  line.flag("--sweep", settings.sweep,
            "measure tiles and blocks of many sizes instead");
  line.choice("--engine", settings.engine, engines(),
              "measure no products: train the network of chapter 2 with this "
              "engine; own is the one of this chapter");
  line.flag("--race", settings.race,
            "measure no products: from nothing to 98% as fast as can be");
  line.flag("--best", settings.best,
            "measure no products: as well as one hidden layer can, from images "
            "that are moved anew each epoch");
  line.flag("--hold-back", settings.contest.hold_back,
            "keep the last sixth of the training images from training, and try "
            "on them, not on the test images: so --race and --best were tuned");
  line.take(settings.common,
            {"--threads", "--epochs", "--batch", "--rate", "--hidden", "--data",
             "--limit", "--seed", "--quiet", "--csv"});
  line.example("./chapter08", "the ladder, rung by rung");
  line.example("./chapter08 --sweep", "why the tile is as large as it is");
  line.example("./chapter08 --engine own --epochs 3",
               "train as in chapter 3, on our own products");
  line.example("./chapter08 --race", "where does each millisecond go?");
}

void refuse_what_has_no_effect(const CommandLine& line,
                               const MatrixSettings& settings) {
  if (settings.race || settings.best) {
    if (settings.race && settings.best) {
      throw InputError("--race and --best are two things: choose one");
    }
    line.refuse_given_but(
        {"--race", "--best", "--hold-back", "--threads", "--epochs", "--batch",
         "--rate", "--hidden", "--data", "--limit", "--seed"},
        settings.race ? "has no effect with --race"
                      : "has no effect with --best");
    return;
  }
  line.refuse_given({"--hold-back"}, "is about --race and --best");
  if (settings.engine.empty()) {
    line.refuse_given(
        {"--epochs", "--batch", "--rate", "--hidden", "--data", "--limit"},
        "is about training: say with which --engine");
  } else {
    line.refuse_given({"--largest", "--sweep"},
                      "has no effect with --engine, which trains");
  }
  if (settings.sweep) {
    line.refuse_given({"--threads", "--largest"},
                      "has no effect with --sweep, which measures one core");
  }
}

// What the user did not give is as the recipe has it.
void fill_contest(const CommandLine& line, MatrixSettings& settings) {
  const bool hold_back = settings.contest.hold_back;
  const CommonOptions& given = settings.common;
  RaceSettings& contest = settings.contest;
  contest = settings.race ? race_recipe() : best_recipe();
  contest.hold_back = hold_back;
  CommonOptions recipe = contest.common;
  contest.common = given;
  if (!line.given("--epochs")) contest.common.epochs = recipe.epochs;
  if (!line.given("--batch")) contest.common.batch = recipe.batch;
  if (!line.given("--rate")) contest.common.rate = recipe.rate;
  if (!line.given("--hidden")) contest.common.hidden = recipe.hidden;
  if (contest.common.hidden.size() != 1) {
    throw InputError("--race and --best train one hidden layer, not " +
                     std::to_string(contest.common.hidden.size()));
  }
}

}  // namespace

void read_settings(CommandLine& line, MatrixSettings& settings) {
  settings.common.epochs = 3;
  line.describe(
      "Climbs from the loops of chapter 1 to a product that fills the "
      "machine, one idea a rung, and times each beside OpenBLAS.");
  state_options(line, settings);
  line.parse();
  refuse_what_has_no_effect(line, settings);
  if (settings.race || settings.best) fill_contest(line, settings);
}

}  // namespace nn
