// Each operation against Armadillo's own, over random shapes that include 0
// and 1, and against the laws of algebra.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "01_matrix/engine.hpp"
#include "01_matrix/loop_orders.hpp"
#include "01_matrix/operations.hpp"
#include "01_matrix/peak.hpp"
#include "01_matrix/products.hpp"
#include "common/error.hpp"
#include "common/rng.hpp"
#include "tests/support/same_bits.hpp"

namespace nn {
namespace {

template <typename Real>
Mat<Real> random_matrix(arma::uword rows, arma::uword columns, Rng& rng) {
  Mat<Real> A(rows, columns);
  for (Real& a : A) a = static_cast<Real>(rng.normal());
  return A;
}

// A' by Armadillo. Its version 11 takes the address of the first element even
// where there is none, which is undefined.
template <typename Real>
Mat<Real> transposed(const Mat<Real>& A) {
  if (A.is_empty()) return Mat<Real>(A.n_cols, A.n_rows);
  return A.t();
}

Matrix as_row(const std::vector<float>& numbers) {
  return arma::conv_to<arma::frowvec>::from(numbers);
}

struct Shape {
  arma::uword m, p, n;
};

// Random shapes, and all the combinations of 0, 1 and another size.
std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const arma::uword m : {0u, 1u, 5u}) {
    for (const arma::uword p : {0u, 1u, 7u}) {
      for (const arma::uword n : {0u, 1u, 4u}) all.push_back({m, p, n});
    }
  }
  Rng rng(1);
  for (int i = 0; i < 40; ++i) {
    all.push_back({rng.below(70), rng.below(70), rng.below(70)});
  }
  return all;
}

template <typename Real>
::testing::AssertionResult near(const Mat<Real>& A, const Mat<Real>& B) {
  if (A.n_rows != B.n_rows || A.n_cols != B.n_cols) {
    return ::testing::AssertionFailure()
           << "shapes " << shape_of(A) << " and " << shape_of(B);
  }
  const double tolerance = sizeof(Real) == 4 ? 1e-4 : 1e-12;
  for (arma::uword i = 0; i < A.n_elem; ++i) {
    if (!(std::abs(static_cast<double>(A[i] - B[i])) <= tolerance)) {
      return ::testing::AssertionFailure()
             << "element " << i << ": " << A[i] << " and " << B[i];
    }
  }
  return ::testing::AssertionSuccess();
}

template <typename F>
std::string message_of(F f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "nothing was thrown";
}

// ---- Both kinds of number ---------------------------------------------------

template <typename Real>
class Products : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Products, Reals);

TYPED_TEST(Products, AgreeWithArmadilloOverAllShapes) {
  Rng rng(2);
  Mat<TypeParam> C;
  for (const auto& [m, p, n] : shapes()) {
    SCOPED_TRACE(std::to_string(m) + " " + std::to_string(p) + " " +
                 std::to_string(n));
    const auto A = random_matrix<TypeParam>(m, p, rng);
    const auto B = random_matrix<TypeParam>(p, n, rng);
    const Mat<TypeParam> expected = A * B;
    multiply_obvious(A, B, C);
    EXPECT_TRUE(near(C, expected));
    multiply(A, B, C);
    EXPECT_TRUE(near(C, expected));
    const auto At = transposed(A);
    multiply_left_transposed(At, B, C);
    EXPECT_TRUE(near(C, expected));
    const auto Bt = transposed(B);
    multiply_right_transposed(A, Bt, C);
    EXPECT_TRUE(near(C, expected));
  }
}

