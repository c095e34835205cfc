#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <vector>

#include "02_propagation/propagation.hpp"
#include "common/dataset.hpp"

namespace nn {

/// How gradient descent goes.
struct TrainingOptions {
  std::size_t batch = 32;  ///< images a step
  double rate = 0.1;       ///< how far a step goes along the gradient
  double momentum = 0;     ///< share of the last step kept in the next
  double decay = 1;        ///< the rate is multiplied by this each epoch
  bool shuffle = true;     ///< new order of the images each epoch
};

/// Thrown when the loss is NaN or infinite: no later step can mend the
/// weights, so training ends here.
class Diverged : public std::runtime_error {
 public:
  /// @param step which step found it, counted from 1
  /// @param loss what it found
  Diverged(std::size_t step, double loss);
  /// Which step found it, counted from 1.
  std::size_t step() const { return step_; }

 private:
  std::size_t step_;
};

/// Mini-batch gradient descent on one network. It owns what training needs
/// besides: the gradient, the velocity, the batch and the way through the
/// network, all allocated by the first step and used again by the others.
class Trainer {
 public:
  /// @param engine computes the products; must outlive the trainer
  /// @param network is trained in place; must outlive the trainer
  /// @param rng draws the order of the images; must outlive the trainer
  /// @throws std::invalid_argument when batch is 0
  Trainer(const Engine& engine, Network& network,
          const TrainingOptions& options, Rng& rng);

  /// Goes once over all of `data`, in batches; the last may be smaller.
  /// @param data at least one image, `network.inputs()` pixels each
  /// @param on_batch called after each step with the images done so far;
  ///        when it returns false the epoch ends there
  /// @returns the mean loss over the images, each as its batch came
  /// @throws Diverged when a batch's loss is infinite or NaN
  double epoch(const Dataset& data,
               const std::function<bool(std::size_t)>& on_batch = {});

  /// How many steps were made.
  std::size_t steps() const { return steps_; }

 private:
  void gather(const Dataset& data, std::size_t first, std::size_t count);
  double step();
  void update();

  const Engine& engine_;
  Network& network_;
  TrainingOptions options_;
  Rng& rng_;

  std::vector<std::size_t> order_;    // in which the images are visited
  Matrix X_;                          // the batch (inputs x B)
  std::vector<std::uint8_t> labels_;  // and what it shows (B)
  Pass pass_;
  Network gradient_;
  Network velocity_;  // empty without momentum
  double rate_;       // after decay
  std::size_t steps_ = 0;
};

}  // namespace nn
