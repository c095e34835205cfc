#include "08_parallel_matrix/kernels/output.hpp"

#include <cmath>
#include <cstring>

namespace nn {

namespace {

using V = Vector<>;
typedef std::int32_t Integers
    __attribute__((vector_size(kLanes * sizeof(std::int32_t))));

template <typename To, typename From>
To same_bits(const From& from) {
  To to;
  static_assert(sizeof to == sizeof from);
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace

// [EXPONENTIAL]
V exponential(V x) {
  x = x < -87.0f ? V{} - 87.0f : x;
  // x = n ln 2 + r: e^x is 2^n e^r. Adding 1.5 * 2^23 rounds to a whole
  // number, which then stands in the lowest bits.
  constexpr float kRound = 12582912.0f;
  const V shifted = x * 1.44269504f + kRound;
  const V n = shifted - kRound;
  const V r = x - n * 0.693359375f + n * 2.12194440e-4f;
  V p = V{} + 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // 2^n: n + 127 are the bits of its exponent, and kRound's shift out.
  return p * same_bits<V>((same_bits<Integers>(shifted) + 127) << 23);
}
// [/EXPONENTIAL]

namespace {

V read(const float* from) {
  V v;
  load(from, v);
  return v;
}

// [SOFTMAX]
// kLanes images at once: P instead of scores. The largest scores and the sums
// of e^(score - largest) go where they are wanted.
void softmax_lanes(float* scores, std::size_t classes, std::size_t stride,
                   V& largest, V& sums) {
  largest = read(scores);
  for (std::size_t c = 1; c < classes; ++c) {
    const V z = read(scores + c * stride);
    largest = z < largest ? largest : z;
  }
  sums = V{};
  for (std::size_t c = 0; c < classes; ++c) {
    const V e = exponential(read(scores + c * stride) - largest);
    sums += e;
    store(e, scores + c * stride);
  }
  for (std::size_t c = 0; c < classes; ++c) {
    store(read(scores + c * stride) / sums, scores + c * stride);
  }
}
// [/SOFTMAX]

}  // namespace

// [ERROR_OF]
double error_of(float* scores, std::span<const std::uint8_t> labels,
                std::size_t classes, std::size_t stride, float step) {
  double loss = 0;
  for (std::size_t j = 0; j < labels.size(); j += kLanes) {
    const std::size_t count = std::min(kLanes, labels.size() - j);
    for (std::size_t i = 0; i < count; ++i) {
      loss -= static_cast<double>(scores[labels[j + i] * stride + j + i]);
    }
    V largest;
    V sums;
    softmax_lanes(scores + j, classes, stride, largest, sums);
    for (std::size_t i = 0; i < count; ++i) {
      loss += static_cast<double>(largest[i] + std::log(sums[i]));
      scores[labels[j + i] * stride + j + i] -= 1.0f;
    }
    for (std::size_t c = 0; c < classes; ++c) {
      store(read(scores + c * stride + j) * step, scores + c * stride + j);
    }
  }
  return loss / static_cast<double>(labels.size());
}
// [/ERROR_OF]

}  // namespace nn
