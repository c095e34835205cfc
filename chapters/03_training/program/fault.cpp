#include "03_training/program/fault.hpp"

#include <algorithm>
#include <numeric>

#include "01_matrix/operations.hpp"
#include "common/error.hpp"

namespace nn {

namespace {

struct Fault {
  std::string_view name;
  std::string_view description;
};

constexpr Fault kFaults[] = {
    {"normalising", "the pixels stay 0..255 instead of 0..1"},
    {"rate", "the learning rate is 10^15 times too large"},
    {"init", "every weight begins at 0.01"},
    {"shuffling", "the images come sorted by digit, and stay so"},
    {"labels", "the labels are shuffled, the images are not"},
};

}  // namespace

std::vector<std::string> fault_names() {
  std::vector<std::string> names;
  for (const Fault& fault : kFaults) names.emplace_back(fault.name);
  return names;
}

std::string fault_description(std::string_view name) {
  for (const Fault& fault : kFaults) {
    if (fault.name == name) return std::string(fault.description);
  }
  throw InputError("there is no fault '" + std::string(name) + "'");
}

// [BREAK_DATA]
void break_data(std::string_view name, Dataset& train, Rng& rng) {
  if (name == "normalising") scale(255.0f, train.images);
  if (name == "labels") rng.shuffle(std::span(train.labels));
  if (name == "shuffling") {
    std::vector<std::size_t> order(train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {},
                             [&](std::size_t i) { return train.labels[i]; });
    train = select(train, order);
  }
}
// [/BREAK_DATA]

// [BREAK_TRAINING]
void break_options(std::string_view name, TrainingOptions& options) {
  if (name == "rate") options.rate *= 1e15;
  if (name == "shuffling") options.shuffle = false;
}

void break_network(std::string_view name, Network& network) {
  if (name != "init") return;
  for (Layer<float>& layer : network.layers) layer.W.fill(0.01f);
}
// [/BREAK_TRAINING]

}  // namespace nn
