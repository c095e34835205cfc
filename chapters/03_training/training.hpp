#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stdexcept>
#include <vector>

#include "02_propagation/propagation.hpp"
#include "common/dataset.hpp"

namespace nn {

// [OPTIONS]
/// How gradient descent goes.
struct TrainingOptions {
  std::size_t batch = 32;  ///< images a step
  double rate = 0.1;       ///< how far a step goes along the gradient
  double momentum = 0;     ///< share of the last step kept in the next
  double decay = 1;        ///< the rate is multiplied by this each epoch
  bool shuffle = true;     ///< new order of the images each epoch
};
// [/OPTIONS]

/// Thrown when the loss is NaN or infinite: no later step can repair the
/// weights, so training ends here.
class Diverged : public std::runtime_error {
 public:
  /// @param step which step found it, counted from 1
  /// @param loss NaN or infinite
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
  /// @throws std::invalid_argument if batch is 0
  Trainer(const Engine& engine, Network& network,
          const TrainingOptions& options, Rng& rng);

  /// Called after each step with the number of images done so far. When it
  /// returns false, the epoch ends there.
  using BatchHook = std::function<bool(std::size_t)>;

  /// Goes once over all of `data`, in batches; the last may be smaller.
  /// @param data at least one image, `network.inputs()` pixels each
  /// @returns the mean loss over the images, each as its batch came
  /// @throws Diverged if a batch's loss is infinite or NaN
  double epoch(const Dataset& data, const BatchHook& on_batch = {});

  /// The same for some images only.
  /// @param images at least one index into `data`
  /// @throws std::out_of_range if there is no such image
  double epoch(const Dataset& data, std::span<const std::size_t> images,
               const BatchHook& on_batch = {});

  /// How many steps were made.
  std::size_t steps() const { return steps_; }

 private:
  void gather(const Dataset& data, std::span<const std::size_t> images,
              std::size_t first, std::size_t count);
  double step();
  void update();

  // [STATE]
  const Engine& engine_;
  Network& network_;
  TrainingOptions options_;
  Rng& rng_;

  std::vector<std::size_t> all_;      // 0, 1, ...: every image
  std::vector<std::size_t> order_;    // positions in the list of images
  Matrix X_;                          // the batch (inputs x B)
  std::vector<std::uint8_t> labels_;  // and what it shows (B)
  Pass pass_;
  Network gradient_;
  Network velocity_;  // empty without momentum
  double rate_;       // after decay
  std::size_t steps_ = 0;
  // [/STATE]
};

}  // namespace nn
