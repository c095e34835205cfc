#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace nn {

/// A stream of random numbers that is the same on every machine.
///
/// Stream k of a seed is a pure function of (seed, k): model 7 draws the same
/// numbers whichever thread trains it and whenever. The standard library
/// fixes its generators but not its distributions, so we draw uniform and
/// normal numbers and shuffles ourselves.
///
/// Source: xoshiro256** 1.0 by Blackman and Vigna (2018), its state filled by
/// SplitMix64 (Steele, Lea, Flood 2014), as its authors advise.
class Rng {
 public:
  /// Stream `stream` of `seed`, from its beginning.
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0);

  /// The next 64 random bits.
  std::uint64_t next();

  /// A number in [0, 1), a multiple of 2^-53.
  double uniform();

  /// A number in [low, high).
  double uniform(double low, double high);

  /// A whole number in [0, n), each equally likely. n must not be 0.
  /// Source: Lemire, "Fast random integer generation in an interval" (2019).
  std::uint64_t below(std::uint64_t n);

  /// A draw from the normal distribution with mean 0 and variance 1.
  /// Source: Marsaglia's polar method (1964). It gives two at a time.
  double normal();

  // [SHUFFLE]
  /// Puts the items in random order, each order equally likely.
  /// Source: Fisher and Yates as in Knuth, TAOCP 2, 3.4.2, algorithm P.
  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[below(i)]);
    }
  }
  // [/SHUFFLE]

 private:
  std::uint64_t state_[4];
  double spare_ = 0;  // the second of two normal draws
  bool has_spare_ = false;
};

}  // namespace nn
