// Chapter 3: a network learns to read handwritten digits.

#include <chrono>
#include <iostream>

#include "03_training/diagnosis.hpp"
#include "03_training/mistake.hpp"
#include "03_training/model_file.hpp"
#include "03_training/report.hpp"
#include "03_training/settings.hpp"
#include "common/atomic_file.hpp"
#include "common/blas.hpp"
#include "common/error.hpp"
#include "common/interrupt.hpp"
#include "common/picture.hpp"
#include "common/png.hpp"
#include "common/program.hpp"
#include "common/progress.hpp"
#include "common/text.hpp"

namespace {

using namespace nn;

/// One training run: what it works on, and what was seen of it.
struct Run {
  Settings settings;
  std::unique_ptr<Engine> engine;
  Data data;
  Model model;
  Measurements measurements;
  std::string csv = "epoch,seconds,loss,test_accuracy\n";
};

// [PREPARE]
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

void load_images(Run& run) {
  const CommonOptions& common = run.settings.common;
  run.data = load_data({.directory = common.data,
                        .limit = static_cast<std::size_t>(common.limit)});
  if (run.settings.validate) hold_out(run.data);
  std::cout << run.data.description << '\n';
  if (run.settings.validate) {
    std::cout << "Measured on " << thousands(run.data.test.size())
              << " of the training images, held out.\n";
  }
}

void check_image_size(const Run& run) {
  const Dataset& train = run.data.train;
  if (run.model.rows == train.rows && run.model.columns == train.columns) {
    return;
  }
  const auto size = [](std::size_t rows, std::size_t columns) {
    return std::to_string(rows) + " x " + std::to_string(columns);
  };
  throw InputError(run.settings.load + ": this network reads images of " +
                   size(run.model.rows, run.model.columns) +
                   " and the data have " + size(train.rows, train.columns));
}

void prepare_network(Run& run, Rng& rng) {
  const Settings& settings = run.settings;
  if (!settings.load.empty()) {
    run.model = load_model(settings.load);
    check_image_size(run);
    return;
  }
  const Dataset& train = run.data.train;
  const Start start = settings.start == "he" ? Start::he : Start::uniform;
  run.model = {
      start_network(start, train.images.n_rows, settings.common.hidden, rng),
      train.rows, train.columns};
}

// Only when asked to: --break.
TrainingOptions prepare_mistake(Run& run, Rng& rng) {
  TrainingOptions options = training_options(run.settings);
  const std::string& mistake = run.settings.mistake;
  if (mistake.empty()) return options;
  std::cout << "On purpose: " << mistake_description(mistake) << ".\n";
  break_data(mistake, run.data.train, rng);
  break_options(mistake, options);
  break_network(mistake, run.model.network);
  return options;
}
// [/PREPARE]

double test_accuracy(const Run& run) {
  const Dataset& test = run.data.test;
  return accuracy(predict(*run.engine, run.model.network, test.images),
                  test.labels);
}

std::string widths_in_words(const Network& network) {
  std::string words;
  for (const std::size_t width : widths_of(network)) {
    words += (words.empty() ? "" : "-") + std::to_string(width);
  }
  return words;
}

void print_plan(const Run& run, const TrainingOptions& options) {
  const Dataset& train = run.data.train;
  std::cout << "Network " << widths_in_words(run.model.network) << ", "
            << thousands(parameter_count(run.model.network))
            << " weights; batch " << std::min(options.batch, train.size())
            << ", rate " << options.rate << ", engine " << run.engine->name()
            << ", seed " << run.settings.common.seed << ".\n\n";
}

// [TRAIN]
// Returns the seconds that training took, without the measuring.
double train_one_epoch(Run& run, Trainer& trainer, Progress& progress,
                       int epoch) {
  const int epochs = run.settings.common.epochs;
  const std::string label =
      "epoch " + pad_left(std::to_string(epoch), epochs > 99 ? 3 : 2) + "/" +
      std::to_string(epochs);
  progress.start(label, run.data.train.size(), "images");
  const auto start = std::chrono::steady_clock::now();
  const double loss = trainer.epoch(run.data.train, [&](std::size_t done) {
    progress.update(done);
    return !interrupted();
  });
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - start;
  run.measurements.losses.push_back(loss);
  const double right = test_accuracy(run);
  progress.finish(label + "   loss " + fixed(loss, 4) + "   test " +
                  percent(right) + "   " + duration(time.count()));
  run.csv += std::to_string(epoch) + "," + fixed(time.count(), 6) + "," +
             fixed(loss, 6) + "," + fixed(right, 4) + "\n";
  return time.count();
}

void train(Run& run, const TrainingOptions& options, Rng& rng) {
  Progress progress(std::cout, standard_output(), run.settings.common.quiet);
  Trainer trainer(*run.engine, run.model.network, options, rng);
  double seconds = 0;
  try {
    for (int e = 1; e <= run.settings.common.epochs && !interrupted(); ++e) {
      seconds += train_one_epoch(run, trainer, progress, e);
    }
  } catch (const Diverged& diverged) {
    run.measurements.diverged = diverged.what();
    return;
  }
  if (!interrupted()) {
    std::cout << "\nTrained in " << duration(seconds) << ", "
              << thousands(trainer.steps()) << " steps.\n";
  }
}
// [/TRAIN]

// [REPORT]
// Says what looks wrong. With a mistake made on purpose that is the result;
// otherwise a loss that is no number is a failure.
void report_trouble(Run& run, const TrainingOptions& options) {
  measure_data(run.data.train, options.batch, options.shuffle,
               run.measurements);
  measure_network(*run.engine, run.model.network, run.data.train,
                  run.measurements);
  const std::vector<std::string> found = diagnose(run.measurements);
  if (!run.measurements.diverged.empty() && run.settings.mistake.empty()) {
    throw std::runtime_error(found.front());
  }
  for (const std::string& line : found) {
    std::cout << "\nDiagnosis: " << line << ".\n";
  }
}

void report(const Run& run) {
  const Dataset& test = run.data.test;
  const Terminal terminal = standard_output();
  const Matrix P = predict(*run.engine, run.model.network, test.images);
  std::cout << "\nTest accuracy: " << percent(accuracy(P, test.labels))
            << " of " << thousands(test.size()) << " images.\n";
  if (run.settings.common.quiet) return;
  std::cout << "\nWhat it takes for what:\n\n";
  print_confusion(std::cout, terminal, P, test.labels);
  std::cout << "\nWhere it is surest and wrong:\n\n";
  draw_mistakes(std::cout, terminal, test, P, terminal.width / 30);
}
// [/REPORT]

void save_results(const Run& run) {
  if (!run.settings.common.csv.empty()) {
    AtomicFile file(run.settings.common.csv);
    file.write(run.csv);
    file.commit();
  }
  if (run.settings.save.empty() || !run.measurements.diverged.empty()) return;
  save_model(run.settings.save, run.model);
  std::cout << "\nSaved: " << run.settings.save << '\n';
}

// [PREDICT_PICTURE]
int predict_picture(const Settings& settings) {
  const Model model = load_model(settings.load);
  const Matrix digit =
      digit_from_picture(read_png(settings.predict), model.rows, model.columns);
  Picture picture;
  picture.pixels = {digit.memptr(), digit.n_elem};
  picture.rows = model.rows;
  picture.columns = model.columns;
  picture.caption = "What the network sees:";
  draw_pictures(std::cout, standard_output(), {picture});
  const auto engine = make_engine(settings.engine);
  const Matrix P = predict(*engine, model.network, digit);
  std::cout << '\n';
  print_probabilities(std::cout, P);
  std::cout << "\nThis is a " << P.index_max() << ".\n";
  return 0;
}
// [/PREDICT_PICTURE]

int chapter03(CommandLine& line) {
  Run run;
  run.settings = read_settings(line);
  use_one_blas_thread();
  if (!run.settings.predict.empty()) return predict_picture(run.settings);

  Rng rng(run.settings.common.seed);
  run.engine = make_engine(run.settings.engine);
  load_images(run);
  prepare_network(run, rng);
  const TrainingOptions options = prepare_mistake(run, rng);
  if (run.settings.train) {
    print_plan(run, options);
    train(run, options, rng);
    if (!interrupted()) report_trouble(run, options);
  }
  if (run.measurements.diverged.empty() && !interrupted()) report(run);
  save_results(run);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter03);
}
