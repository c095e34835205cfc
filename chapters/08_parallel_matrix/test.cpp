// Lanes, tiles, packing and the products on one thread.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "01_matrix/products.hpp"
#include "08_parallel_matrix/cores/parallel_product.hpp"
#include "08_parallel_matrix/ladder/ladder.hpp"
#include "08_parallel_matrix/ladder/sweep.hpp"
#include "08_parallel_matrix/lanes.hpp"
#include "common/random_matrix.hpp"
#include "common/rng.hpp"
#include "tests/support/same_bits.hpp"

namespace nn {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// One step of a sum, as the files in kernels/ compute it.
float step(float a, float b, float sum) {
  if constexpr (kFused) return std::fma(a, b, sum);
  const float product = a * b;
  return product + sum;
}

// C = A * B, or from what C holds: each sum over k in order.
void multiply_in_order_of_k(const View& A, const View& B, Matrix& C,
                            Into into) {
  for (std::size_t j = 0; j < B.columns; ++j) {
    for (std::size_t i = 0; i < A.rows; ++i) {
      float sum = into == Into::add ? C(i, j) : 0;
      for (std::size_t k = 0; k < A.columns; ++k) {
        sum = step(*A.at(i, k), *B.at(k, j), sum);
      }
      C(i, j) = sum;
    }
  }
}

Matrix expected_product(const View& A, const View& B) {
  Matrix C(A.rows, B.columns);
  multiply_in_order_of_k(A, B, C, Into::overwrite);
  return C;
}

// 0, 1, primes, and one less and more than what the tiles have.
std::vector<std::size_t> awkward_lengths() {
  return {0,
          1,
          2,
          kTileColumns - 1,
          kTileColumns,
          kTileColumns + 1,
          kLanes - 1,
          kLanes,
          kLanes + 1,
          kTileRows - 1,
          kTileRows,
          kTileRows + 1,
          3 * kTileRows + 5,
          97};
}

std::size_t one_of(const std::vector<std::size_t>& lengths, Rng& rng) {
  return lengths[rng.below(lengths.size())];
}

// ---- Lanes -----------------------------------------------------------------

TEST(Lanes, LoadAndStoreWithoutAlignment) {
  std::array<float, 2 * kLanes + 1> numbers{};
  for (std::size_t i = 0; i <= kLanes; ++i) {
    numbers[i] = static_cast<float>(i);
  }
  Vector<> v;
  load(numbers.data() + 1, v);
  store(v * 2.0f, numbers.data() + kLanes + 1);
  for (std::size_t i = 0; i < kLanes; ++i) {
    EXPECT_EQ(numbers[kLanes + 1 + i], 2.0f * static_cast<float>(i + 1));
  }
}

// ---- Cutting and packing ---------------------------------------------------

TEST(Cut, CoversTheLengthInNearlyEqualPieces) {
  for (std::size_t length = 0; length < 200; ++length) {
    for (const std::size_t most : {1u, 6u, 12u, 32u, 500u}) {
      const Cut cut(length, most);
      std::size_t end = 0, least = length, largest = 0;
      for (std::size_t i = 0; i < cut.pieces(); ++i) {
        EXPECT_EQ(cut.start(i), end);
        end += cut.size(i);
        least = std::min(least, cut.size(i));
        largest = std::max(largest, cut.size(i));
      }
      EXPECT_EQ(end, length);
      EXPECT_LE(largest, most);
      EXPECT_LE(largest, least + 1);
    }
  }
}

TEST(Cut, BeginsPiecesAtMultiplesOfTheUnit) {
  for (std::size_t length = 1; length < 300; ++length) {
    for (const std::size_t most : {1u, 22u, 32u, 43u, 96u, 100u}) {
      const Cut cut(length, most, 32);
      EXPECT_EQ(cut.start(cut.pieces()), length);
      for (std::size_t i = 0; i < cut.pieces(); ++i) {
        EXPECT_EQ(cut.start(i) % 32, 0u);
        EXPECT_GT(cut.size(i), 0u);
        EXPECT_LE(cut.size(i), std::max<std::size_t>(most, 32));
      }
    }
  }
}

// Packs and compares; what is past the panel and its slack must stay.
void expect_packed(const View& A, std::size_t width) {
  std::vector<float> to(A.columns * width + 2 * kLanes, -7);
  pack_panel(A, width, to.data());
  for (std::size_t k = 0; k < A.columns; ++k) {
    for (std::size_t i = 0; i < width; ++i) {
      const float expected = i < A.rows ? *A.at(i, k) : 0;
      ASSERT_EQ(to[k * width + i], expected)
          << "row " << i << " of " << A.rows << ", step " << k;
    }
  }
  for (std::size_t i = A.columns * width + kLanes; i < to.size(); ++i) {
    ASSERT_EQ(to[i], -7) << "past the end";
  }
}

TEST(PackPanel, StandsStepByStepAndFillsUpWithZeros) {
  Rng rng(1);
  for (const std::size_t rows : awkward_lengths()) {
    if (rows > kTileRows || rows == 0) continue;
    for (const std::size_t depth : awkward_lengths()) {
      const Matrix A = random_matrix(rows, depth, rng);
      const Matrix T = random_matrix(depth, rows, rng);
      const Matrix wide = random_matrix(3 * rows, 2 * depth, rng);
      const View apart{wide.memptr(), rows, depth, 3, 2 * wide.n_rows};
      for (const std::size_t width : {rows, rows + 1, kTileRows}) {
        if (width < rows) continue;
        expect_packed(view(A), width);
        expect_packed(view(T).transposed(), width);
        expect_packed(apart, width);
      }
    }
  }
}

TEST(Buffer, KeepsItsMemoryAndBeginsAtACacheLine) {
  Buffer buffer;
  float* const first = buffer.take(1000);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 64, 0u);
  EXPECT_EQ(buffer.take(10), first);
  EXPECT_EQ(buffer.take(1000), first);
}

