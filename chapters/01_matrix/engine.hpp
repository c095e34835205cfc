#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "01_matrix/products.hpp"
#include "common/error.hpp"
#include "common/matrix.hpp"

namespace nn {

/// The three products that training needs, and nothing else. The network is
/// written once and takes its engine as an argument, so that `--engine naive`
/// runs the loops of this chapter and `--engine armadillo` the best BLAS of
/// the machine, and both must learn the same.
// [ENGINE]
template <typename Real>
class BasicEngine {
 public:
  virtual ~BasicEngine() = default;

  /// The name of this engine, as `--engine` takes it.
  virtual std::string_view name() const = 0;

  /// C = A * B. @see nn::multiply for shapes and errors
  virtual void multiply(const Mat<Real>& A, const Mat<Real>& B,
                        Mat<Real>& C) const = 0;

  /// C = A' * B. @see nn::multiply_left_transposed
  virtual void multiply_left_transposed(const Mat<Real>& A, const Mat<Real>& B,
                                        Mat<Real>& C) const = 0;

  /// C = A * B'. @see nn::multiply_right_transposed
  virtual void multiply_right_transposed(const Mat<Real>& A, const Mat<Real>& B,
                                         Mat<Real>& C) const = 0;
};

/// The engine of training: in `float`.
using Engine = BasicEngine<float>;
// [/ENGINE]

/// The loops of this chapter.
// [NAIVE]
template <typename Real>
class NaiveEngine final : public BasicEngine<Real> {
  using M = Mat<Real>;

 public:
  std::string_view name() const override { return "naive"; }
  /// C = A * B
  void multiply(const M& A, const M& B, M& C) const override {
    nn::multiply(A, B, C);
  }
  /// C = A' * B
  void multiply_left_transposed(const M& A, const M& B, M& C) const override {
    nn::multiply_left_transposed(A, B, C);
  }
  /// C = A * B'
  void multiply_right_transposed(const M& A, const M& B, M& C) const override {
    nn::multiply_right_transposed(A, B, C);
  }
};
// [/NAIVE]

/// Armadillo hands each expression to one call of BLAS, which reads a
/// transposed matrix in place. Its own checks are compiled out (they would
/// slow the loops down), so the shapes are checked here.
// [ARMADILLO]
template <typename Real>
class ArmadilloEngine final : public BasicEngine<Real> {
  using M = Mat<Real>;

 public:
  std::string_view name() const override { return "armadillo"; }
  /// C = A * B
  void multiply(const M& A, const M& B, M& C) const override {
    if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
    C = A * B;
  }
  /// C = A' * B
  void multiply_left_transposed(const M& A, const M& B, M& C) const override {
    if (A.n_rows != B.n_rows) refuse_shapes("A' * B", A, B);
    C = A.t() * B;
  }
  /// C = A * B'
  void multiply_right_transposed(const M& A, const M& B, M& C) const override {
    if (A.n_cols != B.n_cols) refuse_shapes("A * B'", A, B);
    // Not C = A * B.t(): OpenBLAS clears a C this large in 40 us where we take
    // 4, on AMD's Zen, a third of the product when B has few columns.
    C.zeros(A.n_rows, B.n_rows);
    C += A * B.t();
  }
};
// [/ARMADILLO]

/// The names that `make_engine` knows.
inline std::vector<std::string_view> engine_names() {
  return {"armadillo", "naive"};
}

/// @param name one of `engine_names()`
/// @returns a new engine of that name, for `Real` numbers
/// @throws InputError if there is none of that name
// [MAKE_ENGINE]
template <typename Real = float>
std::unique_ptr<BasicEngine<Real>> make_engine(std::string_view name) {
  if (name == "naive") return std::make_unique<NaiveEngine<Real>>();
  if (name == "armadillo") return std::make_unique<ArmadilloEngine<Real>>();
  throw InputError("there is no engine '" + std::string(name) +
                   "'; choose armadillo or naive");
}
// [/MAKE_ENGINE]

}  // namespace nn
