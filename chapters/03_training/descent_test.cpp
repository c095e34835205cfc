// The numbers of the lesson that no program prints: gradient descent in a
// valley of two weights, how rough the gradient of a few images is, and how
// much images have in common.

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <memory>

#include "03_training/standardisation.hpp"
#include "03_training/training.hpp"
#include "common/blas.hpp"
#include "common/data/load.hpp"

namespace nn {
namespace {

// ---- A valley ---------------------------------------------------------------

// [VALLEY]
// Steps in the valley J = (u^2 + 10 v^2) / 2, from u = 10, v = 1. Returns
// how high they end.
double height_after(int steps, double rate, double momentum = 0) {
  double u = 10, v = 1;
  double speed_u = 0, speed_v = 0;
  for (int step = 0; step < steps; ++step) {
    speed_u = momentum * speed_u + u;       // dJ/du = u
    speed_v = momentum * speed_v + 10 * v;  // dJ/dv = 10 v
    u -= rate * speed_u;
    v -= rate * speed_v;
  }
  return (u * u + 10 * v * v) / 2;
}
// [/VALLEY]

TEST(Valley, SetsALimitToTheRate) {
  EXPECT_EQ(height_after(0, 0.1), 55);
  EXPECT_NEAR(height_after(20, 0.02), 22.3, 0.05);
  EXPECT_NEAR(height_after(20, 0.1), 0.739, 0.0005);
  EXPECT_NEAR(height_after(20, 0.18), 0.0185, 0.00005);
  EXPECT_NEAR(height_after(20, 0.2), 5.01, 0.005);
  EXPECT_NEAR(height_after(20, 0.21), 226, 0.5);
}

TEST(Valley, IsCrossedFasterWithMomentum) {
  EXPECT_NEAR(height_after(20, 0.02, 0.8), 0.210, 0.0005);
  EXPECT_NEAR(height_after(20, 0.1, 0.5), 0.00001, 0.0000005);
}

// ---- The gradient of a few images -------------------------------------------

Network gradient_of(const Engine& engine, const Network& network,
                    const Dataset& batch) {
  Pass pass;
  Network gradient;
  forward(engine, network, batch.images, pass);
  backward(engine, network, batch.images, batch.labels, pass, gradient);
  return gradient;
}

double square_of_length(const Network& network) {
  double sum = 0;
  for (const auto& [W, b] : network.layers) {
    for (const float w : W) sum += double{w} * double{w};
    for (const float x : b) sum += double{x} * double{x};
  }
  return sum;
}

// [ROUGH]
// How far the gradient of B images is from that of all of them, as a
// share of the latter's length: the root of the mean square over many
// batches.
double roughness(const Engine& engine, const Network& network,
                 const Dataset& data, std::size_t B) {
  const Network exact = gradient_of(engine, network, data);
  double squares = 0;
  std::size_t batches = 0;
  for (std::size_t at = 0; at + B <= data.size() && batches < 100; at += B) {
    Network rough = gradient_of(engine, network, slice(data, at, B));
    add_scaled(-1.0f, exact, rough);
    squares += square_of_length(rough);
    ++batches;
  }
  return std::sqrt(squares / static_cast<double>(batches) /
                   square_of_length(exact));
}
// [/ROUGH]

struct Digits {
  Digits() {
    use_one_blas_thread();
    data = load_data({.directory = "synthetic", .limit = 20'000}).train;
  }
  Dataset data;
};

TEST(OnDigits, FourTimesTheImagesHalveTheRoughness) {
  const Digits digits;
  const auto engine = make_engine("armadillo");
  Rng rng(1);
  Network network = he_network({784, 128, 10}, rng);
  Trainer trainer(*engine, network, {}, rng);
  for (int epoch = 0; epoch < 2; ++epoch) {
    double before = 0;
    for (const std::size_t B : {8u, 32u, 128u, 512u}) {
      const double now = roughness(*engine, network, digits.data, B);
      std::cout << "NOTE: after " << epoch << " epochs, " << B
                << " images: " << now << '\n';
      if (before > 0) {
        EXPECT_NEAR(before / now, 2, 0.3);
      }
      before = now;
    }
    trainer.epoch(digits.data);
  }
}

// ---- What images have in common ---------------------------------------------

// [IN_COMMON]
// The sum over the pixels of X(m, q) * X(m, j), on average: for an image
// with itself, and for any two.
std::pair<double, double> in_common(const Matrix& images) {
  const auto X = arma::conv_to<Mat<double>>::from(images);
  const Vec<double> mean = arma::mean(X, 1);
  const double self = arma::accu(arma::square(X)) / double(X.n_cols);
  return {self, arma::dot(mean, mean)};
}
// [/IN_COMMON]

TEST(InCommon, InvertedImagesHaveNearlyAll) {
  Digits digits;
  Matrix X = digits.data.images.head_cols(5000);
  const auto expect = [&](double self, double any) {
    const auto [self_now, any_now] = in_common(X);
    EXPECT_NEAR(self_now, self, self / 100);
    EXPECT_NEAR(any_now, any, any / 100);
    std::cout << "NOTE: itself " << self_now << ", any " << any_now << '\n';
  };
  expect(86, 36);
  invert(X);
  expect(667, 617);
  const Standardisation s = standardisation_of(X);
  s.apply(X);
  expect(784, 245);
}

}  // namespace
}  // namespace nn