TEST(Blocks, FillHalfOfEachCache) {
  for (const std::size_t l1 : {32u << 10, 48u << 10, 128u << 10}) {
    for (const std::size_t l2 : {512u << 10, 1u << 20, 2u << 20}) {
      const Blocks blocks = blocks_for(l1, l2);
      EXPECT_LE(blocks.depth * kTileColumns * sizeof(float), l1 / 2);
      EXPECT_GT(blocks.depth * kTileColumns * sizeof(float), l1 / 4);
      EXPECT_LE(blocks.depth * blocks.rows * sizeof(float), l2 / 2);
      EXPECT_GT(blocks.depth * blocks.rows * sizeof(float), l2 / 4);
    }
  }
}

// ---- Tiles -----------------------------------------------------------------

TEST(Tile, SumsInTheOrderOfKWhateverItsShape) {
  Rng rng(2);
  constexpr std::size_t kDepth = 37;
  for (std::size_t vectors = 1; vectors <= kTileVectors; ++vectors) {
    for (std::size_t columns = 1; columns <= kTileColumns; ++columns) {
      const std::size_t rows = vectors * kLanes;
      const Matrix A = random_matrix(rows, kDepth, rng);
      const Matrix B = random_matrix(kDepth, columns, rng);
      const Matrix T = B.t();
      for (const View& b : {view(B), view(T).transposed()}) {
        for (const bool add : {false, true}) {
          const std::size_t kept = rows - (add ? 1 : 0);
          Matrix C = random_matrix(rows, columns, rng);
          if (!add) C.fill(kNaN);  // must not be read
          Matrix expected = C;
          multiply_in_order_of_k(view(A).part(0, 0, kept, kDepth), b, expected,
                                 add ? Into::add : Into::overwrite);
          const Tile tile{kDepth,        A.memptr(), rows, b.data, b.row_step,
                          b.column_step, C.memptr(), rows, add};
          if (kept == rows) {
            multiply_tile(vectors, columns, tile);
          } else {
            multiply_ragged_tile(vectors, columns, kept, tile);
          }
          ASSERT_TRUE(same_bits(C, expected))
              << vectors << " x " << columns << (add ? ", ragged" : "");
        }
      }
    }
  }
}

