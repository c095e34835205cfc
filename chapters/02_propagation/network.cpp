#include "02_propagation/network.hpp"

#include <cmath>
#include <stdexcept>

#include "01_matrix/operations.hpp"

namespace nn {

template <typename Real>
Widths widths_of(const BasicNetwork<Real>& network) {
  Widths widths = {network.inputs()};
  for (const Layer<Real>& layer : network.layers) {
    widths.push_back(layer.W.n_rows);
  }
  return widths;
}

// [ZERO]
template <typename Real>
BasicNetwork<Real> zero_network(const Widths& widths) {
  if (widths.size() < 2) {
    throw std::invalid_argument("a network needs inputs and outputs");
  }
  BasicNetwork<Real> network;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    if (widths[l - 1] == 0 || widths[l] == 0) {
      throw std::invalid_argument("a layer needs at least one unit");
    }
    network.layers.push_back(
        {Mat<Real>(widths[l], widths[l - 1]), Vec<Real>(widths[l])});
  }
  return network;
}
// [/ZERO]

// [HE]
template <typename Real>
BasicNetwork<Real> he_network(const Widths& widths, Rng& rng) {
  BasicNetwork<Real> network = zero_network<Real>(widths);
  for (Layer<Real>& layer : network.layers) {
    const double deviation =
        std::sqrt(2.0 / static_cast<double>(layer.W.n_cols));
    for (Real& w : layer.W) w = static_cast<Real>(deviation * rng.normal());
  }
  return network;
}
// [/HE]

// [UNIFORM]
template <typename Real>
BasicNetwork<Real> uniform_network(const Widths& widths, Rng& rng) {
  BasicNetwork<Real> network = zero_network<Real>(widths);
  for (Layer<Real>& layer : network.layers) {
    for (Real& w : layer.W) w = static_cast<Real>(rng.uniform(-0.5, 0.5));
    for (Real& b : layer.b) b = static_cast<Real>(rng.uniform(-0.5, 0.5));
  }
  return network;
}
// [/UNIFORM]

// [ARITHMETIC]
template <typename Real>
void add_scaled(Real s, const BasicNetwork<Real>& from,
                BasicNetwork<Real>& into) {
  if (from.layers.size() != into.layers.size()) {
    throw std::invalid_argument(
        "networks of different depth: " + std::to_string(from.layers.size()) +
        " and " + std::to_string(into.layers.size()));
  }
  for (std::size_t l = 0; l < into.layers.size(); ++l) {
    add_scaled(s, from.layers[l].W, into.layers[l].W);
    add_scaled<Real>(s, from.layers[l].b, into.layers[l].b);
  }
}

template <typename Real>
void scale(Real s, BasicNetwork<Real>& network) {
  for (Layer<Real>& layer : network.layers) {
    scale(s, layer.W);
    scale<Real>(s, layer.b);
  }
}
// [/ARITHMETIC]

template <typename Real>
std::size_t parameter_count(const BasicNetwork<Real>& network) {
  std::size_t count = 0;
  for (const Layer<Real>& layer : network.layers) {
    count += layer.W.n_elem + layer.b.n_elem;
  }
  return count;
}

template <typename Real>
bool all_finite(const BasicNetwork<Real>& network) {
  for (const Layer<Real>& layer : network.layers) {
    if (!layer.W.is_finite() || !layer.b.is_finite()) return false;
  }
  return true;
}

namespace {

std::uint64_t fnv1a(const Matrix& A, std::uint64_t hash) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(A.memptr());
  for (std::size_t i = 0; i < A.n_elem * sizeof(float); ++i) {
    hash = (hash ^ bytes[i]) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace

std::uint64_t digest(const Network& network) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const Layer<float>& layer : network.layers) {
    hash = fnv1a(layer.b, fnv1a(layer.W, hash));
  }
  return hash;
}

// For training, and for the gradient check.
#define INSTANTIATE(Real)                                           \
  template Widths widths_of(const BasicNetwork<Real>&);             \
  template BasicNetwork<Real> zero_network(const Widths&);          \
  template BasicNetwork<Real> he_network(const Widths&, Rng&);      \
  template BasicNetwork<Real> uniform_network(const Widths&, Rng&); \
  template void add_scaled(Real, const BasicNetwork<Real>&,         \
                           BasicNetwork<Real>&);                    \
  template void scale(Real, BasicNetwork<Real>&);                   \
  template std::size_t parameter_count(const BasicNetwork<Real>&);  \
  template bool all_finite(const BasicNetwork<Real>&);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace nn
