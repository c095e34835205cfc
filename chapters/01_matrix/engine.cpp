#include "01_matrix/engine.hpp"

#include <string>

#include "01_matrix/products.hpp"
#include "common/error.hpp"

namespace nn {

namespace {

// [NAIVE]
template <typename Real>
class NaiveEngine final : public BasicEngine<Real> {
  using M = Mat<Real>;

 public:
  std::string_view name() const override { return "naive"; }
  void multiply(const M& A, const M& B, M& C) const override {
    nn::multiply(A, B, C);
  }
  void multiply_left_transposed(const M& A, const M& B, M& C) const override {
    nn::multiply_left_transposed(A, B, C);
  }
  void multiply_right_transposed(const M& A, const M& B, M& C) const override {
    nn::multiply_right_transposed(A, B, C);
  }
};
// [/NAIVE]

// [ARMADILLO]
// Armadillo hands each expression to one call of BLAS, which reads a
// transposed matrix in place. Its own checks are compiled out (they would
// slow the loops down), so the shapes are checked here.
template <typename Real>
class ArmadilloEngine final : public BasicEngine<Real> {
  using M = Mat<Real>;

 public:
  std::string_view name() const override { return "armadillo"; }
  void multiply(const M& A, const M& B, M& C) const override {
    if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
    C = A * B;
  }
  void multiply_left_transposed(const M& A, const M& B, M& C) const override {
    if (A.n_rows != B.n_rows) refuse_shapes("A' * B", A, B);
    C = A.t() * B;
  }
  void multiply_right_transposed(const M& A, const M& B, M& C) const override {
    if (A.n_cols != B.n_cols) refuse_shapes("A * B'", A, B);
    C = A * B.t();
  }
};
// [/ARMADILLO]

}  // namespace

std::vector<std::string_view> engine_names() {
  return {"armadillo", "naive"};
}

template <typename Real>
std::unique_ptr<BasicEngine<Real>> make_engine(std::string_view name) {
  if (name == "naive") return std::make_unique<NaiveEngine<Real>>();
  if (name == "armadillo") return std::make_unique<ArmadilloEngine<Real>>();
  throw InputError("there is no engine '" + std::string(name) +
                   "'; choose armadillo or naive");
}

template std::unique_ptr<BasicEngine<float>> make_engine(std::string_view);
template std::unique_ptr<BasicEngine<double>> make_engine(std::string_view);

}  // namespace nn
