#include "03_training/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "03_training/standardisation.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// The loss of a network that gives every digit the same probability.
const double kGuessing = std::log(10.0);

// After fewer steps a healthy network, too, has hardly learnt.
constexpr std::size_t kFirstSteps = 10;

// [BATCH_CLASSES]
// The mean number of different classes in a batch of B images drawn at
// random: each class misses all of them with probability (1 - share)^B.
double expected_classes(const Dataset& data, std::size_t batch) {
  std::vector<double> share(kClasses);
  for (const std::uint8_t label : data.labels) {
    share[label] += 1.0 / static_cast<double>(data.size());
  }
  double expected = 0;
  for (const double p : share) {
    expected += 1 - std::pow(1 - p, static_cast<double>(batch));
  }
  return expected;
}

double classes_in_order(const Dataset& data, std::size_t batch) {
  double sum = 0;
  std::size_t batches = 0;
  for (std::size_t first = 0; first < data.size(); first += batch) {
    const auto begin = data.labels.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t count = std::min(batch, data.size() - first);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    sum += static_cast<double>(std::set<int>(begin, end).size());
    ++batches;
  }
  return sum / static_cast<double>(batches);
}
// [/BATCH_CLASSES]

Matrix first_images(const Dataset& data) {
  return data.images.head_cols(std::min<arma::uword>(1000, data.size()));
}

bool rows_equal(const Matrix& W, arma::uword i, arma::uword k) {
  for (arma::uword j = 0; j < W.n_cols; ++j) {
    if (W(i, j) != W(k, j)) return false;
  }
  return true;
}

}  // namespace

// [MEASURE_DATA]
void measure_data(const Dataset& train, std::size_t batch, bool shuffled,
                  Measurements& m) {
  m.smallest_input = train.images.min();
  m.largest_input = train.images.max();
  const auto [mean, deviation] = standardisation_of(first_images(train));
  m.input_mean = double{mean};
  m.input_deviation = double{deviation};
  m.classes_if_shuffled = expected_classes(train, batch);
  m.classes_per_batch =
      shuffled ? m.classes_if_shuffled : classes_in_order(train, batch);
}
// [/MEASURE_DATA]

// [MEASURE_NETWORK]
void measure_network(const Engine& engine, const Network& network,
                     const Dataset& train, Measurements& m) {
  if (network.layers.size() < 2) return;  // no hidden layer
  const Matrix& W = network.layers.front().W;
  const Matrix X = first_images(train);
  Pass pass;
  forward(engine, network, X, pass);
  double twins = 0;
  double silent = 0;
  for (arma::uword i = 0; i < W.n_rows; ++i) {
    const arma::uword next = (i + 1) % W.n_rows;
    if (next != i && rows_equal(W, i, next)) ++twins;
    if (pass.A.front().row(i).max() <= 0) ++silent;
  }
  m.twin_units = twins / static_cast<double>(W.n_rows);
  m.silent_units = silent / static_cast<double>(W.n_rows);
}
// [/MEASURE_NETWORK]

namespace {

// [CAUSES]
// Faults that one measurement proves, whatever else is wrong.
void find_causes(const Measurements& m, std::vector<std::string>& found) {
  // Pixels of 0..1 give at most 1 here, and standardised ones exactly 1.
  if (std::hypot(m.input_mean, m.input_deviation) > 1.5) {
    found.push_back(fmt::format(
        "the inputs range over {:.0f}..{:.0f} and not 0..1: divide the pixels "
        "by 255",
        m.smallest_input, m.largest_input));
  }
  if (!m.diverged.empty()) {
    found.push_back(m.diverged + ": the steps are too large, so lower --rate");
  }
  if (m.twin_units > 0.5) {
    found.push_back(fmt::format(
        "{} of the hidden units equal another one, and equal they stay: begin "
        "with random weights",
        percent(m.twin_units, 0)));
  }
  if (m.classes_per_batch < 0.75 * m.classes_if_shuffled) {
    found.push_back(fmt::format(
        "a batch shows {:.1f} different digits where chance gives {:.1f}: "
        "shuffle the images",
        m.classes_per_batch, m.classes_if_shuffled));
  }
}
// [/CAUSES]

// [REASONS]
// Inputs all of one sign push all weights of a unit the same way.
std::string cure_of_silent_units(const Measurements& m) {
  if (std::abs(m.input_mean) <= m.input_deviation) {
    return "the steps are too large, so lower --rate";
  }
  return fmt::format(
      "the inputs' mean, {:.2f}, is far from 0, so try --standardise",
      m.input_mean);
}

// With labels that do not match there is nothing to learn. With steps that
// are too small there is, and every epoch learns a little of it. Worse
// than guessing is the mean of an epoch whose first steps were wild.
std::string cause_of_high_loss(const Measurements& m) {
  const std::size_t epochs = m.losses.size();
  const double loss = m.losses.back();
  if (epochs > 1 && m.losses[epochs - 2] - loss > 0.015) {
    return "falls, but hardly: the steps are too small, so raise --rate";
  }
  if (loss > kGuessing + 0.15) {
    return fmt::format(
        "is {:.2f}, worse than guessing, ln 10 = 2.303: train for longer, and "
        "if it stays so, look at the first weights, the inputs and --rate",
        loss);
  }
  return "stays at ln 10 = 2.303, as if guessing: look at some images and "
         "their labels, they may not match";
}
// [/REASONS]

// [SYMPTOMS]
// Signs that something is wrong, and what it most often is.
void find_symptoms(const Measurements& m, std::vector<std::string>& found) {
  if (m.silent_units > 0.5) {
    found.push_back(
        fmt::format("{} of the hidden units are 0 for every image: {}",
                    percent(m.silent_units, 0), cure_of_silent_units(m)));
  } else if (m.steps >= kFirstSteps && m.losses.back() > kGuessing - 0.15) {
    found.push_back("the loss " + cause_of_high_loss(m));
  }
}
// [/SYMPTOMS]

}  // namespace

// [DIAGNOSE]
std::vector<std::string> diagnose(const Measurements& m) {
  // BEGIN SOLUTION diagnose
  std::vector<std::string> found;
  find_causes(m, found);
  // A cause brings symptoms, too: they tell something only without one.
  if (found.empty() && !m.losses.empty()) find_symptoms(m, found);
  return found;
  // END SOLUTION
}
// [/DIAGNOSE]

}  // namespace nn