TYPED_TEST(Products, AreDistributiveAndAssociative) {
  Rng rng(3);
  Mat<TypeParam> AB, AC, sum, left, right, BD;
  for (int i = 0; i < 20; ++i) {
    const arma::uword m = 1 + rng.below(9), p = 1 + rng.below(9),
                      n = 1 + rng.below(9), q = 1 + rng.below(9);
    const auto A = random_matrix<TypeParam>(m, p, rng);
    const auto B = random_matrix<TypeParam>(p, n, rng);
    const auto C = random_matrix<TypeParam>(p, n, rng);
    const auto D = random_matrix<TypeParam>(n, q, rng);
    multiply(A, B, AB);
    multiply(A, C, AC);
    add(AB, AC, right);
    add(B, C, sum);
    multiply(A, sum, left);
    EXPECT_TRUE(near(left, right)) << "A(B + C) = AB + AC";
    multiply(AB, D, left);
    multiply(B, D, BD);
    multiply(A, BD, right);
    EXPECT_TRUE(near(left, right)) << "(AB)D = A(BD)";
  }
}

TYPED_TEST(Products, OfTransposesIsTransposeOfProductReversed) {
  Rng rng(4);
  const auto A = random_matrix<TypeParam>(6, 5, rng);
  const auto B = random_matrix<TypeParam>(5, 7, rng);
  Mat<TypeParam> AB, right;
  multiply(A, B, AB);
  multiply(transposed(B), transposed(A), right);
  EXPECT_TRUE(near(transposed(AB), right));
}

TYPED_TEST(Products, WithTheIdentityChangeNothing) {
  Rng rng(5);
  const auto A = random_matrix<TypeParam>(8, 8, rng);
  const Mat<TypeParam> I(8, 8, arma::fill::eye);
  Mat<TypeParam> C;
  for (auto product : {multiply<TypeParam>, multiply_obvious<TypeParam>}) {
    product(A, I, C);
    EXPECT_TRUE(near(C, A));
    product(I, A, C);
    EXPECT_TRUE(near(C, A));
  }
}

TYPED_TEST(Products, OverwriteWhatWasInTheResult) {
  Rng rng(6);
  const auto A = random_matrix<TypeParam>(3, 4, rng);
  const auto B = random_matrix<TypeParam>(4, 5, rng);
  const Mat<TypeParam> expected = A * B;
  Mat<TypeParam> C(9, 9, arma::fill::value(99));
  multiply(A, B, C);
  EXPECT_TRUE(near(C, expected));
  multiply(A, B, C);
  EXPECT_TRUE(near(C, expected));
}

TYPED_TEST(Products, PassNaNOnEvenTimesZero) {
  const TypeParam nan = std::numeric_limits<TypeParam>::quiet_NaN();
  Mat<TypeParam> A(1, 2);
  A(0, 0) = nan;
  A(0, 1) = 1;
  Mat<TypeParam> B(2, 1);
  B(0, 0) = 0;
  B(1, 0) = 1;
  Mat<TypeParam> C;
  multiply(A, B, C);
  EXPECT_TRUE(std::isnan(C(0, 0)));
}

// ---- All orders of the loops ------------------------------------------------

TEST(LoopOrders, AllGiveTheSameBits) {
  Rng rng(11);
  Matrix C, D;
  for (const auto& [m, p, n] : shapes()) {
    SCOPED_TRACE(std::to_string(m) + " " + std::to_string(p) + " " +
                 std::to_string(n));
    const auto A = random_matrix<float>(m, p, rng);
    const auto B = random_matrix<float>(p, n, rng);
    multiply(A, B, C);
    multiply_obvious(A, B, D);
    EXPECT_TRUE(same_bits(C, D)) << "obvious";
    for (const LoopOrder& order : kLoopOrders) {
      multiply_in_order(order, A, B, D);
      EXPECT_TRUE(same_bits(C, D)) << order.name;
    }
  }
}

TEST(LoopOrders, AddToWhatIsThere) {
  const Matrix A = {{1, 2, 3}, {4, 5, 6}};
  const Matrix B = {{1, 0}, {0, 1}, {10, 100}};
  const Matrix sums = {{131, 402}, {164, 705}};
  for (const LoopOrder& order : kLoopOrders) {
    Matrix C(2, 2, arma::fill::value(100.0f));
    order.loops(A, B, C);
    EXPECT_TRUE(same_bits(C, sums)) << order.name;
  }
}

