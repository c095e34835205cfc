#include "03_training/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "02_propagation/activation.hpp"

namespace nn {

Diverged::Diverged(std::size_t step, double loss)
    : std::runtime_error(fmt::format("the loss became {} at step {}",
                                     std::isnan(loss) ? "NaN" : "infinite",
                                     step)),
      step_(step) {}

Trainer::Trainer(const Engine& engine, Network& network,
                 const TrainingOptions& options, Rng& rng)
    : engine_(engine),
      network_(network),
      options_(options),
      rng_(rng),
      rate_(options.rate) {
  if (options.batch == 0) {
    throw std::invalid_argument("a batch needs at least one image");
  }
  if (options.momentum > 0) velocity_ = zero_network(widths_of(network));
}

namespace {

// [ALL_IMAGES]
// Fills the list with 0, 1, ..., count - 1 unless it has that length already.
void count_to(std::size_t count, std::vector<std::size_t>& numbers) {
  if (numbers.size() == count) return;
  numbers.resize(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
}

}  // namespace

double Trainer::epoch(const Dataset& data, const BatchHook& on_batch) {
  count_to(data.size(), all_);
  return epoch(data, all_, on_batch);
}
// [/ALL_IMAGES]

// What training.hpp says, in detail:
// - The images come in the order of `order_`: 0, 1, ..., or, with the option
//   `shuffle`, shuffled by `rng_`, anew in each epoch. When the list of images
//   has another length than the last one, `order_` begins anew.
// - A batch has `options_.batch` images, the last one what is left. `gather`
//   makes it ready and `step` learns it: it returns the batch's mean loss.
// - After each step `on_batch`, if there is one, is told how many images are
//   done. If it returns false, the epoch ends there.
// - At the end, wherever it came, `rate_` is multiplied by `options_.decay`,
//   and the mean loss of the images done is returned.
// [EPOCH]
double Trainer::epoch(const Dataset& data, std::span<const std::size_t> images,
                      const BatchHook& on_batch) {
  // BEGIN SOLUTION epoch
  count_to(images.size(), order_);
  if (options_.shuffle) rng_.shuffle(std::span(order_));
  double total = 0;
  std::size_t done = 0;
  while (done < images.size()) {
    const std::size_t B = std::min(options_.batch, images.size() - done);
    gather(data, images, done, B);
    total += step() * static_cast<double>(B);
    done += B;
    if (on_batch && !on_batch(done)) break;
  }
  rate_ *= options_.decay;
  return total / static_cast<double>(done);
  // END SOLUTION
}
// [/EPOCH]

// [GATHER]
// Copies the images that come next into one matrix, for a product wants
// its columns side by side: `count` images, one or more, whose positions
// in `images` stand in `order_` from entry `first` on. The pixels of the
// j-th become column j of X_, and its label labels_[j]; neither has more.
// Throws std::out_of_range if `data` does not have one of the images.
void Trainer::gather(const Dataset& data, std::span<const std::size_t> images,
                     std::size_t first, std::size_t count) {
  // BEGIN SOLUTION gather
  X_.set_size(data.images.n_rows, count);
  labels_.resize(count);
  for (std::size_t j = 0; j < count; ++j) {
    const std::size_t image = images[order_[first + j]];
    labels_[j] = data.labels.at(image);
    std::copy_n(data.images.colptr(image), X_.n_rows, X_.colptr(j));
  }
  // END SOLUTION
}
// [/GATHER]

// [STEP]
double Trainer::step() {
  ++steps_;
  forward(engine_, network_, X_, pass_);
  const double loss = cross_entropy(pass_.Z, labels_);
  if (!std::isfinite(loss)) throw Diverged(steps_, loss);
  backward(engine_, network_, X_, labels_, pass_, gradient_);
  update();
  return loss;
}
// [/STEP]

// [UPDATE]
// Plain gradient descent: W = W - rate * dW. With momentum, the step itself
// has inertia: V = momentum * V + dW, then W = W - rate * V. The biases
// move likewise. V is velocity_, zeros before the first step, and has no
// layers without momentum; the rate is rate_, which decays.
// Source: Polyak (1964), in the form of Sutskever et al. (2013), section 2.
void Trainer::update() {
  // BEGIN SOLUTION update
  const auto rate = static_cast<float>(rate_);
  if (options_.momentum == 0) {
    add_scaled(-rate, gradient_, network_);
    return;
  }
  scale(static_cast<float>(options_.momentum), velocity_);
  add_scaled(1.0f, gradient_, velocity_);
  add_scaled(-rate, velocity_, network_);
  // END SOLUTION
}
// [/UPDATE]

}  // namespace nn
