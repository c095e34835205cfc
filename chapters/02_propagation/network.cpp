#include "02_propagation/network.hpp"

#include <fmt/format.h>

namespace nn {

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

std::string digest_text(std::uint64_t digest) {
  return fmt::format("{:016x}", digest);
}

}  // namespace nn