TEST(LoopOrders, HaveTheirThreeLoopsInTheirNames) {
  std::vector<std::string> names;
  for (const LoopOrder& order : kLoopOrders) names.emplace_back(order.name);
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"ijk", "ikj", "jik", "jki", "kij",
                                             "kji"}));
}

TEST(LoopOrders, RefuseShapesThatDoNotFit) {
  const Matrix A(3, 4), B(5, 2);
  Matrix C;
  EXPECT_EQ(message_of([&] { multiply_in_order(kLoopOrders[0], A, B, C); }),
            "A * B: shapes (3 x 4) and (5 x 2) do not fit");
}

// ---- Shapes are checked, and both are named ---------------------------------

TEST(Shapes, OfProductsAreNamedWhenTheyDoNotFit) {
  const Matrix A(3, 4), B(5, 2);
  Matrix C;
  EXPECT_EQ(message_of([&] { multiply(A, B, C); }),
            "A * B: shapes (3 x 4) and (5 x 2) do not fit");
  EXPECT_EQ(message_of([&] { multiply_obvious(A, B, C); }),
            "A * B: shapes (3 x 4) and (5 x 2) do not fit");
  EXPECT_EQ(message_of([&] { multiply_left_transposed(A, B, C); }),
            "A' * B: shapes (3 x 4) and (5 x 2) do not fit");
  EXPECT_EQ(message_of([&] { multiply_right_transposed(A, B, C); }),
            "A * B': shapes (3 x 4) and (5 x 2) do not fit");
}

TEST(Shapes, OfElementwiseOperationsMustBeEqual) {
  const Matrix A(3, 4), B(4, 3);
  Matrix C;
  EXPECT_EQ(message_of([&] { add(A, B, C); }),
            "A + B: shapes (3 x 4) and (4 x 3) do not fit");
  EXPECT_THROW(subtract(A, B, C), std::invalid_argument);
  Matrix D(4, 3);
  EXPECT_THROW(add_scaled(1.0f, A, D), std::invalid_argument);
}

TEST(Shapes, OfABroadcastMustMatch) {
  Matrix A(3, 4);
  const Vec<float> b(4);
  EXPECT_EQ(message_of([&] { add_column(b, A); }),
            "A + b: shapes (3 x 4) and (4 x 1) do not fit");
  const std::vector<float> s(3);
  EXPECT_EQ(message_of([&] { subtract_from_columns(s, A); }),
            "A - s: shapes (3 x 4) and (1 x 3) do not fit");
  EXPECT_EQ(message_of([&] { divide_columns(s, A); }),
            "A / s: shapes (3 x 4) and (1 x 3) do not fit");
}

// ---- The other operations against Armadillo ---------------------------------

class Operations : public ::testing::Test {
 protected:
  // Calls `check` with two random matrices of every shape.
  template <typename F>
  void over_shapes(F check) {
    Rng rng(7);
    for (const Shape& s : shapes()) {
      SCOPED_TRACE(std::to_string(s.m) + " x " + std::to_string(s.n));
      const auto A = random_matrix<float>(s.m, s.n, rng);
      const auto B = random_matrix<float>(s.m, s.n, rng);
      check(A, B);
    }
  }
  Matrix C;
};

TEST_F(Operations, SumsAgreeWithArmadillo) {
  over_shapes([&](const Matrix& A, const Matrix&) {
    std::vector<float> sums;
    column_sums(A, sums);
    ASSERT_EQ(sums.size(), A.n_cols);
    Vec<float> of_rows;
    row_sums(A, of_rows);
    ASSERT_EQ(of_rows.n_elem, A.n_rows);
    if (A.n_elem == 0) return;  // the next test
    EXPECT_TRUE(near<float>(as_row(sums), arma::sum(A, 0)));
    EXPECT_TRUE(near<float>(of_rows, arma::sum(A, 1)));
  });
}

