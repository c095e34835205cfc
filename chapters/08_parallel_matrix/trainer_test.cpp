// The fused trainer, its parts, and chapter 3's trainer beside it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "03_training/evaluation.hpp"
#include "03_training/training.hpp"
#include "08_parallel_matrix/fused/fused_trainer.hpp"
#include "08_parallel_matrix/fused/workers.hpp"
#include "08_parallel_matrix/kernels/output.hpp"
#include "common/digits/synthetic.hpp"

namespace nn {
namespace {

// ---- Data ------------------------------------------------------------------

enum class Ink { none, some, everywhere };

// Random images of which each pixel is some byte / 255, in some blots or
// everywhere, with random labels.
Dataset random_images(ImageSize size, std::size_t count, Ink ink,
                      std::uint64_t seed) {
  Rng rng(seed);
  Dataset data;
  data.image_size = size;
  data.images.zeros(size.pixels(), count);
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t pixel = 0; pixel < size.pixels(); ++pixel) {
      const bool inked =
          ink == Ink::everywhere || (ink == Ink::some && rng.uniform() < 0.1);
      if (!inked) continue;
      data.images(pixel, n) = static_cast<float>(1 + rng.below(255)) / 255.0f;
    }
    data.labels.push_back(static_cast<std::uint8_t>(rng.below(kClasses)));
  }
  return data;
}

TiledImages tiled(const Dataset& data, Zeros zeros = Zeros::skipped) {
  return {bytes_of(data.images), data.image_size, zeros};
}

Network start_for(const Dataset& data, std::size_t hidden) {
  Rng rng(5);
  Network network =
      uniform_network({data.image_size.pixels(), hidden, kClasses}, rng);
  return network;
}

// ---- Tiles -----------------------------------------------------------------

struct Shape {
  ImageSize size;
  Ink ink;
};

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const ImageSize size :
       {ImageSize{28, 28}, ImageSize{8, 8}, ImageSize{7, 5}, ImageSize{1, 1},
        ImageSize{2, 9}, ImageSize{1, 30}}) {
    for (const Ink ink : {Ink::none, Ink::some, Ink::everywhere}) {
      all.push_back({size, ink});
    }
  }
  return all;
}

std::string name_of(const Shape& shape) {
  const char* const names[] = {"no ink", "some ink", "ink everywhere"};
  return to_string(shape.size) + ", " + names[static_cast<int>(shape.ink)];
}

TEST(LiveTiles, HaveEveryPixelThatIsNotZeroAtItsPlace) {
  for (const auto& [size, ink] : shapes()) {
    SCOPED_TRACE(name_of({size, ink}));
    const Dataset data = random_images(size, 20, ink, 1);
    const ByteMatrix bytes = bytes_of(data.images);
    for (const Zeros zeros : {Zeros::skipped, Zeros::kept}) {
      const TiledImages images = tiled(data, zeros);
      for (std::size_t n = 0; n < 20; ++n) {
        std::vector<std::uint8_t> seen(tile_count(size) * kTilePixels);
        for (const LiveTile& live : images.image(n)) {
          std::ranges::copy(live.pixels, &seen[live.tile * kTilePixels]);
        }
        std::size_t ink_seen = 0;
        for (const std::uint8_t byte : seen) ink_seen += byte;
        std::size_t ink_there = 0;
        for (std::size_t pixel = 0; pixel < size.pixels(); ++pixel) {
          const auto [tile, within] = place_of(pixel, size);
          ASSERT_EQ(seen[tile * kTilePixels + within], bytes(pixel, n));
          ink_there += bytes(pixel, n);
        }
        ASSERT_EQ(ink_seen, ink_there);
      }
    }
  }
}

TEST(LiveTiles, AreThoseWithInkInOrder) {
  for (const auto& [size, ink] : shapes()) {
    SCOPED_TRACE(name_of({size, ink}));
    const Dataset data = random_images(size, 20, ink, 2);
    const TiledImages images = tiled(data);
    for (std::size_t n = 0; n < images.size(); ++n) {
      std::vector<std::uint32_t> numbers;
      for (const LiveTile& live : images.image(n)) {
        EXPECT_GT(std::accumulate(live.pixels.begin(), live.pixels.end(), 0),
                  0);
        numbers.push_back(live.tile);
      }
      EXPECT_EQ(std::ranges::adjacent_find(numbers, std::greater_equal<>()),
                numbers.end());
    }
    const std::size_t all = images.size() * tile_count(size);
    EXPECT_EQ(tiled(data, Zeros::kept).total(), all);
    if (ink == Ink::none) {
      EXPECT_EQ(images.total(), 0u);
    }
    if (ink == Ink::everywhere) {
      EXPECT_EQ(images.total(), all);
    }
  }
}

