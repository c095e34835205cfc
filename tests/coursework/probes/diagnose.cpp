#include <fmt/format.h>

#include <iterator>

#include "03_training/diagnosis.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

// Words by which a sentence of diagnosis.cpp is known.
constexpr std::string_view kWords[] = {
    "divide the pixels",   "the loss became",     "begin with random weights",
    "shuffle the images",  "are 0 for every",     "raise --rate",
    "look at some images", "worse than guessing",
};

// For each sentence, in their order, which of the words it has: 1, 2, ...
std::vector<double> numbers_of(const std::vector<std::string>& sentences) {
  std::vector<double> numbers;
  for (const std::string& sentence : sentences) {
    double number = 0;
    for (std::size_t i = 0; i < std::size(kWords); ++i) {
      if (sentence.find(kWords[i]) != std::string::npos) {
        number = static_cast<double>(i + 1);
      }
    }
    numbers.push_back(number);
  }
  return numbers;
}

void report_diagnosis(const std::string& name, const nn::Measurements& m,
                      Report& report) {
  const std::vector<std::string> sentences = nn::diagnose(m);
  report.exact("how many sentences, " + name,
               static_cast<double>(sentences.size()));
  report.exact(
      "which sentences (1 pixels, 2 diverged, 3 twins, 4 order, 5 silent "
      "units, 6 small steps, 7 labels, 8 high loss), " +
          name,
      numbers_of(sentences));
  for (const std::string& s : sentences) report.note(name + ": " + s);
}

// What is measured when training goes well.
nn::Measurements healthy(nn::Rng& rng) {
  nn::Measurements m;
  m.largest_input = 1;
  m.input_mean = rng.uniform(0.1, 0.2);
  m.input_deviation = rng.uniform(0.2, 0.4);
  m.classes_per_batch = 9.5;
  m.classes_if_shuffled = 9.6;
  m.silent_units = rng.uniform(0, 0.2);
  m.losses = {rng.uniform(0.5, 1), 0.3, 0.2};
  m.steps = 5625;
  return m;
}

void report_causes(nn::Rng& rng, Report& report) {
  nn::Measurements m = healthy(rng);
  m.twin_units = 1;
  report_diagnosis("twin units", m, report);
  m.losses = {2.31, 2.302, 2.301};
  report_diagnosis("twin units, and the loss stays at ln 10", m, report);
  m.classes_per_batch = 1;
  m.silent_units = 0.9;
  report_diagnosis("twins, images in order, silent units, loss at ln 10", m,
                   report);
}

void report_symptoms(nn::Rng& rng, Report& report) {
  nn::Measurements m = healthy(rng);
  m.losses = {2.303, 2.302, 2.302};
  report_diagnosis("the loss stays at ln 10", m, report);
  m.losses = {2.30, 2.27, 2.24};
  report_diagnosis("the loss hardly falls", m, report);
  m.silent_units = 0.9;
  report_diagnosis("silent units, and the loss hardly falls", m, report);
}

void try_without_losses(nn::Rng& rng, Report& report) {
  nn::Measurements m = healthy(rng);
  m.losses.clear();
  report_diagnosis("no epoch was measured", m, report);
  m.silent_units = 0.9;
  report_diagnosis("no epoch was measured, but silent units", m, report);
  m.diverged = "the loss became NaN at step 3";
  m.largest_input = 255;
  m.input_mean = 33;
  report_diagnosis("pixels of 0..255, diverged in the first epoch", m, report);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_diagnosis("all is well", healthy(rng), report);
  report_causes(rng, report);
  report_symptoms(rng, report);
  try_without_losses(rng, report);
  if (!thorough) return;

  nn::Measurements m = healthy(rng);
  m.losses = {2.302};
  report_diagnosis("one epoch, the loss at ln 10", m, report);
  m.losses = {3.7};
  report_diagnosis("one epoch, the loss far above ln 10", m, report);
  m.losses = {2.302};
  m.classes_per_batch = 2;
  report_diagnosis("one epoch, images in order, the loss at ln 10", m, report);
}