TEST(TileShapes, AllComputeTheSame) {
  Rng rng(3);
  constexpr std::size_t kDepth = 11;
  for (const TileShape& shape : tile_shapes()) {
    const std::size_t rows = shape.vectors * kLanes;
    const Matrix A = random_matrix(rows, kDepth, rng);
    const Matrix T = random_matrix(shape.columns, kDepth, rng);
    Matrix C(rows, shape.columns);
    shape.multiply({kDepth, A.memptr(), rows, T.memptr(), shape.columns, 1,
                    C.memptr(), rows, false});
    EXPECT_TRUE(same_bits(C, expected_product(view(A), view(T).transposed())));
  }
}

// ---- Products --------------------------------------------------------------

// One rung of the ladder, on one thread.
struct Rung {
  const char* name;
  void (*product)(const Matrix&, const Matrix&, Matrix&);
};
constexpr Rung kRungs[] = {{"tiles", multiply_in_tiles},
                           {"blocks", multiply_in_blocks},
                           {"packed", multiply_packed},
                           {"vectors", multiply_with_vectors}};

class Ladder : public testing::TestWithParam<Rung> {};
INSTANTIATE_TEST_SUITE_P(Rungs, Ladder, testing::ValuesIn(kRungs),
                         [](const auto& rung) {
                           return std::string(rung.param.name);
                         });

// Two sums of n products in float, whatever their order, differ from the exact
// one by at most gamma_n times the sum of the absolute values, each.
// Source: Higham, Accuracy and Stability of Numerical Algorithms, 3.1.
TEST_P(Ladder, AgreesWithChapter1WithinTheBoundOfTheSum) {
  Rng rng(4);
  const std::vector<std::size_t> lengths = awkward_lengths();
  for (int round = 0; round < 200; ++round) {
    const std::size_t m = one_of(lengths, rng), n = one_of(lengths, rng);
    const std::size_t p = round % 50 == 0 ? 2000 : one_of(lengths, rng);
    const Matrix A = random_matrix(m, p, rng), B = random_matrix(p, n, rng);
    Matrix C(3, 3, arma::fill::value(kNaN)), plain, sizes;
    GetParam().product(A, B, C);
    multiply(A, B, plain);
    ASSERT_EQ(C.n_rows, m);
    ASSERT_EQ(C.n_cols, n);
    const Matrix a = arma::abs(A), b = arma::abs(B);
    multiply(a, b, sizes);
    const float nu =
        static_cast<float>(p) * std::numeric_limits<float>::epsilon() / 2;
    for (std::size_t i = 0; i < C.n_elem; ++i) {
      ASSERT_LE(std::abs(C[i] - plain[i]), 2 * nu / (1 - nu) * sizes[i] * 1.01f)
          << m << " x " << p << " x " << n;
    }
  }
}

TEST_P(Ladder, GivesTheBitsOfSumsInOrder) {
  Rng rng(5);
  const std::vector<std::size_t> lengths = awkward_lengths();
  for (int round = 0; round < 100; ++round) {
    const std::size_t m = one_of(lengths, rng), n = one_of(lengths, rng);
    const std::size_t p = round == 0 ? 1500 : one_of(lengths, rng);
    const Matrix A = random_matrix(m, p, rng), B = random_matrix(p, n, rng);
    Matrix C;
    GetParam().product(A, B, C);
    ASSERT_TRUE(same_bits(C, expected_product(view(A), view(B))))
        << m << " x " << p << " x " << n;
  }
}