TEST(LiveTiles, AreTheSameWhoeverCutsThem) {
  const Dataset data = random_images({9, 9}, 101, Ink::some, 3);
  const ByteMatrix bytes = bytes_of(data.images);
  const TiledImages alone(bytes, data.image_size, Zeros::skipped);
  for (const std::size_t threads : {2u, 3u, 7u}) {
    const TiledImages shared(bytes, data.image_size, Zeros::skipped, threads);
    for (std::size_t n = 0; n < alone.size(); ++n) {
      const auto expected = alone.image(n);
      const auto found = shared.image(n);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].tile, expected[i].tile);
        ASSERT_EQ(found[i].pixels, expected[i].pixels);
      }
    }
  }
}

TEST(LiveTiles, RefuseImagesOfAnotherSize) {
  EXPECT_THROW(TiledImages(ByteMatrix(10, 3), {3, 3}, Zeros::skipped),
               std::invalid_argument);
}

TEST(ByteMatrix, ComesBackExactly) {
  Matrix pixels(256, 1);
  for (std::size_t b = 0; b < 256; ++b) {
    pixels[b] = static_cast<float>(b) / 255.0f;
  }
  const ByteMatrix bytes = bytes_of(pixels);
  for (std::size_t b = 0; b < 256; ++b) EXPECT_EQ(bytes[b], b);
}

TEST(TileLists, HaveEachUseInTheOrderOfTheImages) {
  const Dataset data = random_images({8, 8}, 50, Ink::some, 4);
  const TiledImages images = tiled(data);
  const std::vector<std::uint32_t> numbers = {3, 49, 0, 17, 3, 20, 21};
  TileLists lists(images.stride(), 9);
  lists.build(images, numbers, 4);
  lists.build(images, numbers, numbers.size());  // the same memory
  std::size_t uses = 0;
  for (std::size_t tile = 0; tile < images.stride(); ++tile) {
    std::vector<std::uint32_t> order;
    for (const TileUse& use : lists.uses(tile)) {
      order.push_back(use.image);
      const auto live = images.image(numbers[use.image]);
      const auto found = std::ranges::find(live, tile, &LiveTile::tile);
      ASSERT_NE(found, live.end());
      for (std::size_t i = 0; i < kTilePixels; ++i) {
        ASSERT_FLOAT_EQ(use.pixels[i],
                        static_cast<float>(found->pixels[i]) / 255.0f);
      }
    }
    EXPECT_TRUE(std::ranges::is_sorted(order));
    uses += order.size();
  }
  std::size_t expected = 0;
  for (const auto n : numbers) expected += images.image(n).size();
  EXPECT_EQ(uses, expected);
}

// ---- The last layer --------------------------------------------------------

TEST(Exponential, IsAccurateBelowZero) {
  for (float x = -87; x <= 0; x += 0.001f) {
    const float found = exponential(Vector<>{} + x)[0];
    const double expected = std::exp(static_cast<double>(x));
    ASSERT_NEAR(found / expected, 1, 3e-7) << x;
  }
  EXPECT_EQ(exponential(Vector<>{})[0], 1.0f);
  const float lowest = exponential(Vector<>{} - 1e30f)[0];
  EXPECT_GE(lowest, 0.0f);
  EXPECT_LT(lowest, 1e-37f);
  EXPECT_TRUE(std::isnan(
      exponential(Vector<>{} + std::numeric_limits<float>::quiet_NaN())[0]));
}

TEST(ErrorOf, IsThatOfChapterTwo) {
  for (const std::size_t B : {1u, 3u, 16u, 17u, 40u}) {
    const std::size_t stride = rounded_up(B, kLanes);
    Rng rng(B);
    Matrix Z(kClasses, B);
    for (float& z : Z) z = static_cast<float>(20 * rng.normal());
    std::vector<std::uint8_t> labels(B);
    for (auto& l : labels) l = static_cast<std::uint8_t>(rng.below(kClasses));
    std::vector<float> scores(kClasses * stride, 1e30f);
    for (std::size_t j = 0; j < B; ++j) {
      for (std::size_t c = 0; c < kClasses; ++c) {
        scores[c * stride + j] = Z(c, j);
      }
    }
    Matrix P, delta;
    std::vector<float> s;
    softmax(Z, P, s);
    output_error(P, labels, delta);
    const float step = 0.5f / static_cast<float>(B);
    const double loss = error_of(scores.data(), labels, kClasses, stride, step);
    EXPECT_NEAR(loss, cross_entropy(Z, labels), 1e-5 * (1 + loss));
    for (std::size_t j = 0; j < B; ++j) {
      for (std::size_t c = 0; c < kClasses; ++c) {
        ASSERT_NEAR(scores[c * stride + j], 0.5f * delta(c, j), 1e-6);
      }
    }
  }
}

// ---- Step by step ----------------------------------------------------------

