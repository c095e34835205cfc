// Propagation against central differences, cases computed by hand, and the
// properties that hold whatever the weights are.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "01_matrix/operations.hpp"
#include "02_propagation/activation.hpp"
#include "02_propagation/gradient_check.hpp"
#include "02_propagation/propagation.hpp"
#include "common/blas.hpp"
#include "common/digits/synthetic.hpp"

namespace nn {
namespace {

using Labels = std::vector<std::uint8_t>;

template <typename Real>
Mat<Real> random_matrix(arma::uword rows, arma::uword columns, Rng& rng) {
  Mat<Real> A(rows, columns);
  for (Real& a : A) a = static_cast<Real>(rng.uniform());
  return A;
}

Labels random_labels(std::size_t count, std::size_t classes, Rng& rng) {
  Labels labels(count);
  for (auto& l : labels) l = static_cast<std::uint8_t>(rng.below(classes));
  return labels;
}

// ---- Gradients --------------------------------------------------------------

struct Architecture {
  const char* name;
  Widths widths;
  std::size_t batch;
};

class Gradients : public ::testing::TestWithParam<Architecture> {};

TEST_P(Gradients, AgreeWithCentralDifferences) {
  const auto& [name, widths, batch] = GetParam();
  for (const char* engine : {"naive", "armadillo"}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Rng rng(seed);
      auto network = he_network<double>(widths, rng);
      const auto X = random_matrix<double>(widths.front(), batch, rng);
      const Labels labels = random_labels(batch, widths.back(), rng);
      const GradientCheck check =
          check_gradient(*make_engine<double>(engine), network, X, labels);
      EXPECT_EQ(check.parameters, parameter_count(network));
      EXPECT_LT(check.largest_error, 1e-6) << engine << ", seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Propagation, Gradients,
    ::testing::Values(Architecture{"NoHiddenLayer", {7, 4}, 5},
                      Architecture{"OneUnit", {3, 1, 2}, 4},
                      Architecture{"OneLayer", {12, 9, 10}, 6},
                      Architecture{"Square", {6, 3, 3}, 4},
                      Architecture{"OneImage", {12, 9, 10}, 1},
                      Architecture{"TwoLayers", {10, 8, 6, 4}, 5},
                      Architecture{"FourLayers", {6, 7, 6, 5, 5, 3}, 8},
                      Architecture{"Wide", {5, 64, 3}, 3}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

// Right in all that its subclasses do not get wrong.
class TestEngine : public BasicEngine<double> {
  using M = Mat<double>;

 public:
  std::string_view name() const override { return "test"; }
  void multiply(const M& A, const M& B, M& C) const override { C = A * B; }
  void multiply_left_transposed(const M& A, const M& B, M& C) const override {
    C = A.t() * B;
  }
  void multiply_right_transposed(const M& A, const M& B, M& C) const override {
    C = A * B.t();
  }
};

TEST(GradientCheckItself, FindsAWrongDerivative) {
  // An engine that is wrong in one element of one product must be noticed.
  class Wrong : public TestEngine {
   public:
    void multiply_right_transposed(const Mat<double>& A, const Mat<double>& B,
                                   Mat<double>& C) const override {
      C = A * B.t();
      C(0, 0) += 1e-3;
    }
  };
  Rng rng(1);
  auto network = he_network<double>({4, 3, 2}, rng);
  const auto X = random_matrix<double>(4, 3, rng);
  EXPECT_GT(check_gradient(Wrong(), network, X, Labels{0, 1, 1}).largest_error,
            1e-4);
}

TEST(GradientCheckItself, SeesAMissingTransposeThoughTheNetworkLearns) {
  // W * delta for W' * delta: where W is square, every shape fits.
  class Untransposed : public TestEngine {
   public:
    void multiply_left_transposed(const Mat<double>& A, const Mat<double>& B,
                                  Mat<double>& C) const override {
      C = A * B;
    }
  };
  const Untransposed engine;
  Rng rng(1);
  auto network = he_network<double>({100, 10, 10}, rng);
  const auto X = random_matrix<double>(100, 32, rng);
  const Labels labels = random_labels(32, 10, rng);
  EXPECT_GT(check_gradient(engine, network, X, labels).largest_error, 1);
  BasicPass<double> pass;
  BasicNetwork<double> gradient;
  forward(engine, network, X, pass);
  for (int step = 0; step < 5000 && column_argmax(pass.P) != labels; ++step) {
    backward(engine, network, X, labels, pass, gradient);
    add_scaled(-0.1, gradient, network);
    forward(engine, network, X, pass);
  }
  EXPECT_EQ(column_argmax(pass.P), labels);
}

TEST(GradientCheckItself, PutsEveryWeightBack) {
  Rng rng(1);
  auto network = he_network<double>({4, 3, 2}, rng);
  const auto before = network;
  const auto X = random_matrix<double>(4, 3, rng);
  check_gradient(*make_engine<double>("naive"), network, X, Labels{0, 1, 1});
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_TRUE(arma::approx_equal(network.layers[l].W, before.layers[l].W,
                                   "absdiff", 0));
    EXPECT_TRUE(arma::approx_equal(network.layers[l].b, before.layers[l].b,
                                   "absdiff", 0));
  }
}

// ---- Computed by hand -------------------------------------------------------

// Two inputs, two hidden units, two classes.
// [PENCIL]
BasicNetwork<double> pencil_network() {
  BasicNetwork<double> network;
  network.layers.push_back({{{1, 1}, {1, -1}}, {0.5, 0}});
  network.layers.push_back({{{1, 0}, {-1, 2}}, {0, 1}});
  return network;
}
// [/PENCIL]

// Equal to four decimals.
testing::AssertionResult near(const Mat<double>& A,
                              const Mat<double>& expected) {
  if (arma::approx_equal(A, expected, "absdiff", 5.1e-5)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "the code says\n"
                                     << A << "and the pencil\n"
                                     << expected;
}

TEST(ByHand, ForwardComputesWhatThePencilSays) {
  const auto network = pencil_network();
  BasicPass<double> pass;
  const Mat<double> X = Vec<double>{1, 2};
  forward(*make_engine<double>("naive"), network, X, pass);
  // Z1 = (1 + 2 + 0.5, 1 - 2) = (3.5, -1), so A1 = (3.5, 0).
  EXPECT_DOUBLE_EQ(pass.A[0](0, 0), 3.5);
  EXPECT_DOUBLE_EQ(pass.A[0](1, 0), 0);
  // Z2 = (3.5, -3.5 + 1), P = (1, e^-6) / (1 + e^-6).
  EXPECT_DOUBLE_EQ(pass.Z(0, 0), 3.5);
  EXPECT_DOUBLE_EQ(pass.Z(1, 0), -2.5);
  EXPECT_NEAR(pass.P(0, 0), 1 / (1 + std::exp(-6.0)), 1e-15);
  EXPECT_NEAR(pass.P(1, 0), 1 / (1 + std::exp(6.0)), 1e-15);
}

TEST(ByHand, BackwardComputesWhatThePencilSays) {
  const auto network = pencil_network();
  const auto engine = make_engine<double>("naive");
  BasicPass<double> pass;
  BasicNetwork<double> gradient;
  const Mat<double> X = Vec<double>{1, 2};
  forward(*engine, network, X, pass);
  backward(*engine, network, X, Labels{1}, pass, gradient);
  // delta2 = P - (0, 1) = (p, -p) with p = 1 / (1 + e^-6).
  const double p = 1 / (1 + std::exp(-6.0));
  EXPECT_NEAR(gradient.layers[1].b(0), p, 1e-15);
  EXPECT_NEAR(gradient.layers[1].b(1), -p, 1e-15);
  EXPECT_NEAR(gradient.layers[1].W(0, 0), 3.5 * p, 1e-14);
  EXPECT_NEAR(gradient.layers[1].W(1, 0), -3.5 * p, 1e-14);
  EXPECT_DOUBLE_EQ(gradient.layers[1].W(0, 1), 0);  // A1's second unit is 0
  // delta1 = W2' * delta2 = (2p, -2p), and the second unit is switched off.
  EXPECT_NEAR(gradient.layers[0].b(0), 2 * p, 1e-14);
  EXPECT_DOUBLE_EQ(gradient.layers[0].b(1), 0);
  EXPECT_NEAR(gradient.layers[0].W(0, 1), 4 * p, 1e-14);
}

// The step that the lesson does by hand: two images, (1, 2) and (2, 1), and
// their labels, 1 and 0.
// [ONE_STEP]
TEST(ByHand, OneStepOnTwoImagesIsAsInTheLesson) {
  const auto engine = make_engine<double>("naive");
  auto network = pencil_network();
  const Mat<double> X = {{1, 2}, {2, 1}};
  const Labels labels = {1, 0};
  BasicPass<double> pass;
  BasicNetwork<double> gradient;
  forward(*engine, network, X, pass);
  EXPECT_NEAR(cross_entropy(pass.Z, labels), 3.0103, 5e-5);
  backward(*engine, network, X, labels, pass, gradient);
  const auto& [dW1, db1] = gradient.layers[0];
  const auto& [dW2, db2] = gradient.layers[1];
  EXPECT_TRUE(near(dW2, {{1.7142, -0.0090}, {-1.7142, 0.0090}}));
  EXPECT_TRUE(near(db2, Vec<double>{0.4898, -0.4898}));
  EXPECT_TRUE(near(dW1, {{0.9616, 1.9771}, {0.0360, 0.0180}}));
  EXPECT_TRUE(near(db1, Vec<double>{0.9795, 0.0180}));
  add_scaled(-0.1, gradient, network);
  forward(*engine, network, X, pass);
  EXPECT_NEAR(cross_entropy(pass.Z, labels), 1.9431, 5.1e-5);
}
// [/ONE_STEP]

TEST(ByHand, GradientOfABatchIsTheMeanOverItsImages) {
  Rng rng(3);
  const auto engine = make_engine<double>("naive");
  const auto network = he_network<double>({5, 4, 3}, rng);
  const auto X = random_matrix<double>(5, 4, rng);
  const Labels labels = {0, 1, 2, 1};
  BasicPass<double> pass;
  BasicNetwork<double> whole, one;
  forward(*engine, network, X, pass);
  backward(*engine, network, X, labels, pass, whole);
  auto mean = zero_network<double>({5, 4, 3});
  for (arma::uword j = 0; j < 4; ++j) {
    const Mat<double> x = X.col(j);
    forward(*engine, network, x, pass);
    backward(*engine, network, x, {&labels[j], 1}, pass, one);
    add_scaled(0.25, one, mean);
  }
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_TRUE(arma::approx_equal(whole.layers[l].W, mean.layers[l].W,
                                   "absdiff", 1e-14));
  }
}

// ---- Softmax and cross-entropy ----------------------------------------------

template <typename Real>
class Softmax : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Softmax, Reals);

TYPED_TEST(Softmax, ColumnsSumToOne) {
  Rng rng(4);
  const Mat<TypeParam> Z = 20 * random_matrix<TypeParam>(10, 50, rng) - 10;
  Mat<TypeParam> P;
  std::vector<TypeParam> sums;
  softmax(Z, P, sums);
  column_sums(P, sums);
  for (const TypeParam s : sums) EXPECT_NEAR(s, 1, 1e-5);
  EXPECT_GE(P.min(), 0);
}

TYPED_TEST(Softmax, DoesNotChangeWhenAllScoresShift) {
  Rng rng(5);
  const auto Z = random_matrix<TypeParam>(10, 5, rng);
  const Mat<TypeParam> shifted = Z + TypeParam{64};
  Mat<TypeParam> P, Q;
  std::vector<TypeParam> s;
  softmax(Z, P, s);
  softmax(shifted, Q, s);
  EXPECT_TRUE(arma::approx_equal(P, Q, "absdiff", TypeParam(1e-5)));
  const Labels labels = {1, 2, 3, 4, 5};
  EXPECT_NEAR(cross_entropy(Z, labels), cross_entropy(shifted, labels), 1e-4);
}

TYPED_TEST(Softmax, StaysFiniteForHugeScores) {
  Mat<TypeParam> Z(10, 2, arma::fill::value(-1e4));
  Z(3, 0) = TypeParam(1e4);
  Z.col(1).fill(TypeParam(1e4));
  Mat<TypeParam> P;
  std::vector<TypeParam> s;
  softmax(Z, P, s);
  EXPECT_TRUE(P.is_finite());
  EXPECT_NEAR(P(3, 0), 1, 1e-6);
  EXPECT_NEAR(P(7, 1), 0.1, 1e-6);
  EXPECT_NEAR(cross_entropy(Z, Labels{3, 0}), std::log(10.0) / 2, 1e-3);
  EXPECT_NEAR(cross_entropy(Z, Labels{0, 0}), 1e4 + std::log(10.0) / 2, 1);
}

TYPED_TEST(Softmax, ShowsANaNRatherThanHidingIt) {
  Mat<TypeParam> Z(3, 1, arma::fill::zeros);
  Z(1, 0) = std::numeric_limits<TypeParam>::quiet_NaN();
  EXPECT_FALSE(std::isfinite(cross_entropy(Z, Labels{0})));
}

TEST(CrossEntropy, OfEqualScoresIsTheLogarithmOfTheClasses) {
  const Matrix Z(10, 4, arma::fill::zeros);
  EXPECT_NEAR(cross_entropy(Z, Labels{0, 3, 5, 9}), std::log(10.0), 1e-6);
}

TEST(CrossEntropy, WantsOneLabelAColumn) {
  const Matrix Z(10, 4, arma::fill::zeros);
  EXPECT_THROW(cross_entropy(Z, Labels{1, 2}), std::invalid_argument);
  EXPECT_THROW(cross_entropy(Matrix(10, 0), Labels{}), std::invalid_argument);
}

TEST(Relu, CutsAtZeroAndItsSlopeIsZeroThere) {
  Matrix A = {{-2, 0, 3}};
  relu(A);
  EXPECT_EQ(A(0, 0), 0);
  EXPECT_EQ(A(0, 2), 3);
  Matrix delta = {{5, 6, 7}};
  multiply_by_relu_slope(A, delta);
  EXPECT_EQ(delta(0, 0), 0);
  EXPECT_EQ(delta(0, 1), 0);
  EXPECT_EQ(delta(0, 2), 7);
}

// ---- Networks ---------------------------------------------------------------

TEST(Networks, HeWeightsHaveTheirVarianceAndBiasesAreZero) {
  Rng rng(6);
  const Network network = he_network({784, 128, 10}, rng);
  const Matrix& W = network.layers[0].W;
  EXPECT_NEAR(arma::mean(arma::vectorise(W)), 0, 1e-3);
  EXPECT_NEAR(arma::var(arma::vectorise(W)), 2.0 / 784, 5e-5);
  EXPECT_EQ(arma::accu(arma::abs(network.layers[0].b)), 0);
}

TEST(Networks, UniformWeightsFillTheirRange) {
  Rng rng(7);
  const Network network = uniform_network({784, 10, 10}, rng);
  const Matrix& W = network.layers[0].W;
  EXPECT_GE(W.min(), -0.5f);
  EXPECT_LE(W.max(), 0.5f);
  EXPECT_NEAR(arma::var(arma::vectorise(W)), 1.0 / 12, 5e-3);
  EXPECT_GT(arma::accu(arma::abs(network.layers[0].b)), 0);
}

constexpr int kMostSteps = 300;

// Steps until the images are learnt by heart, or kMostSteps.
int steps_to_learn(Network network, const Dataset& batch) {
  const auto engine = make_engine("armadillo");
  Pass pass;
  Network gradient;
  for (int step = 1; step < kMostSteps; ++step) {
    forward(*engine, network, batch.images, pass);
    if (column_argmax(pass.P) == batch.labels) return step;
    backward(*engine, network, batch.images, batch.labels, pass, gradient);
    add_scaled(-0.1f, gradient, network);
  }
  return kMostSteps;
}

TEST(OnDigits, OfEightHiddenLayersLearnFastestFromHe) {
  use_one_blas_thread();
  const Dataset batch = synthetic_digits(32, 60000);
  const Widths widths = widths_from(784, Widths(8, 128), 10);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Rng rng(seed), same(seed);
    const Network he = he_network(widths, rng);
    Network smaller = he;  // variance 1 / inputs
    for (Layer<float>& layer : smaller.layers) layer.W *= std::sqrt(0.5f);
    const int steps = steps_to_learn(he, batch);
    EXPECT_LT(2 * steps, steps_to_learn(smaller, batch)) << steps;
    const Network uniform = uniform_network(widths, same);
    EXPECT_EQ(steps_to_learn(uniform, batch), kMostSteps);
  }
}

TEST(Networks, ParametersAreCounted) {
  EXPECT_EQ(parameter_count(zero_network({784, 128, 10})), 101770u);
}

TEST(Networks, WidthsComeBack) {
  const Widths widths = {5, 4, 3, 2};
  EXPECT_EQ(widths_of(zero_network(widths)), widths);
}

TEST(Networks, WithoutWidthsAreRefused) {
  EXPECT_THROW(zero_network({}), std::invalid_argument);
  EXPECT_THROW(zero_network({3}), std::invalid_argument);
  EXPECT_THROW(zero_network({3, 0, 2}), std::invalid_argument);
}

TEST(Networks, OfDifferentShapesCannotBeAdded) {
  Network a = zero_network({3, 2});
  EXPECT_THROW(add_scaled(1.0f, zero_network({3, 4}), a),
               std::invalid_argument);
  EXPECT_THROW(add_scaled(1.0f, zero_network({3, 2, 2}), a),
               std::invalid_argument);
}

TEST(Networks, DigestChangesWithTheLastBit) {
  Rng rng(8);
  Network network = he_network({20, 10, 10}, rng);
  const std::uint64_t before = digest(network);
  EXPECT_EQ(digest(network), before);
  float& w = network.layers[1].W(9, 9);
  w = std::nextafter(w, 2.0f);
  EXPECT_NE(digest(network), before);
}

TEST(Networks, FromOneSeedAreTheSame) {
  Rng a(9), b(9), c(10);
  const std::uint64_t first = digest(he_network({20, 10, 10}, a));
  EXPECT_EQ(digest(he_network({20, 10, 10}, b)), first);
  EXPECT_NE(digest(he_network({20, 10, 10}, c)), first);
}

// ---- Engines and batches ----------------------------------------------------

TEST(Engines, GiveTheSameProbabilitiesAndGradients) {
  Rng rng(11);
  const Network network = he_network({784, 32, 10}, rng);
  const Matrix X = random_matrix<float>(784, 16, rng);
  const Labels labels = random_labels(16, 10, rng);
  Pass naive_pass, fast_pass;
  Network naive_gradient, fast_gradient;
  const auto naive = make_engine("naive"), fast = make_engine("armadillo");
  forward(*naive, network, X, naive_pass);
  forward(*fast, network, X, fast_pass);
  backward(*naive, network, X, labels, naive_pass, naive_gradient);
  backward(*fast, network, X, labels, fast_pass, fast_gradient);
  EXPECT_TRUE(arma::approx_equal(naive_pass.P, fast_pass.P, "absdiff", 1e-5f));
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_TRUE(arma::approx_equal(naive_gradient.layers[l].W,
                                   fast_gradient.layers[l].W, "absdiff",
                                   1e-5f));
  }
}

TEST(Passes, AreReusedWithoutAllocatingAgain) {
  Rng rng(12);
  const auto engine = make_engine("armadillo");
  const Network network = he_network({784, 32, 10}, rng);
  const Matrix X = random_matrix<float>(784, 32, rng);
  const Labels labels = random_labels(32, 10, rng);
  Pass pass;
  Network gradient;
  const auto once = [&] {
    forward(*engine, network, X, pass);
    backward(*engine, network, X, labels, pass, gradient);
    return std::vector<const float*>{pass.A[0].memptr(),
                                     pass.Z.memptr(),
                                     pass.P.memptr(),
                                     pass.s.data(),
                                     pass.delta[0].memptr(),
                                     pass.delta[1].memptr(),
                                     gradient.layers[0].W.memptr()};
  };
  const auto first = once();
  EXPECT_EQ(once(), first);
}

TEST(Passes, ServeBatchesOfAnySize) {
  Rng rng(13);
  const auto engine = make_engine("armadillo");
  const Network network = he_network({20, 8, 10}, rng);
  const Matrix X = random_matrix<float>(20, 32, rng);
  Pass reused, fresh;
  forward(*engine, network, X, reused);
  const Matrix last = X.head_cols(5);
  forward(*engine, network, last, reused);
  forward(*engine, network, last, fresh);
  EXPECT_TRUE(arma::approx_equal(reused.P, fresh.P, "absdiff", 0.0f));
}

TEST(Passes, RefuseImagesOfAnotherSizeNamingBothShapes) {
  Rng rng(14);
  const Network network = he_network({20, 8, 10}, rng);
  const Matrix X(21, 3);
  Pass pass;
  try {
    forward(*make_engine("armadillo"), network, X, pass);
    FAIL() << "nothing was thrown";
  } catch (const std::invalid_argument& e) {
    EXPECT_STREQ(e.what(), "A * B: shapes (8 x 20) and (21 x 3) do not fit");
  }
}

TEST(Passes, WantOneLabelAnImage) {
  Rng rng(15);
  const auto engine = make_engine("armadillo");
  const Network network = he_network({20, 8, 10}, rng);
  Pass pass;
  Network gradient;
  const Matrix X = random_matrix<float>(20, 3, rng);
  forward(*engine, network, X, pass);
  EXPECT_THROW(backward(*engine, network, X, Labels{1, 2}, pass, gradient),
               std::invalid_argument);
}

}  // namespace
}  // namespace nn
