#include "08_parallel_matrix/fused/fused_trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "03_training/training.hpp"
#include "08_parallel_matrix/fused/workers.hpp"
#include "08_parallel_matrix/kernels/output.hpp"

namespace nn {

namespace {

// Lists of batches that a thread has in use at the same time: of the last one
// and this one.
constexpr std::size_t kLists = 2;

std::size_t panel_count(std::size_t hidden) {
  return rounded_up(hidden, kPanel) / kPanel;
}

std::size_t threads_for(std::size_t wanted, std::size_t hidden) {
  return std::min(wanted, panel_count(hidden));
}

const Network& checked(const Network& network, const TiledImages& images,
                       std::size_t labels, const FusedOptions& options) {
  if (network.layers.size() != 2) {
    throw std::invalid_argument("the fused trainer needs one hidden layer");
  }
  if (network.inputs() != images.image_size().pixels()) {
    throw std::invalid_argument(
        fmt::format("a network of {} inputs and images of {}", network.inputs(),
                    to_string(images.image_size())));
  }
  if (labels != images.size()) {
    throw std::invalid_argument(
        fmt::format("{} images with {} labels", images.size(), labels));
  }
  if (options.batch == 0 || options.threads == 0) {
    throw std::invalid_argument("a batch and the threads are one at least");
  }
  return network;
}

Panel empty_panel(std::size_t tiles, std::size_t classes, std::size_t batch) {
  return {std::vector<Row>(tiles * kTilePixels), Row{},
          std::vector<Row>(classes), std::vector<Row>(batch),
          std::vector<Row>(batch)};
}

// [KERNEL_ORDER]
// Calls f(the network's weight, the panel's) for each weight of the first
// layer and each bias, and for each weight of the second.
template <typename N, typename Panels, typename F>
void pair_up(N& network, ImageSize size, Panels& panels, const F& f) {
  auto& [W1, b1] = network.layers[0];
  auto& W2 = network.layers[1].W;
  for (std::size_t unit = 0; unit < W1.n_rows; ++unit) {
    auto& panel = panels[unit / kPanel];
    const std::size_t u = unit % kPanel;
    for (std::size_t pixel = 0; pixel < W1.n_cols; ++pixel) {
      const auto [tile, within] = place_of(pixel, size);
      f(W1(unit, pixel), panel.W1[tile * kTilePixels + within].units[u]);
    }
    f(b1(unit), panel.b1.units[u]);
    for (std::size_t c = 0; c < W2.n_rows; ++c) {
      f(W2(c, unit), panel.W2[c].units[u]);
    }
  }
}
// [/KERNEL_ORDER]

}  // namespace

FusedTrainer::FusedTrainer(const Network& start, const TiledImages& images,
                           std::span<const std::uint8_t> labels,
                           const FusedOptions& options, Rng& rng)
    : images_(images),
      labels_(labels),
      options_(options),
      rng_(rng),
      hidden_(
          checked(start, images, labels.size(), options).layers[0].W.n_rows),
      classes_(start.classes()),
      even_classes_(rounded_up(classes_, 2)),
      stride_(rounded_up(options.batch, kLanes)),
      all_(images.size()),
      workers_(threads_for(options.threads, hidden_)),
      barrier_(workers_.size()) {
  std::iota(all_.begin(), all_.end(), std::size_t{0});
  for (std::size_t p = 0; p < panel_count(hidden_); ++p) {
    panels_.push_back(
        empty_panel(images.stride(), even_classes_, options.batch));
  }
  pair_up(start, images.image_size(), panels_,
          [this](float theirs, float& ours) {
            ours = theirs;
            ++weights_packed_;
          });
  const auto& b2 = start.layers[1].b;
  for (Worker& worker : workers_) {
    worker.G.resize(even_classes_ * stride_);
    worker.b2.assign(b2.begin(), b2.end());
    worker.labels.resize(options.batch);
    for (std::size_t i = 0; i < kLists + 1; ++i) {
      worker.lists.emplace_back(images.stride(), options.batch);
    }
  }
  scores_.resize(2 * panels_.size() * even_classes_ * stride_);
}

Network FusedTrainer::network() const {
  Network network =
      zero_network({images_.image_size().pixels(), hidden_, classes_});
  pair_up(network, images_.image_size(), panels_,
          [](float& theirs, float ours) { theirs = ours; });
  std::ranges::copy(workers_[0].b2, network.layers[1].b.begin());
  return network;
}

double FusedTrainer::epoch(const Rates& rates) {
  return epoch(all_, rates);
}

double FusedTrainer::epoch(std::span<const std::size_t> images,
                           const Rates& rates) {
  shuffle(images);
  run_workers(workers_.size(),
              [&](std::size_t worker) { work(worker, rates); });
  const Worker& first = workers_[0];
  if (first.failed_step != 0) {
    throw Diverged(steps_ + first.failed_step, first.failed_loss);
  }
  steps_ += step_count();
  return first.loss / static_cast<double>(turn_.numbers.size());
}

// As chapter 3 does, so that the same seed gives the same order.
void FusedTrainer::shuffle(std::span<const std::size_t> images) {
  if (order_.size() != images.size()) {
    order_.resize(images.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }
  if (options_.shuffle) rng_.shuffle(std::span(order_));
  turn_.images = &images_;
  turn_.labels = labels_;
  turn_.numbers.resize(images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::size_t image = images[order_[i]];
    if (image >= images_.size()) {
      throw std::out_of_range(
          fmt::format("image {} of {}", image, images_.size()));
    }
    turn_.numbers[i] = static_cast<std::uint32_t>(image);
  }
}

std::size_t FusedTrainer::step_count() const {
  return (turn_.numbers.size() + options_.batch - 1) / options_.batch;
}

std::span<const std::uint32_t> FusedTrainer::batch_of(std::size_t s) const {
  const std::size_t all = turn_.numbers.size();
  const std::size_t first = std::min(s * options_.batch, all);
  return std::span(turn_.numbers)
      .subspan(first, std::min(options_.batch, all - first));
}

void FusedTrainer::build(std::size_t worker, std::size_t s) {
  const std::size_t first = std::min(s * options_.batch, turn_.numbers.size());
  list_of(worker, s).build(*turn_.images,
                           std::span(turn_.numbers).subspan(first),
                           batch_of(s).size());
}

TileLists& FusedTrainer::list_of(std::size_t worker, std::size_t s) {
  return workers_[worker].lists[s % kLists];
}

const TileLists& FusedTrainer::none(std::size_t worker) const {
  return workers_[worker].lists[kLists];
}

float* FusedTrainer::scores_of(std::size_t s, std::size_t panel) {
  return scores_.data() +
         (s % 2 * panels_.size() + panel) * even_classes_ * stride_;
}

// [WORK]
void FusedTrainer::work(std::size_t worker, const Rates& rates) {
  workers_[worker].loss = 0;
  workers_[worker].failed_step = 0;
  const std::size_t steps = step_count();
  const double slope = (rates.to - rates.from) / static_cast<double>(steps);
  for (std::size_t s = 0; s < steps; ++s) {
    forward(worker, s, s == 0 ? none(worker) : list_of(worker, s - 1));
    const double rate = rates.from + slope * static_cast<double>(s);
    if (!learn_from(worker, s, rate)) return;
  }
  forward(worker, steps,
          list_of(worker, steps - 1));  // no image: only the update
}

// [/WORK]

// [FORWARD]
// The update by the batch before, of which D is, and the way forward of step
// s. When all threads have met at the end, every panel's scores are there.
void FusedTrainer::forward(std::size_t worker, std::size_t s,
                           const TileLists& last) {
  build(worker, s);
  const std::size_t B = batch_of(s).size();
  const auto [first, end] = share_of(worker, workers_.size(), panels_.size());
  for (std::size_t p = first; p < end; ++p) {
    update_and_forward(panels_[p], last, list_of(worker, s), images_.stride(),
                       B);
    activate(panels_[p], classes_, B, stride_, scores_of(s, p));
  }
  barrier_.arrive_and_wait();
}
// [/FORWARD]

// [LEARN_FROM]
// Every thread computes the errors of all scores: to share them out would cost
// a second barrier. Returns false where the loss is no number.
bool FusedTrainer::learn_from(std::size_t worker, std::size_t s, double rate) {
  Worker& me = workers_[worker];
  add_scores(me, s);
  const std::size_t B = batch_of(s).size();
  const double loss =
      error_of(me.G.data(), std::span(me.labels).first(B), classes_, stride_,
               -static_cast<float>(rate) / static_cast<float>(B));
  if (!std::isfinite(loss)) {
    me.failed_step = s + 1;
    me.failed_loss = loss;
    return false;
  }
  me.loss += loss * static_cast<double>(B);
  for (std::size_t c = 0; c < classes_; ++c) {
    const float* g = me.G.data() + c * stride_;
    for (std::size_t j = 0; j < B; ++j) me.b2[c] += g[j];
  }
  const auto [first, end] = share_of(worker, workers_.size(), panels_.size());
  for (std::size_t p = first; p < end; ++p) {
    learn(panels_[p], even_classes_, B, stride_, me.G.data());
  }
  return true;
}

// [/LEARN_FROM]

// [ADD_SCORES]
// The panels' shares in their order: the same sum on any number of threads.
void FusedTrainer::add_scores(Worker& me, std::size_t s) {
  const std::span<const std::uint32_t> batch = batch_of(s);
  for (std::size_t j = 0; j < batch.size(); ++j) {
    me.labels[j] = turn_.labels[batch[j]];
  }
  for (std::size_t c = 0; c < classes_; ++c) {
    float* const z = me.G.data() + c * stride_;
    std::fill_n(z, stride_, me.b2[c]);
    for (std::size_t p = 0; p < panels_.size(); ++p) {
      const float* share = scores_of(s, p) + c * stride_;
      for (std::size_t j = 0; j < stride_; ++j) z[j] += share[j];
    }
  }
}
// [/ADD_SCORES]

double FusedTrainer::accuracy(const TiledImages& images,
                              std::span<const std::uint8_t> labels) {
  if (images.image_size() != images_.image_size()) {
    throw std::invalid_argument(fmt::format(
        "a network for images of {} and images of {}",
        to_string(images_.image_size()), to_string(images.image_size())));
  }
  if (labels.size() != images.size() || labels.empty()) {
    throw std::invalid_argument(
        fmt::format("{} images with {} labels", images.size(), labels.size()));
  }
  turn_.images = &images;
  turn_.labels = labels;
  turn_.numbers.resize(images.size());
  std::iota(turn_.numbers.begin(), turn_.numbers.end(), 0u);
  run_workers(workers_.size(), [&](std::size_t worker) {
    workers_[worker].right = 0;
    for (std::size_t s = 0; s < step_count(); ++s) {
      forward(worker, s, none(worker));
      if (s % workers_.size() == worker) find_right(workers_[worker], s);
    }
  });
  std::size_t right = 0;
  for (const Worker& worker : workers_) right += worker.right;
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

void FusedTrainer::find_right(Worker& me, std::size_t s) {
  add_scores(me, s);
  for (std::size_t j = 0; j < batch_of(s).size(); ++j) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < classes_; ++c) {
      if (me.G[c * stride_ + j] > me.G[best * stride_ + j]) best = c;
    }
    me.right += best == me.labels[j] ? 1u : 0u;
  }
}

}  // namespace nn
