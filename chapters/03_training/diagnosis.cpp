#include "03_training/diagnosis.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "common/text.hpp"

namespace nn {

namespace {

// The loss of a network that gives every digit the same probability.
const double kGuessing = std::log(10.0);

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

bool rows_equal(const Matrix& W, arma::uword i, arma::uword k) {
  for (arma::uword j = 0; j < W.n_cols; ++j) {
    if (W(i, j) != W(k, j)) return false;
  }
  return true;
}

}  // namespace

// [MEASURE]
void measure_data(const Dataset& train, std::size_t batch, bool shuffled,
                  Measurements& m) {
  m.smallest_input = train.images.min();
  m.largest_input = train.images.max();
  m.classes_if_shuffled = expected_classes(train, batch);
  m.classes_per_batch =
      shuffled ? m.classes_if_shuffled : classes_in_order(train, batch);
}

void measure_network(const Engine& engine, const Network& network,
                     const Dataset& train, Measurements& m) {
  if (network.layers.size() < 2) return;  // no hidden layer
  const Matrix& W = network.layers.front().W;
  const arma::uword count = std::min<arma::uword>(1000, train.images.n_cols);
  const Matrix X = train.images.head_cols(count);
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
// [/MEASURE]

// [DIAGNOSE]
std::vector<std::string> diagnose(const Measurements& m) {
  std::vector<std::string> found;
  if (m.largest_input > 1.5f || m.smallest_input < -1.5f) {
    found.push_back("the inputs range over " + fixed(m.smallest_input, 0) +
                    ".." + fixed(m.largest_input, 0) +
                    " and not 0..1: divide the pixels by 255");
  }
  if (!m.diverged.empty()) {
    found.push_back(m.diverged + ": the steps are too large, so lower --rate");
  }
  if (m.twin_units > 0.5) {
    found.push_back(
        "all hidden units are equal, and equal they stay: begin "
        "with random weights");
  }
  if (m.classes_per_batch < 0.75 * m.classes_if_shuffled) {
    found.push_back("a batch shows " + fixed(m.classes_per_batch, 1) +
                    " different digits where chance gives " +
                    fixed(m.classes_if_shuffled, 1) + ": shuffle the images");
  }
  if (!found.empty() || m.losses.empty()) return found;
  if (m.silent_units > 0.5) {
    found.push_back(percent(m.silent_units, 0) +
                    " of the hidden units are 0 for every image: the steps "
                    "are too large, so lower --rate");
  } else if (m.losses.back() > kGuessing - 0.15) {
    found.push_back(
        "the loss stays at ln 10 = 2.303, as if guessing: look "
        "at some images and their labels, they may not match");
  }
  return found;
}
// [/DIAGNOSE]

}  // namespace nn
