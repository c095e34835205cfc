#include "02_propagation/propagation.hpp"

#include <stdexcept>

#include "01_matrix/operations.hpp"
#include "02_propagation/activation.hpp"

namespace nn {

namespace {

// The input of layer l: the batch itself, or what the layer below gave.
template <typename Real>
const Mat<Real>& input_of(std::size_t l, const Mat<Real>& X,
                          const BasicPass<Real>& pass) {
  return l == 0 ? X : pass.A[l - 1];
}

}  // namespace

// [FORWARD]
template <typename Real>
void forward(const BasicEngine<Real>& engine, const BasicNetwork<Real>& network,
             const Mat<Real>& X, BasicPass<Real>& pass) {
  const std::size_t L = network.layers.size();
  pass.A.resize(L);
  for (std::size_t l = 0; l < L; ++l) {
    const Layer<Real>& layer = network.layers[l];
    Mat<Real>& A = pass.A[l];
    engine.multiply(layer.W, input_of(l, X, pass), A);  // Z = W * A
    add_column(layer.b, A);                             // Z = Z + b
    if (l + 1 < L) relu(A);                             // A = max(Z, 0)
  }
  softmax(pass.A[L - 1], pass.P);
}
// [/FORWARD]

// [OUTPUT_ERROR]
// delta of the last layer. Softmax and cross-entropy together have the
// simplest derivative there is: (P - Y) / B.
template <typename Real>
static void output_error(const Mat<Real>& P,
                         std::span<const std::uint8_t> labels,
                         Mat<Real>& delta) {
  if (labels.size() != P.n_cols) {
    throw std::invalid_argument("backward: " + shape_of(P) + " with " +
                                std::to_string(labels.size()) + " labels");
  }
  one_hot(labels, P.n_rows, delta);  // Y
  subtract(P, delta, delta);         // P - Y
  scale(Real{1} / static_cast<Real>(labels.size()), delta);
}
// [/OUTPUT_ERROR]

// [BACKWARD]
template <typename Real>
void backward(const BasicEngine<Real>& engine,
              const BasicNetwork<Real>& network, const Mat<Real>& X,
              std::span<const std::uint8_t> labels, BasicPass<Real>& pass,
              BasicNetwork<Real>& gradient) {
  const std::size_t L = network.layers.size();
  pass.delta.resize(L);
  gradient.layers.resize(L);
  output_error(pass.P, labels, pass.delta[L - 1]);
  for (std::size_t l = L; l-- > 0;) {
    const Mat<Real>& A = input_of(l, X, pass);
    const Mat<Real>& delta = pass.delta[l];
    auto& [dW, db] = gradient.layers[l];
    engine.multiply_right_transposed(delta, A, dW);  // dW = delta * A'
    row_sums(delta, db);                             // db = delta's row sums
    if (l == 0) break;
    Mat<Real>& below = pass.delta[l - 1];
    engine.multiply_left_transposed(network.layers[l].W, delta, below);
    multiply_by_relu_slope(A, below);  // below = (W' * delta) .* relu'(Z)
  }
}
// [/BACKWARD]

#define INSTANTIATE(Real)                                                     \
  template void forward(const BasicEngine<Real>&, const BasicNetwork<Real>&,  \
                        const Mat<Real>&, BasicPass<Real>&);                  \
  template void backward(const BasicEngine<Real>&, const BasicNetwork<Real>&, \
                         const Mat<Real>&, std::span<const std::uint8_t>,     \
                         BasicPass<Real>&, BasicNetwork<Real>&);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace nn
