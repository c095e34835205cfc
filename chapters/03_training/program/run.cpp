#include "03_training/program/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "03_training/program/fault.hpp"
#include "common/error.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// [HOLD_OUT]
// Cuts the last sixth off the training images and measures on it, so that
// the test images are not used up by tuning.
void hold_out(Data& data) {
  const std::size_t kept = data.train.size() - data.train.size() / 6;
  if (kept == data.train.size()) {
    throw InputError("--validate needs at least 6 training images");
  }
  data.test = slice(data.train, kept, data.train.size() - kept);
  data.train = slice(data.train, 0, kept);
}
// [/HOLD_OUT]

void check_image_size(const Run& run) {
  const Dataset& train = run.data.train;
  if (run.model.image_size == train.image_size) return;
  throw InputError(
      fmt::format("{}: this network reads images of {} and the data have {}",
                  run.settings.load, to_string(run.model.image_size),
                  to_string(train.image_size)));
}

}  // namespace

void load_images(Run& run) {
  const CommonOptions& common = run.settings.common;
  run.data = load_data({.directory = common.data, .limit = common.limit});
  if (run.settings.validate) hold_out(run.data);
  std::cout << fmt::format("{}\n", run.data.description);
  if (run.settings.validate) {
    std::cout << fmt::format(
        "Measured on {} of the training images, held out.\n",
        thousands(run.data.test.size()));
  }
}

// [PREPARE_NETWORK]
void prepare_network(Run& run, Rng& rng) {
  const Settings& settings = run.settings;
  if (!settings.load.empty()) {
    run.model = load_model(settings.load);
    check_image_size(run);
    return;
  }
  const Dataset& train = run.data.train;
  const auto initialisation = settings.initialisation == "he"
                                  ? Initialisation::he
                                  : Initialisation::uniform;
  run.model = {initial_network(initialisation, train.images.n_rows,
                               settings.common.hidden, rng),
               train.image_size};
}
// [/PREPARE_NETWORK]

// [MATCH_INK]
void match_ink(Run& run) {
  Data& data = run.data;
  const bool dark = ink_is_dark(data.train.images);
  bool& wanted = run.model.dark_ink;
  if (run.settings.load.empty()) wanted = dark != run.settings.invert;
  if (dark == wanted) return;
  invert(data.train.images);
  invert(data.test.images);
  std::cout << fmt::format("Inverted: the ink is {} now.\n",
                           wanted ? "dark" : "bright");
}
// [/MATCH_INK]

// [STANDARDISE_IMAGES]
void standardise_images(Run& run) {
  Standardisation& standardisation = run.model.standardisation;
  if (run.settings.standardise) {
    standardisation = standardisation_of(run.data.train.images);
  }
  if (standardisation == Standardisation{}) return;
  if (standardisation.deviation == 0) {
    throw InputError(
        "--standardise: all pixels of the training images are equal, so there "
        "is nothing to learn from them");
  }
  standardisation.apply(run.data.train.images);
  standardisation.apply(run.data.test.images);
  std::cout << fmt::format(
      "Standardised: the training pixels had mean {:.4f} and deviation "
      "{:.4f}.\n",
      standardisation.mean, standardisation.deviation);
}
// [/STANDARDISE_IMAGES]

// [BUILD_IN_FAULT]
void build_in_fault(Run& run, Rng& rng) {
  const std::string& fault = run.settings.fault;
  if (fault.empty()) return;
  std::cout << fmt::format("On purpose: {}.\n", fault_description(fault));
  break_data(fault, run.data.train, rng);
  break_options(fault, run.settings.training);
  break_network(fault, run.model.network);
}
// [/BUILD_IN_FAULT]

void print_plan(const Run& run) {
  const TrainingOptions& options = run.settings.training;
  const Dataset& train = run.data.train;
  const Network& network = run.model.network;
  std::cout << fmt::format("Network {}, {} weights; ",
                           fmt::join(widths_of(network), "-"),
                           thousands(parameter_count(network)));
  std::cout << fmt::format("batch {}, rate {:g}, engine {}, seed {}.\n\n",
                           std::min(options.batch, train.size()), options.rate,
                           run.engine->name(), run.settings.common.seed);
  std::cout.flush();  // worth reading meanwhile
}

std::string measured_on(const Run& run) {
  return run.settings.validate ? "validation" : "test";
}

}  // namespace nn