// The largest difference between two networks, relative to the largest weight
// of the layer.
double difference(const Network& a, const Network& b) {
  double largest = 0;
  for (std::size_t l = 0; l < a.layers.size(); ++l) {
    const double scale = arma::abs(a.layers[l].W).max();
    const Matrix W = a.layers[l].W - b.layers[l].W;
    const arma::fvec bias = a.layers[l].b - b.layers[l].b;
    largest = std::max(
        {largest, arma::abs(W).max() / scale, arma::abs(bias).max() / scale});
  }
  return largest;
}

// After each step the fused trainer goes on from its own weights and chapter
// 3's from the same ones: a ReLU that flips on rounding once would lead two
// separate trainings apart.
void compare_step_by_step(const Dataset& data, std::size_t hidden,
                          std::size_t batch, Zeros zeros, std::size_t threads) {
  const TiledImages images = tiled(data, zeros);
  const Network start = start_for(data, hidden);
  Rng rng(1);
  FusedTrainer fused(start, images, data.labels,
                     {.batch = batch, .threads = threads, .shuffle = false},
                     rng);
  const auto engine = make_engine("naive");
  for (std::size_t first = 0; first < data.size(); first += batch) {
    std::vector<std::size_t> some(std::min(batch, data.size() - first));
    std::iota(some.begin(), some.end(), first);
    Network plain = fused.network();
    Trainer trainer(*engine, plain,
                    {.batch = batch, .rate = 0.2, .shuffle = false}, rng);
    const double expected = trainer.epoch(data, some);
    const double loss = fused.epoch(some, {0.2, 0.2});
    ASSERT_NEAR(loss, expected, 1e-5 * (1 + expected));
    ASSERT_LT(difference(plain, fused.network()), 2e-6) << "at " << first;
  }
}

TEST(FusedTrainer, MakesTheStepsOfChapterThree) {
  for (const auto& [size, ink] : shapes()) {
    SCOPED_TRACE(name_of({size, ink}));
    const Dataset data = random_images(size, 50, ink, 7);
    for (const Zeros zeros : {Zeros::skipped, Zeros::kept}) {
      compare_step_by_step(data, 40, 16, zeros, 1);
    }
  }
}

TEST(FusedTrainer, MakesThemForAnyWidthAndBatch) {
  const Dataset data = random_images({8, 8}, 60, Ink::some, 8);
  for (const std::size_t hidden : {1u, 15u, 16u, 64u, 65u, 200u}) {
    for (const std::size_t batch : {1u, 7u, 16u, 33u, 100u}) {
      SCOPED_TRACE(fmt::format("{} units, batches of {}", hidden, batch));
      compare_step_by_step(data, hidden, batch, Zeros::skipped, 2);
    }
  }
}

TEST(FusedTrainer, TrainsAsChapterThreeDoes) {
  const Dataset data = synthetic_digits(2000, 1, 1);
  const TiledImages images = tiled(data);
  Rng start_rng(1);
  Network plain = he_network({784, 64, kClasses}, start_rng);
  Rng rng(2);
  FusedTrainer fused(plain, images, data.labels, {.batch = 32}, rng);
  Rng plain_rng(2);
  const auto engine = make_engine("armadillo");
  Trainer trainer(*engine, plain, {.batch = 32}, plain_rng);
  for (int epoch = 0; epoch < 3; ++epoch) {
    EXPECT_NEAR(fused.epoch({0.1, 0.1}), trainer.epoch(data), 2e-3);
  }
  EXPECT_EQ(fused.steps(), trainer.steps());
  const double expected =
      accuracy(predict(*engine, fused.network(), data.images), data.labels);
  EXPECT_GT(expected, 0.8);
  EXPECT_NEAR(fused.accuracy(images, data.labels), expected, 1e-3);
}

// ---- Threads ---------------------------------------------------------------

std::uint64_t digest_after_training(const Dataset& data, std::size_t hidden,
                                    std::size_t threads, Zeros zeros,
                                    double& right) {
  const TiledImages images = tiled(data, zeros);
  Rng rng(3);
  FusedTrainer trainer(start_for(data, hidden), images, data.labels,
                       {.batch = 13, .threads = threads}, rng);
  for (int epoch = 0; epoch < 3; ++epoch) trainer.epoch({0.2, 0.1});
  right = trainer.accuracy(images, data.labels);
  return digest(trainer.network());
}

TEST(FusedTrainer, GivesTheSameWeightsOnAnyNumberOfThreads) {
  const Dataset data = random_images({8, 8}, 150, Ink::some, 9);
  const std::size_t hidden = 13 * kPanel - 1;
  double expected_right = 0;
  const std::uint64_t expected =
      digest_after_training(data, hidden, 1, Zeros::skipped, expected_right);
  for (std::size_t threads = 2; threads <= 13; ++threads) {
    double right = 0;
    EXPECT_EQ(
        digest_after_training(data, hidden, threads, Zeros::skipped, right),
        expected)
        << threads << " threads";
    EXPECT_EQ(right, expected_right);
  }
}

