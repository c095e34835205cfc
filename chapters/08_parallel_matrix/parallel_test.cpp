// The products on several threads, and the engine.

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "03_training/training.hpp"
#include "08_parallel_matrix/cores/parallel_product.hpp"
#include "08_parallel_matrix/cores/pinning.hpp"
#include "08_parallel_matrix/ladder/ladder.hpp"
#include "08_parallel_matrix/own_engine.hpp"
#include "common/random_matrix.hpp"
#include "common/rng.hpp"
#include "tests/support/same_bits.hpp"

namespace nn {

namespace {

struct Shape {
  std::size_t m, p, n;
};
// Large enough to be shared out, in both directions, and a few that are not.
constexpr Shape kShapes[] = {{128, 784, 64}, {61, 787, 131}, {130, 67, 783},
                             {1, 1500, 997}, {997, 1500, 1}, {5, 5, 5},
                             {0, 3, 4},      {300, 0, 300}};

TEST(MultiplyOn, GivesTheSameBitsOnAnyNumberOfThreads) {
  Rng rng(1);
  for (const Shape& s : kShapes) {
    const Matrix A = random_matrix(s.m, s.p, rng);
    const Matrix B = random_matrix(s.p, s.n, rng);
    Matrix expected;
    multiply_with_vectors(A, B, expected);
    for (std::size_t threads = 1; threads <= 13; ++threads) {
      WorkStealingPool pool(threads);
      Matrix C;
      multiply_on_cores(pool, A, B, C);
      ASSERT_TRUE(same_bits(C, expected)) << threads << " threads";
      pool.submit([&] { multiply_on_cores(pool, A, B, C); }).get();
      ASSERT_TRUE(same_bits(C, expected)) << threads << " threads, inside";
    }
  }
}

TEST(MultiplyRecursive, GivesTheSameBitsHoweverSmallTheLeaves) {
  Rng rng(2);
  WorkStealingPool pool(3);
  for (const Shape& s : kShapes) {
    const Matrix A = random_matrix(s.m, s.p, rng);
    const Matrix B = random_matrix(s.p, s.n, rng);
    Matrix expected;
    multiply_with_vectors(A, B, expected);
    const std::size_t work = s.m * s.p * s.n;
    for (const std::size_t leaf : {work / 2000 + 1, work / 3 + 1, work + 1}) {
      Matrix C(s.m, s.n, arma::fill::value(NAN));
      multiply_recursive(pool, view(A), view(B), {C.memptr(), C.n_rows},
                         Into::overwrite, leaf);
      ASSERT_TRUE(same_bits(C, expected))
          << s.m << " x " << s.p << " x " << s.n << ", leaf " << leaf;
    }
  }
}

TEST(MultiplyRecursive, AddsToWhatCHolds) {
  Rng rng(3);
  WorkStealingPool pool(2);
  const Matrix A = random_matrix(70, 90, rng), B = random_matrix(90, 50, rng);
  Matrix C = random_matrix(70, 50, rng);
  Matrix expected = C;
  multiply_views(view(A), view(B), {expected.memptr(), 70}, Into::add,
                 machine_blocks(), workspace_of_thread());
  multiply_recursive(pool, view(A), view(B), {C.memptr(), 70}, Into::add, 1000);
  EXPECT_TRUE(same_bits(C, expected));
}

// Down to the smallest leaf there is.
TEST(MultiplyRecursive, DividesDownToSingleNumbers) {
  Rng rng(4);
  WorkStealingPool pool(2);
  const Matrix A = random_matrix(9, 7, rng), B = random_matrix(7, 8, rng);
  Matrix C(9, 8), expected;
  multiply_with_vectors(A, B, expected);
  multiply_recursive(pool, view(A), view(B), {C.memptr(), 9}, Into::overwrite,
                     1);
  EXPECT_TRUE(same_bits(C, expected));
}

TEST(PinWorkers, LeavesThePoolUsable) {
  WorkStealingPool pool(4);
  pin_workers(pool);
  EXPECT_EQ(pool.submit([] { return 7; }).get(), 7);
}

// ---- The engine ------------------------------------------------------------

TEST(OwnEngine, AgreesWithTheNaiveOne) {
  Rng rng(5);
  WorkStealingPool pool(2);
  const NaiveEngine<float> naive;
  const OwnEngine alone, on_pool(pool);
  const Matrix A = random_matrix(40, 300, rng), B = random_matrix(300, 70, rng);
  const Matrix At = A.t(), Bt = B.t();
  Matrix expected, C;
  naive.multiply(A, B, expected);
  for (const OwnEngine* engine : {&alone, &on_pool}) {
    engine->multiply(A, B, C);
    EXPECT_TRUE(arma::approx_equal(C, expected, "absdiff", 1e-4f));
    engine->multiply_left_transposed(At, B, C);
    EXPECT_TRUE(arma::approx_equal(C, expected, "absdiff", 1e-4f));
    engine->multiply_right_transposed(A, Bt, C);
    EXPECT_TRUE(arma::approx_equal(C, expected, "absdiff", 1e-4f));
    EXPECT_EQ(engine->name(), "own");
  }
}

TEST(OwnEngine, RefusesShapesThatDoNotFit) {
  const OwnEngine engine;
  const Matrix A(2, 3), B(4, 5);
  Matrix C;
  EXPECT_THROW(engine.multiply(A, B, C), std::invalid_argument);
  EXPECT_THROW(engine.multiply_left_transposed(A, B, C), std::invalid_argument);
  EXPECT_THROW(engine.multiply_right_transposed(A, B, C),
               std::invalid_argument);
}

// Trains for an epoch on random images.
std::uint64_t trained_digest(const Engine& engine) {
  Rng rng(6);
  Dataset data;
  data.images = random_matrix(784, 192, rng);
  data.labels.resize(192);
  for (auto& label : data.labels) {
    label = static_cast<std::uint8_t>(rng.below(10));
  }
  Network network = he_network(widths_from(784, {128}, 10), rng);
  Trainer trainer(engine, network, {.batch = 64, .rate = 0.1}, rng);
  trainer.epoch(data);
  return digest(network);
}

TEST(OwnEngine, TrainsTheSameWeightsOnAnyNumberOfThreads) {
  const std::uint64_t expected = trained_digest(OwnEngine());
  for (const std::size_t threads : {1u, 2u, 3u, 7u}) {
    WorkStealingPool pool(threads);
    EXPECT_EQ(trained_digest(OwnEngine(pool)), expected) << threads;
  }
}

TEST(OwnEngine, ServesSeveralThreadsAtATime) {
  Rng rng(7);
  const OwnEngine engine;
  const Matrix A = random_matrix(90, 200, rng), B = random_matrix(200, 80, rng);
  Matrix expected;
  engine.multiply(A, B, expected);
  std::vector<Matrix> results(4);
  std::vector<std::thread> threads;
  for (Matrix& C : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) engine.multiply(A, B, C);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Matrix& C : results) EXPECT_TRUE(same_bits(C, expected));
}

}  // namespace

}  // namespace nn
