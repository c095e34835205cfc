#include "03_training/program/settings.hpp"

#include "01_matrix/engine.hpp"
#include "03_training/program/fault.hpp"
#include "common/error.hpp"

namespace nn {

namespace {

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) names.emplace_back(recipe.name);
  return names;
}

std::string recipe_help() {
  std::string help = "settings to begin from";
  for (const Recipe& recipe : recipes()) {
    help += "; " + std::string(recipe.name) + ": " +
            std::string(recipe.description);
  }
  return help;
}

void state_options(CommandLine& line, Settings& s) {
  line.describe(
      "Trains a network on handwritten digits, and shows what it learnt and "
      "where it is wrong.");
  line.take(s.common, {"--data", "--seed", "--epochs"});
  line.integer("--batch", s.training.batch, 1, 1000000,
               "images per step of training");
  line.real("--rate", s.training.rate, 0.000001, 100,
            "learning rate: how far each step goes");
  line.take(s.common, {"--hidden", "--limit", "--csv", "--quiet"});
  line.choice("--recipe", s.recipe, recipe_names(), recipe_help());
  line.choice("--start", s.initialisation, {"he", "uniform"},
              "how the weights begin: he suits any width, uniform is "
              "-0.5 to 0.5 as in the original");
  line.real("--momentum", s.training.momentum, 0, 0.999,
            "share of the last step that is kept in the next");
  line.real("--decay", s.training.decay, 0.01, 1,
            "what the rate is multiplied by after each epoch");
  const auto engines = engine_names();
  line.choice("--engine", s.engine, {engines.begin(), engines.end()},
              "what computes the products: armadillo calls BLAS, naive runs "
              "the loops of chapter 1");
  line.flag("--standardise", s.standardise,
            "subtract the mean of all training pixels and divide by their "
            "deviation: for images that are mostly bright");
  line.flag("--invert", s.invert,
            "turn every pixel x into 1 - x: bright ink on dark paper, as "
            "MNIST has it, becomes dark ink on bright paper");
  line.flag("--validate", s.validate,
            "keep the last sixth of the training images aside and measure "
            "on them, not on the test images: for tuning");
  line.choice("--break", s.fault, fault_names(),
              "build in a classic fault, see its symptoms and let the "
              "program find it");
  line.default_is("none");
}

void state_files(CommandLine& line, Settings& s) {
  line.text("--save", s.save, "FILE", "write the network there (safetensors)");
  line.text("--load", s.load, "FILE",
            "begin with the network from there; trains on only if --epochs "
            "is given too");
  line.text("--predict", s.predict, "FILE",
            "say which digit this PNG shows; needs --load");
  line.example("./chapter03 --recipe best", "the best that one layer can do");
  line.example("./chapter03 --epochs 3 --save m.safetensors",
               "train briefly and keep the network");
  line.example("./chapter03 --load m.safetensors --predict digit.png",
               "which digit did you draw?");
  line.example("./chapter03 --break rate",
               "what a rate that is too large does");
}

// Options that the user has not given are as the recipe says.
void apply_recipe(const CommandLine& line, Settings& s) {
  const Recipe& recipe = recipe_named(s.recipe);
  const auto take = [&](std::string_view option, auto& value, auto other) {
    if (!line.given(option)) value = other;
  };
  take("--hidden", s.common.hidden, recipe.hidden);
  take("--epochs", s.common.epochs, s.fault.empty() ? recipe.epochs : 3);
  take("--batch", s.training.batch, recipe.training.batch);
  take("--rate", s.training.rate, recipe.training.rate);
  take("--momentum", s.training.momentum, recipe.training.momentum);
  take("--decay", s.training.decay, recipe.training.decay);
  const bool he = recipe.initialisation == Initialisation::he;
  take("--start", s.initialisation, std::string(he ? "he" : "uniform"));
}

// Options that make no sense together are refused, not ignored.
void refuse_with_predict(const CommandLine& line) {
  line.refuse_given_but({"--predict", "--load", "--engine"},
                        "has no use with --predict: leave it out");
  if (!line.given("--load")) {
    throw InputError(
        "--predict needs a network: give --load FILE too, as written by "
        "--save FILE");
  }
}

void refuse_with_load(const CommandLine& line) {
  line.refuse_given({"--hidden", "--start", "--break"},
                    "says how a new network begins, and --load brings one: "
                    "give one of the two");
  line.refuse_given({"--standardise", "--invert"},
                    "is for a new network, and --load brings one that reads "
                    "images as it was trained to: leave it out");
  if (line.given("--epochs")) return;
  line.refuse_given_but({"--load", "--predict", "--engine", "--data", "--limit",
                         "--validate", "--quiet"},
                        "has no use with --load, unless it trains on: give "
                        "--epochs too");
}

void refuse_contradictions(const CommandLine& line) {
  if (line.given("--predict")) refuse_with_predict(line);
  if (line.given("--load")) refuse_with_load(line);
  if (line.given("--break")) {
    line.refuse_given({"--save"},
                      "keeps a network, and --break spoils one on purpose: "
                      "give one of the two");
  }
}

}  // namespace

Settings read_settings(CommandLine& line) {
  Settings settings;
  state_options(line, settings);
  state_files(line, settings);
  line.parse();
  refuse_contradictions(line);
  apply_recipe(line, settings);
  settings.train = settings.load.empty() || line.given("--epochs");
  return settings;
}

}  // namespace nn
