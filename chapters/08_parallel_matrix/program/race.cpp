#include "08_parallel_matrix/program/race.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>

#include "02_propagation/network.hpp"
#include "04_work_balancing/program/report.hpp"
#include "08_parallel_matrix/fused/fused_trainer.hpp"
#include "08_parallel_matrix/fused/shifts.hpp"
#include "common/data/load.hpp"
#include "common/error.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/table.hpp"

namespace nn {

RaceSettings race_recipe() {
  RaceSettings settings;
  settings.common.hidden = {256};
  settings.common.epochs = 3;
  settings.common.batch = 16;
  settings.common.rate = 0.35;
  return settings;
}

RaceSettings best_recipe() {
  RaceSettings settings;
  settings.common.hidden = {512};
  settings.common.epochs = 40;
  settings.common.batch = 32;
  settings.common.rate = 0.35;
  settings.reach = 2;
  settings.goal = 0.99;
  return settings;
}

namespace {

// ---- Data ------------------------------------------------------------------

// What is learned from, and what is tried.
struct Split {
  ByteMatrix train, test;
  std::vector<std::uint8_t> train_labels, test_labels;
  ImageSize size;
};

Split split_for(const RaceSettings& settings, ByteData data) {
  ByteDataset& train = data.train;
  if (!settings.hold_back) {
    return {std::move(train.images), std::move(data.test.images),
            std::move(train.labels), std::move(data.test.labels),
            train.image_size};
  }
  const std::size_t count = train.size();
  const std::size_t kept = count - count / 6;
  if (kept == count) throw InputError("too few images to hold some back");
  const auto middle = train.labels.begin() + static_cast<std::ptrdiff_t>(kept);
  return {train.images.head_cols(kept),
          train.images.tail_cols(count - kept),
          {train.labels.begin(), middle},
          {middle, train.labels.end()},
          train.image_size};
}

// ---- Training --------------------------------------------------------------

// The images of each epoch: the same ones, or copies moved anew.
class EpochImages {
 public:
  EpochImages(const Split& split, const RaceSettings& settings, Rng& rng)
      : split_(split), settings_(settings), rng_(rng), tiles_(cut()) {}

  const TiledImages& tiles() const { return tiles_; }

  void renew() {
    if (settings_.reach > 0) tiles_ = cut();
  }

 private:
  TiledImages cut() {
    if (settings_.reach > 0) {
      move_all(split_.train, split_.size, settings_.reach, rng_, moved_);
    }
    return {settings_.reach > 0 ? moved_ : split_.train, split_.size,
            Zeros::skipped, settings_.common.threads};
  }

  const Split& split_;
  const RaceSettings& settings_;
  Rng& rng_;
  ByteMatrix moved_;
  TiledImages tiles_;
};

// From the first rate straight down to 0 at the end of the last epoch.
Rates rates_of(const CommonOptions& common, std::size_t epoch) {
  const auto all = static_cast<double>(common.epochs);
  const auto done = static_cast<double>(epoch);
  return {common.rate * (1 - done / all), common.rate * (1 - (done + 1) / all)};
}

// Few epochs are parts of their own.
std::string epoch_name(const CommonOptions& common, std::size_t epoch) {
  constexpr std::size_t kFew = 5;
  if (common.epochs > kFew) return counted(common.epochs, "epoch");
  return fmt::format("epoch {}", epoch + 1);
}

// ---- The report ------------------------------------------------------------

void print_laps(const Laps& laps) {
  Table table({"what", "ms", "share"});
  for (const auto& [part, seconds] : laps.parts()) {
    table.row({part, fmt::format("{:.1f}", 1e3 * seconds),
               fmt::format("{:.1f}%", 100 * seconds / laps.total())});
  }
  table.row({"all", fmt::format("{:.1f}", 1e3 * laps.total()), "100.0%"});
  std::cout << '\n';
  table.print(std::cout);
  std::cout << '\n';
}

void print_race(const RaceSettings& settings, const std::string& description,
                const FusedTrainer& trainer, std::size_t packed, double right,
                const Laps& laps) {
  const CommonOptions& common = settings.common;
  std::cout << "Data: " << description << '\n'
            << fmt::format(
                   "{} hidden units, batches of {}, rate {} falling to 0, {},\n"
                   "{}, seed {}\n",
                   common.hidden.front(), common.batch, common.rate,
                   counted(common.epochs, "epoch"),
                   counted(trainer.threads(), "thread"), common.seed);
  print_laps(laps);
  std::cout << fmt::format(
      "{} weights put in the order of the loops at the start, and {} in the "
      "{}\n"
      "steps.\n",
      packed, trainer.weights_packed() - packed, trainer.steps());
  std::cout << fmt::format(
      "{:.2f}% of {} in {:.3f} s from the start of the process{}\n",
      100 * right,
      settings.hold_back ? "the images held back" : "the test images",
      laps.total(), right >= settings.goal ? "" : ": missed the goal");
}

}  // namespace

// [RACE]
double run_race(const RaceSettings& settings, Laps& laps) {
  const CommonOptions& common = settings.common;
  ByteData data = load_bytes({common.data, common.limit, common.threads});
  const std::string description = data.description;
  const Split split = split_for(settings, std::move(data));
  laps.end("reading the images, as bytes");
  Rng order(common.seed, 1);
  EpochImages images(split, settings, order);
  const TiledImages tried(split.test, split.size, Zeros::skipped,
                          common.threads);
  laps.end("cutting them into live tiles");
  Rng start(common.seed);
  FusedTrainer trainer(
      he_network(widths_from(split.size.pixels(), common.hidden, kClasses),
                 start),
      images.tiles(), split.train_labels,
      {.batch = common.batch, .threads = common.threads}, order);
  const std::size_t packed = trainer.weights_packed();
  laps.end("random weights");
  for (std::size_t epoch = 0; epoch < common.epochs; ++epoch) {
    throw_if_interrupted();
    if (epoch > 0) images.renew();
    trainer.epoch(rates_of(common, epoch));
    laps.end(epoch_name(common, epoch));
  }
  const double right = trainer.accuracy(tried, split.test_labels);
  laps.end("evaluation");
  // [/RACE]
  print_race(settings, description, trainer, packed, right, laps);
  return right;
}

}  // namespace nn
