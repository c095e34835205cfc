/// @file
/// How fast products are.
#pragma once

#include <functional>
#include <string>

#include "common/matrix.hpp"
#include "common/rng.hpp"

namespace nn {

/// C = A * B, somehow.
using Product = std::function<void(const Matrix&, const Matrix&, Matrix&)>;

/// The three sides of a product: (m x p) * (p x n).
struct Size {
  std::size_t m;  ///< rows of A and C
  std::size_t p;  ///< columns of A, rows of B
  std::size_t n;  ///< columns of B and C

  /// "128 x 784 x 64"
  std::string name() const;
  /// Multiplications and additions.
  double operations() const;
};

/// Two random matrices that fit, normally distributed.
struct Factors {
  /// Draws both.
  Factors(const Size& size, Rng& rng);
  Matrix A;  ///< (m x p)
  Matrix B;  ///< (p x n)
};

/// The best of several runs: whatever else the machine does only adds time.
/// @returns 10^9 operations a second
double measure_gflops(const Product& product, const Factors& factors,
                      double seconds = 0.05);

}  // namespace nn
