#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "common/matrix.hpp"

namespace nn {

/// The three products that training needs, and nothing else. The network is
/// written once and takes its engine as an argument, so that `--engine naive`
/// runs the loops of this chapter and `--engine armadillo` the best BLAS of
/// the machine, and both must learn the same.
template <typename Real>
class BasicEngine {
 public:
  virtual ~BasicEngine() = default;

  /// What `--engine` calls it.
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

using Engine = BasicEngine<float>;

/// The names that `make_engine` knows.
std::vector<std::string_view> engine_names();

/// @param name one of `engine_names()`
/// @returns a new engine of that name, for `Real` numbers
/// @throws InputError on another name
template <typename Real = float>
std::unique_ptr<BasicEngine<Real>> make_engine(std::string_view name);

}  // namespace nn
