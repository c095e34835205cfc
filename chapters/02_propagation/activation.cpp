#include "02_propagation/activation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "01_matrix/operations.hpp"

namespace nn {

// [RELU]
template <typename Real>
void relu(Mat<Real>& A) {
  maximum(A, Real{0}, A);
}

template <typename Real>
void multiply_by_relu_slope(const Mat<Real>& A, Mat<Real>& delta) {
  if (A.n_rows != delta.n_rows || A.n_cols != delta.n_cols) {
    refuse_shapes("delta .* relu'", delta, A);
  }
  const Real* a = A.memptr();
  Real* d = delta.memptr();
  for (arma::uword i = 0; i < A.n_elem; ++i) d[i] = a[i] > 0 ? d[i] : Real{0};
}
// [/RELU]

// [SOFTMAX]
template <typename Real>
void softmax(const Mat<Real>& Z, Mat<Real>& P) {
  P.set_size(Z.n_rows, Z.n_cols);
  for (arma::uword j = 0; j < Z.n_cols; ++j) {
    const Real largest = *std::max_element(Z.begin_col(j), Z.end_col(j));
    Real sum = 0;
    for (arma::uword i = 0; i < Z.n_rows; ++i) {
      P(i, j) = std::exp(Z(i, j) - largest);
      sum += P(i, j);
    }
    for (arma::uword i = 0; i < Z.n_rows; ++i) P(i, j) /= sum;
  }
}
// [/SOFTMAX]

// [CROSS_ENTROPY]
template <typename Real>
double cross_entropy(const Mat<Real>& Z, std::span<const std::uint8_t> labels) {
  if (labels.size() != Z.n_cols || labels.empty()) {
    throw std::invalid_argument("cross_entropy: " + shape_of(Z) + " with " +
                                std::to_string(labels.size()) + " labels");
  }
  double loss = 0;
  for (arma::uword j = 0; j < Z.n_cols; ++j) {
    const Real largest = *std::max_element(Z.begin_col(j), Z.end_col(j));
    Real sum = 0;
    for (arma::uword i = 0; i < Z.n_rows; ++i) {
      sum += std::exp(Z(i, j) - largest);
    }
    loss += std::log(sum) + largest - Z(labels[j], j);
  }
  return loss / static_cast<double>(Z.n_cols);
}
// [/CROSS_ENTROPY]

#define INSTANTIATE(Real)                                             \
  template void relu(Mat<Real>&);                                     \
  template void multiply_by_relu_slope(const Mat<Real>&, Mat<Real>&); \
  template void softmax(const Mat<Real>&, Mat<Real>&);                \
  template double cross_entropy(const Mat<Real>&,                     \
                                std::span<const std::uint8_t>);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace nn
