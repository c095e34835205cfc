#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "coursework/probes/trainer.hpp"

namespace {

using namespace nn::probe;

// Looks at the batches that come by. The first pixel of an image is its
// number, divided by 100; the network is the only one with four inputs.
class Watching final : public nn::Engine {
 public:
  using M = nn::Matrix;

  std::string_view name() const override { return "watching"; }
  void multiply(const M& A, const M& B, M& C) const override {
    if (A.n_cols == 4) {
      for (const float x : B.row(0)) seen.push_back(std::lround(100.0f * x));
    }
    engine_.multiply(A, B, C);
  }
  void multiply_left_transposed(const M& A, const M& B, M& C) const override {
    engine_.multiply_left_transposed(A, B, C);
  }
  void multiply_right_transposed(const M& A, const M& B, M& C) const override {
    engine_.multiply_right_transposed(A, B, C);
  }

  /// The numbers of the images, in the order in which they came.
  mutable std::vector<long> seen;

 private:
  nn::ArmadilloEngine<float> engine_;
};

nn::Dataset numbered_images(std::size_t count, nn::Rng& rng) {
  nn::Dataset data = random_images(count, 4, rng);
  for (std::size_t i = 0; i < count; ++i) {
    data.images(0, i) = static_cast<float>(i) / 100.0f;
  }
  return data;
}

// A trainer with what belongs to it.
struct Training {
  nn::Rng& rng;
  Report& report;
  nn::TrainingOptions options;
  Watching engine;
  nn::Network network = random_network({4, 3, 3}, rng);
  nn::Trainer trainer{engine, network, options, rng};

  // An epoch that the hook ends when `most` images are done.
  void epoch(const std::string& name, const nn::Dataset& data,
             const std::vector<std::size_t>& images, std::size_t most = 1000) {
    engine.seen.clear();
    std::vector<std::size_t> done;
    const double loss = trainer.epoch(data, images, [&](std::size_t so_far) {
      done.push_back(so_far);
      return so_far < most;
    });
    report.exact("what on_batch was told, " + name, values_of(done));
    if (options.shuffle) {
      show_shuffled(name);
    } else {
      report.exact("the images in the order in which they came, " + name,
                   values_of(engine.seen));
      report.close("the loss returned, " + name, loss);
      report.close("the weights after it, " + name, values_of(network));
    }
  }

  void show_shuffled(const std::string& name) {
    std::vector<long> sorted = engine.seen;
    std::ranges::sort(sorted);
    report.exact("the images that came, sorted, " + name, values_of(sorted));
    report.exact("whether they came in another order, " + name,
                 sorted != engine.seen);
  }
};

std::vector<std::size_t> first_images(std::size_t count) {
  std::vector<std::size_t> images(count);
  std::iota(images.begin(), images.end(), std::size_t{0});
  return images;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t batch = 7 + rng.below(3);
  const nn::Dataset data = numbered_images(29, rng);
  const std::vector<std::size_t> all = first_images(data.size());
  const std::string name = fmt::format("29 images, batches of {}", batch);

  nn::TrainingOptions in_order{
      .batch = batch, .rate = 0.5, .decay = 0.5, .shuffle = false};
  Training plain{rng, report, in_order};
  plain.epoch(name + ", not shuffled", data, all);
  plain.epoch(name + ", a second epoch, the rate halved", data, all);
  plain.epoch("ended by on_batch when a batch is done", data, all, 1);
  plain.epoch("the epoch after that, of images 3, 20 and 7", data, {3, 20, 7});

  Training shuffled{rng, report, {.batch = batch}};
  shuffled.epoch(name + ", shuffled", data, all);
  const std::vector<long> before = shuffled.engine.seen;
  shuffled.epoch(name + ", shuffled, a second epoch", data, all);
  report.exact("whether the second epoch has an order of its own",
               before != shuffled.engine.seen);
  if (!thorough) return;

  in_order.batch = 100;
  Training large{rng, report, in_order};
  large.epoch("a batch larger than the data", data, all);
  large.epoch("fewer images than before", data, {5, 1, 3});
  std::vector<std::size_t> even(15);
  for (std::size_t i = 0; i < even.size(); ++i) even[i] = 2 * i;
  shuffled.epoch("shuffled, then images of even numbers alone", data, even);
  report.exact("how many steps were made, then",
               static_cast<double>(shuffled.trainer.steps()));
}