TEST_F(Operations, SumsOfNothingAreZero) {
  std::vector<float> sums;
  column_sums(Matrix(0, 3), sums);
  EXPECT_EQ(sums, std::vector<float>(3, 0));
  Vec<float> of_rows;
  row_sums(Matrix(3, 0), of_rows);
  EXPECT_TRUE(near<float>(of_rows, Vec<float>(3, arma::fill::zeros)));
}

TEST_F(Operations, ColumnMaximaAgreeWithArmadillo) {
  over_shapes([&](const Matrix& A, const Matrix&) {
    if (A.n_rows == 0) return;
    std::vector<float> maxima;
    column_maxima(A, maxima);
    ASSERT_EQ(maxima.size(), A.n_cols);
    for (arma::uword j = 0; j < A.n_cols; ++j) {
      EXPECT_EQ(maxima[j], A.col(j).max());
    }
  });
}

TEST_F(Operations, ElementwiseArithmeticAgreesWithArmadillo) {
  over_shapes([&](const Matrix& A, const Matrix& B) {
    add(A, B, C);
    EXPECT_TRUE(near<float>(C, A + B));
    subtract(A, B, C);
    EXPECT_TRUE(near<float>(C, A - B));
  });
}

TEST_F(Operations, ScalingAgreesWithArmadillo) {
  over_shapes([&](const Matrix& A, const Matrix& B) {
    C = A;
    scale(-2.5f, C);
    EXPECT_TRUE(near<float>(C, -2.5f * A));
    C = B;
    add_scaled(0.1f, A, C);
    EXPECT_TRUE(near<float>(C, B + 0.1f * A));
  });
}

TEST_F(Operations, BroadcastsReachEveryRow) {
  over_shapes([&](const Matrix& A, const Matrix&) {
    const auto s = arma::conv_to<std::vector<float>>::from(
        arma::linspace<Vec<float>>(1, 2, A.n_cols));
    const Matrix S = arma::repmat(as_row(s), A.n_rows, 1);
    C = A;
    subtract_from_columns(s, C);
    EXPECT_TRUE(near<float>(C, A - S));
    C = A;
    divide_columns(s, C);
    EXPECT_TRUE(near<float>(C, A / S));
  });
}

TEST_F(Operations, BroadcastAddsTheColumnToEveryColumn) {
  over_shapes([&](const Matrix& A, const Matrix&) {
    const Vec<float> b = arma::linspace<Vec<float>>(1, 2, A.n_rows);
    C = A;
    add_column(b, C);
    EXPECT_TRUE(near<float>(C, A + arma::repmat(b, 1, A.n_cols)));
  });
}

TEST_F(Operations, ExpAndMaximumAgreeWithArmadillo) {
  over_shapes([&](const Matrix& A, const Matrix&) {
    exponential(A, C);
    EXPECT_TRUE(
        near<float>(C / (arma::exp(A) + 1), arma::exp(A) / (arma::exp(A) + 1)));
    maximum(A, 0.25f, C);
    EXPECT_TRUE(near<float>(C, arma::clamp(A, 0.25f, 1e9f)));
  });
}

TEST_F(Operations, MayWriteOntoTheirArgument) {
  Rng rng(8);
  const auto A = random_matrix<float>(4, 5, rng);
  const auto B = random_matrix<float>(4, 5, rng);
  C = A;
  add(C, B, C);
  EXPECT_TRUE(near<float>(C, A + B));
  C = B;
  subtract(A, C, C);
  EXPECT_TRUE(near<float>(C, A - B));
  C = A;
  exponential(C, C);
  EXPECT_TRUE(near<float>(C, arma::exp(A)));
}

// [KEEPS_NAN]
TEST_F(Operations, MaximumKeepsNaN) {
  const Matrix A = {std::numeric_limits<float>::quiet_NaN(), -1, 1};
  maximum(A, 0.0f, C);
  EXPECT_TRUE(std::isnan(C[0]));
  EXPECT_EQ(C[1], 0);
  EXPECT_EQ(C[2], 1);
}
// [/KEEPS_NAN]

// ---- Labels -----------------------------------------------------------------

