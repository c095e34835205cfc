/// @file
/// A trainer for one hidden layer that uses what no library can know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "02_propagation/network.hpp"
#include "08_parallel_matrix/fused/barrier.hpp"
#include "08_parallel_matrix/fused/live_tiles.hpp"
#include "08_parallel_matrix/fused/tile_lists.hpp"
#include "08_parallel_matrix/kernels/panel.hpp"
#include "common/rng.hpp"

namespace nn {

// [OPTIONS]
/// How the fused trainer goes.
struct FusedOptions {
  std::size_t batch = 32;   ///< images a step
  std::size_t threads = 1;  ///< at most one a panel of units will be used
  bool shuffle = true;      ///< new order of the images each epoch
};

/// The learning rate at the first step of an epoch, and where it is heading: it
/// would be `to` one step after the last.
struct Rates {
  double from = 0.1;  ///< at the first step
  double to = 0.1;    ///< the next epoch's `from`, where it goes on so
};
// [/OPTIONS]

/// Mini-batch gradient descent as chapter 3's Trainer does it, for a network of
/// one hidden layer, whose units are shared out among threads.
///
/// Each thread owns the weights of its panels of units for good. In a step the
/// threads exchange only each panel's share of the scores, (classes x B), and
/// meet at one barrier. Sums over units are made panel by panel, in order: the
/// weights are the same, bit for bit, on any number of threads.
class FusedTrainer {
 public:
  /// @param start the weights to begin with
  /// @param images to learn from, whose pixels are bytes; must outlive this
  /// @param labels one an image; must outlive this
  /// @param rng draws the order of the images; must outlive this
  /// @throws std::invalid_argument unless there is one hidden layer, a label an
  /// image, as many inputs as pixels, and a batch and threads of 1 at least
  FusedTrainer(const Network& start, const TiledImages& images,
               std::span<const std::uint8_t> labels,
               const FusedOptions& options, Rng& rng);

  /// Goes once over all images, in batches; the last may be smaller.
  /// @returns the mean loss over the images, each as its batch came
  /// @throws Diverged if a batch's loss is infinite or NaN
  double epoch(const Rates& rates);

  /// The same for some images only.
  /// @param images at least one, each below the number of images
  /// @throws std::out_of_range if there is no such image
  double epoch(std::span<const std::size_t> images, const Rates& rates);

  /// A copy of the weights.
  Network network() const;

  /// The share of images whose largest score is that of their label.
  /// @param images of the same size
  /// @param labels one an image, at least one
  double accuracy(const TiledImages& images,
                  std::span<const std::uint8_t> labels);

  /// How many steps were made.
  std::size_t steps() const { return steps_; }
  /// How many threads work: as asked for, but at most one a panel.
  std::size_t threads() const { return workers_.size(); }
  /// How many weights and biases were put in the order of the loops since this
  /// was made: each one once, at the start.
  std::size_t weights_packed() const { return weights_packed_; }

 private:
  // What a thread has for itself.
  struct alignas(kCacheLine) Worker {
    std::vector<float> G;   // (classes x stride): scores, then their errors
    std::vector<float> b2;  // biases of the classes: each thread has the same
    std::vector<std::uint8_t> labels;  // of the batch
    std::vector<TileLists> lists;      // of two batches, and one of none
    double loss = 0;                   // sum over the images of the epoch
    std::size_t right = 0;             // images scored right
    std::size_t failed_step = 0;       // 0: none
    double failed_loss = 0;
  };

  void shuffle(std::span<const std::size_t> images);
  void work(std::size_t worker, const Rates& rates);
  void build(std::size_t worker, std::size_t step);
  void forward(std::size_t worker, std::size_t step, const TileLists& last);
  bool learn_from(std::size_t worker, std::size_t step, double rate);
  void add_scores(Worker& worker, std::size_t step);
  void find_right(Worker& worker, std::size_t step);
  std::span<const std::uint32_t> batch_of(std::size_t step) const;
  std::size_t step_count() const;
  TileLists& list_of(std::size_t worker, std::size_t step);
  const TileLists& none(std::size_t worker) const;
  float* scores_of(std::size_t step, std::size_t panel);

  // The images that the threads go through, and in which order.
  struct Turn {
    const TiledImages* images;
    std::span<const std::uint8_t> labels;
    std::vector<std::uint32_t> numbers;
  };

  const TiledImages& images_;
  const std::span<const std::uint8_t> labels_;
  const FusedOptions options_;
  Rng& rng_;
  const std::size_t hidden_;
  const std::size_t classes_;
  const std::size_t even_classes_;  // a loop takes two at a time
  const std::size_t stride_;        // from a class to the next, in scores

  std::vector<std::size_t> all_;    // 0, 1, ...: every image
  std::vector<std::size_t> order_;  // positions in the list of images
  Turn turn_;
  std::vector<Panel> panels_;
  std::vector<Worker> workers_;
  std::vector<float> scores_;  // (step % 2, panel, class, image)
  Barrier<> barrier_;
  std::size_t steps_ = 0;
  std::size_t weights_packed_ = 0;
};

}  // namespace nn
