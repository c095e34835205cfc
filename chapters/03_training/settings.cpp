#include "03_training/settings.hpp"

#include "01_matrix/engine.hpp"
#include "03_training/mistake.hpp"
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
    help += "; " + std::string(recipe.name) + ": " + std::string(recipe.what);
  }
  return help;
}

// [STATE]
void state_options(CommandLine& line, Settings& s) {
  line.describe(
      "Trains a network on handwritten digits, and shows what it learnt and "
      "where it is wrong.");
  line.take(s.common, {"--data", "--seed", "--epochs", "--batch", "--rate",
                       "--hidden", "--limit", "--csv", "--quiet"});
  line.choice("--recipe", s.recipe, recipe_names(), recipe_help());
  line.choice("--start", s.start, {"he", "uniform"},
              "how the weights begin: he suits any width, uniform is "
              "-0.5 to 0.5 as in the original");
  line.real("--momentum", s.momentum, 0, 0.999,
            "share of the last step that is kept in the next");
  line.real("--decay", s.decay, 0.01, 1,
            "what the rate is multiplied by after each epoch");
  const auto engines = engine_names();
  line.choice("--engine", s.engine, {engines.begin(), engines.end()},
              "who multiplies the matrices: armadillo calls BLAS, naive runs "
              "the loops of chapter 1");
  line.flag("--validate", s.validate,
            "keep the last sixth of the training images aside and measure "
            "on them, not on the test images: for tuning");
  line.choice("--break", s.mistake, mistake_names(),
              "make a classic mistake, see what it looks like and let the "
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
// [/STATE]

// What the user has not given is as the recipe says.
void apply_recipe(const CommandLine& line, Settings& s) {
  const Recipe& recipe = recipe_named(s.recipe);
  const auto take = [&](std::string_view option, auto& value, auto other) {
    if (!line.given(option)) value = other;
  };
  take("--hidden", s.common.hidden, recipe.hidden);
  take("--epochs", s.common.epochs, s.mistake.empty() ? recipe.epochs : 3);
  take("--batch", s.common.batch, recipe.batch);
  take("--rate", s.common.rate, recipe.rate);
  take("--momentum", s.momentum, recipe.momentum);
  take("--decay", s.decay, recipe.decay);
  const bool he = recipe.start == Start::he;
  take("--start", s.start, std::string(he ? "he" : "uniform"));
}

// Options that make no sense together are refused, not ignored.
void refuse_contradictions(const CommandLine& line, const Settings& s) {
  if (!s.predict.empty() && s.load.empty()) {
    throw InputError(
        "--predict needs a network: give --load FILE too, as written by "
        "--save FILE");
  }
  if (s.load.empty()) return;
  for (const char* option : {"--hidden", "--start", "--break"}) {
    if (!line.given(option)) continue;
    throw InputError(std::string(option) +
                     " says how a new network begins, and --load brings one: "
                     "give one of the two");
  }
}

}  // namespace

Settings read_settings(CommandLine& line) {
  Settings settings;
  state_options(line, settings);
  state_files(line, settings);
  line.parse();
  refuse_contradictions(line, settings);
  apply_recipe(line, settings);
  settings.train = settings.load.empty() || line.given("--epochs");
  return settings;
}

TrainingOptions training_options(const Settings& settings) {
  TrainingOptions options;
  options.batch = static_cast<std::size_t>(settings.common.batch);
  options.rate = settings.common.rate;
  options.momentum = settings.momentum;
  options.decay = settings.decay;
  return options;
}

}  // namespace nn