TEST_P(Ladder, PassesNaNAndInfinityOnAsChapter1Does) {
  Rng rng(6);
  Matrix A = random_matrix(45, 40, rng), B = random_matrix(40, 29, rng);
  A(3, 5) = kNaN;
  A(7, 2) = kInfinity;
  B(2, 4) = 0;  // infinity times 0
  B(9, 28) = -kInfinity;
  Matrix C(45, 29, arma::fill::value(kNaN)), plain;
  GetParam().product(A, B, C);
  multiply(A, B, plain);
  for (std::size_t i = 0; i < C.n_elem; ++i) {
    EXPECT_EQ(std::isnan(C[i]), std::isnan(plain[i])) << i;
    if (!std::isinf(plain[i])) continue;
    EXPECT_EQ(C[i], plain[i]) << i;
  }
  EXPECT_TRUE(std::isnan(C(7, 4)));
  EXPECT_FALSE(std::isnan(C(0, 0)));
}

TEST_P(Ladder, RefusesShapesThatDoNotFit) {
  Matrix C;
  EXPECT_THROW(GetParam().product(Matrix(2, 3), Matrix(2, 3), C),
               std::invalid_argument);
}

// Every layout that a view can have, and a C inside a larger matrix.
TEST(MultiplyViews, ReadsAnyStepsAndWritesOnlyItsPart) {
  Rng rng(7);
  Workspace workspace;
  const std::vector<std::size_t> lengths = awkward_lengths();
  for (int round = 0; round < 300; ++round) {
    const std::size_t m = one_of(lengths, rng), p = one_of(lengths, rng),
                      n = one_of(lengths, rng);
    const Matrix wide_a = random_matrix(2 * (m + p) + 3, 2 * (m + p) + 3, rng);
    const Matrix wide_b = random_matrix(2 * (p + n) + 3, 2 * (p + n) + 3, rng);
    const auto some_view = [&](const Matrix& wide, std::size_t rows,
                               std::size_t columns) {
      const std::size_t row_step = 1 + rng.below(2);
      const View whole{wide.memptr() + 1 + rng.below(2), rows, columns,
                       row_step, wide.n_rows};
      if (rng.below(2) == 0) return whole;
      return View{whole.data, rows, columns, wide.n_rows, row_step};
    };
    const View A = some_view(wide_a, m, p), B = some_view(wide_b, p, n);
    Matrix C = random_matrix(m + 5, n + 4, rng);
    Matrix expected = C;
    const Into into = rng.below(2) == 0 ? Into::add : Into::overwrite;
    Matrix part(m, n);
    const auto inside = [](Matrix& whole, std::size_t i,
                           std::size_t j) -> float& {
      return whole(3 + i, 2 + j);
    };
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < m; ++i) part(i, j) = inside(C, i, j);
    }
    multiply_in_order_of_k(A, B, part, into);
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < m; ++i) inside(expected, i, j) = part(i, j);
    }
    const Blocks blocks{1 + rng.below(50), 1 + rng.below(100),
                        1 + rng.below(50)};
    multiply_views(A, B, {C.colptr(2) + 3, C.n_rows}, into, blocks, workspace);
    ASSERT_TRUE(same_bits(C, expected)) << m << " x " << p << " x " << n;
  }
}

TEST(MultiplyViews, TakesNoMoreMemoryTheSecondTime) {
  Rng rng(8);
  const Matrix A = random_matrix(300, 200, rng),
               B = random_matrix(200, 250, rng);
  Matrix C(300, 250);
  Workspace workspace;
  const auto multiply_once = [&] {
    multiply_views(view(A), view(B), {C.memptr(), C.n_rows}, Into::overwrite,
                   machine_blocks(), workspace);
  };
  multiply_once();
  const float* const a = workspace.a.take(1);
  const float* const b = workspace.b.take(1);
  const std::size_t packed = workspace.floats_packed;
  multiply_once();
  EXPECT_EQ(workspace.a.take(1), a);
  EXPECT_EQ(workspace.b.take(1), b);
  EXPECT_EQ(workspace.floats_packed, 2 * packed);
}

}  // namespace

}  // namespace nn
