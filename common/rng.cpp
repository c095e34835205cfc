#include "common/rng.hpp"

#include <bit>
#include <cmath>

namespace nn {

namespace {

std::uint64_t splitmix64(std::uint64_t& x) {
  std::uint64_t z = (x += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

__extension__ using uint128 = unsigned __int128;

// The natural logarithm, from additions, multiplications and divisions alone.
// IEEE 754 fixes those to the last bit and std::log not, so a seed gives the
// same normal numbers with every C library. With x = m 2^e and
// t = (m - 1)/(m + 1): ln x = e ln 2 + 2 (t + t^3/3 + t^5/5 + ...).
constexpr double kCoefficients[] = {1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15,
                                    1.0 / 13, 1.0 / 11, 1.0 / 9,  1.0 / 7,
                                    1.0 / 5,  1.0 / 3,  1.0};

double portable_log(double x) {
  int e = 0;
  double m = std::frexp(x, &e);  // 0.5 <= m < 1
  if (m < 0.70710678118654752) {
    m *= 2;
    --e;
  }
  const double t = (m - 1) / (m + 1);  // |t| < 0.172: 11 terms suffice
  const double t2 = t * t;
  double sum = 0;
  for (const double coefficient : kCoefficients) sum = sum * t2 + coefficient;
  return e * 0.69314718055994531 + 2 * t * sum;
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::uint64_t stream) {
  // Hashing the seed first keeps (seed, stream + 1) apart from
  // (seed + 1, stream).
  std::uint64_t x = splitmix64(seed) ^ stream;
  for (std::uint64_t& word : state_) word = splitmix64(x);
}

std::uint64_t Rng::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

double Rng::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

std::uint64_t Rng::below(std::uint64_t n) {
  uint128 product = static_cast<uint128>(next()) * n;
  auto low = static_cast<std::uint64_t>(product);
  if (low < n) {
    // 2^64 is no multiple of n: refuse the few values that would come twice.
    const std::uint64_t refused = (0 - n) % n;
    while (low < refused) {
      product = static_cast<uint128>(next()) * n;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double Rng::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double u = 0;
  double v = 0;
  double s = 0;
  do {
    u = uniform(-1, 1);
    v = uniform(-1, 1);
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  const double factor = std::sqrt(-2 * portable_log(s) / s);
  spare_ = v * factor;
  has_spare_ = true;
  return u * factor;
}

}  // namespace nn
