/// @file
/// A trainer from inside: the probes of its private functions call them one
/// by one. C++ lets an explicit instantiation name a private member, so that
/// the class needs no friend for it.
#pragma once

#include "03_training/training.hpp"
#include "coursework/probes/probe.hpp"

namespace nn::probe {

/// Makes `member(Tag)` find what `pointer` points to.
template <typename Tag, auto pointer>
struct Reveal {
  friend constexpr auto member(Tag) { return pointer; }
};

// A tag for each member that a probe looks at or calls.
struct Gather {};
struct Update {};
struct Order {};
struct Batch {};
struct Labels {};
struct Gradient {};
struct Rate {};
constexpr auto member(Gather);
constexpr auto member(Update);
constexpr auto member(Order);
constexpr auto member(Batch);
constexpr auto member(Labels);
constexpr auto member(Gradient);
constexpr auto member(Rate);
template struct Reveal<Gather, &Trainer::gather>;
template struct Reveal<Update, &Trainer::update>;
template struct Reveal<Order, &Trainer::order_>;
template struct Reveal<Batch, &Trainer::X_>;
template struct Reveal<Labels, &Trainer::labels_>;
template struct Reveal<Gradient, &Trainer::gradient_>;
template struct Reveal<Rate, &Trainer::rate_>;

/// Images whose pixels differ, of digits that differ.
inline Dataset random_images(std::size_t count, std::size_t pixels, Rng& rng) {
  Dataset data;
  data.images = random_matrix(pixels, count, rng);
  data.labels = random_labels(count, 3, rng);
  data.image_size = {1, pixels};
  return data;
}

/// Weights and biases between -1 and 1.
inline Network random_network(const Widths& widths, Rng& rng) {
  Network network = zero_network(widths);
  for (auto& [W, b] : network.layers) {
    W = random_matrix(W.n_rows, W.n_cols, rng);
    b = random_matrix(b.n_elem, 1, rng);
  }
  return network;
}

/// All weights and biases, layer by layer.
inline std::vector<double> values_of(const Network& network) {
  std::vector<double> values;
  for (const auto& [W, b] : network.layers) {
    values.insert(values.end(), W.begin(), W.end());
    values.insert(values.end(), b.begin(), b.end());
  }
  return values;
}

}  // namespace nn::probe