// A pixel of 0 adds 0 to every sum, in whatever order.
TEST(FusedTrainer, GivesTheSameWeightsWhetherZerosAreSkippedOrNot) {
  const Dataset data = random_images({8, 8}, 100, Ink::some, 10);
  double right = 0;
  EXPECT_EQ(digest_after_training(data, 70, 2, Zeros::skipped, right),
            digest_after_training(data, 70, 2, Zeros::kept, right));
}

TEST(FusedTrainer, PacksEachWeightOnceAndNoneInItsSteps) {
  const Dataset data = random_images({8, 8}, 100, Ink::some, 12);
  const TiledImages images = tiled(data, Zeros::skipped);
  Rng rng(3);
  FusedTrainer trainer(start_for(data, 70), images, data.labels,
                       {.batch = 13, .threads = 2}, rng);
  constexpr std::size_t kWeights = 70 * (64 + 1 + kClasses);
  EXPECT_EQ(trainer.weights_packed(), kWeights);
  for (int epoch = 0; epoch < 2; ++epoch) trainer.epoch({0.2, 0.1});
  EXPECT_EQ(trainer.weights_packed(), kWeights);
  EXPECT_EQ(trainer.steps(), 16u);
}

TEST(FusedTrainer, UsesAtMostOneThreadAPanel) {
  const Dataset data = random_images({8, 8}, 10, Ink::some, 11);
  const TiledImages images = tiled(data);
  Rng rng(1);
  const FusedTrainer trainer(start_for(data, kPanel + 1), images, data.labels,
                             {.threads = 13}, rng);
  EXPECT_EQ(trainer.threads(), 2u);
}

// ---- Errors ----------------------------------------------------------------

TEST(FusedTrainer, StopsAllThreadsAtTheStepThatDiverges) {
  const Dataset data = random_images({8, 8}, 40, Ink::some, 12);
  const TiledImages images = tiled(data);
  Network start = start_for(data, 2 * kPanel);
  start.layers[0].W(kPanel, 3) = std::numeric_limits<float>::quiet_NaN();
  Rng rng(1);
  FusedTrainer trainer(start, images, data.labels,
                       {.batch = 10, .threads = 2, .shuffle = false}, rng);
  try {
    trainer.epoch({0.1, 0.1});
    FAIL() << "did not notice";
  } catch (const Diverged& error) {
    EXPECT_EQ(error.step(), 1u);
  }
}

TEST(FusedTrainer, RefusesWhatDoesNotFit) {
  const Dataset data = random_images({4, 4}, 10, Ink::some, 13);
  const TiledImages images = tiled(data);
  Rng rng(1);
  const auto make = [&](const Widths& widths, const FusedOptions& options,
                        std::size_t labels) {
    FusedTrainer(zero_network(widths), images,
                 std::span(data.labels).first(labels), options, rng);
  };
  EXPECT_NO_THROW(make({16, 5, 10}, {}, 10));
  EXPECT_THROW(make({16, 10}, {}, 10), std::invalid_argument);
  EXPECT_THROW(make({16, 5, 5, 10}, {}, 10), std::invalid_argument);
  EXPECT_THROW(make({15, 5, 10}, {}, 10), std::invalid_argument);
  EXPECT_THROW(make({16, 5, 10}, {.batch = 0}, 10), std::invalid_argument);
  EXPECT_THROW(make({16, 5, 10}, {.threads = 0}, 10), std::invalid_argument);
  EXPECT_THROW(make({16, 5, 10}, {}, 9), std::invalid_argument);
  FusedTrainer trainer(zero_network({16, 5, 10}), images, data.labels, {}, rng);
  EXPECT_THROW(trainer.epoch(std::vector<std::size_t>{3, 10}, {}),
               std::out_of_range);
  const Dataset others = random_images({5, 5}, 10, Ink::some, 14);
  EXPECT_THROW(trainer.accuracy(tiled(others), others.labels),
               std::invalid_argument);
  EXPECT_THROW(trainer.accuracy(images, std::span(data.labels).first(3)),
               std::invalid_argument);
}

TEST(Workers, HaveEvenSharesInOrder) {
  for (const std::size_t workers : {1u, 2u, 3u, 7u}) {
    for (std::size_t items = 0; items < 20; ++items) {
      std::size_t next = 0;
      for (std::size_t w = 0; w < workers; ++w) {
        const auto [first, end] = share_of(w, workers, items);
        EXPECT_EQ(first, next);
        EXPECT_LE(end - first, items / workers + 1);
        EXPECT_GE(end - first, items / workers);
        next = end;
      }
      EXPECT_EQ(next, items);
    }
  }
}

}  // namespace
}  // namespace nn