TEST(Labels, ArgmaxAgreesWithArmadillo) {
  Rng rng(9);
  const auto A = random_matrix<float>(10, 200, rng);
  const std::vector<std::uint8_t> labels = column_argmax(A);
  ASSERT_EQ(labels.size(), 200u);
  for (arma::uword j = 0; j < 200; ++j) {
    EXPECT_EQ(labels[j], A.col(j).index_max());
  }
}

TEST(Labels, ArgmaxTakesTheFirstOnATie) {
  const Matrix A = {{1, 0}, {1, 2}, {0, 2}};
  EXPECT_EQ(column_argmax(A), (std::vector<std::uint8_t>{0, 1}));
}

TEST(Labels, ArgmaxRefusesWhatNoLabelCanHold) {
  EXPECT_THROW(column_argmax(Matrix(0, 3)), std::invalid_argument);
  EXPECT_THROW(column_argmax(Matrix(257, 1)), std::invalid_argument);
}

TEST(Labels, OneHotIsUndoneByArgmax) {
  const std::vector<std::uint8_t> labels = {3, 0, 9, 9, 1};
  Matrix Y(10, 5, arma::fill::value(7));
  one_hot(labels, 10, Y);
  EXPECT_EQ(column_argmax(Y), labels);
  EXPECT_EQ(arma::accu(Y), 5);
  EXPECT_EQ(Y(3, 0), 1);
  EXPECT_EQ(Y(0, 0), 0);
}

TEST(Labels, OneHotRefusesALabelBeyondTheClasses) {
  const std::vector<std::uint8_t> labels = {3, 10};
  Matrix Y;
  EXPECT_EQ(message_of([&] { one_hot(labels, 10, Y); }),
            "one_hot: label 10 of 10 classes");
}

// ---- Engines ----------------------------------------------------------------

TEST(Engines, AgreeOnEveryProductAndShape) {
  Rng rng(10);
  Matrix C, D;
  const auto naive = make_engine("naive");
  const auto armadillo = make_engine("armadillo");
  for (const auto& [m, p, n] : shapes()) {
    const auto A = random_matrix<float>(m, p, rng);
    const auto B = random_matrix<float>(p, n, rng);
    const Matrix At = transposed(A);
    const Matrix Bt = transposed(B);
    naive->multiply(A, B, C);
    armadillo->multiply(A, B, D);
    EXPECT_TRUE(near(C, D));
    naive->multiply_left_transposed(At, B, C);
    armadillo->multiply_left_transposed(At, B, D);
    EXPECT_TRUE(near(C, D));
    naive->multiply_right_transposed(A, Bt, C);
    armadillo->multiply_right_transposed(A, Bt, D);
    EXPECT_TRUE(near(C, D));
  }
}

TEST(Engines, AllRefuseShapesThatDoNotFitWithTheSameWords) {
  const Matrix A(3, 4), B(5, 2);
  Matrix C;
  for (const auto name : engine_names()) {
    const auto engine = make_engine(name);
    EXPECT_EQ(message_of([&] { engine->multiply(A, B, C); }),
              "A * B: shapes (3 x 4) and (5 x 2) do not fit");
    EXPECT_EQ(message_of([&] { engine->multiply_left_transposed(A, B, C); }),
              "A' * B: shapes (3 x 4) and (5 x 2) do not fit");
    EXPECT_EQ(message_of([&] { engine->multiply_right_transposed(A, B, C); }),
              "A * B': shapes (3 x 4) and (5 x 2) do not fit");
  }
}

TEST(Engines, KnowTheirNamesAndNoOthers) {
  for (const auto name : engine_names()) {
    EXPECT_EQ(make_engine(name)->name(), name);
  }
  EXPECT_THROW(make_engine("cuda"), InputError);
}

TEST(Peak, IsMeasured) {
  // Not a timed test: any machine that computes at all passes.
  EXPECT_GT(measure_peak_gflops(0.01), 0.0);
}

}  // namespace
}  // namespace nn
