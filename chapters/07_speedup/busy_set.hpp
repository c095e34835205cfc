#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nn {

/// Which of n queues hold something: a bit each. It finds the first from some
/// place on in n/64 steps, where looking into each would take n.
class BusySet {
 public:
  /// All of `count` queues are empty.
  explicit BusySet(std::size_t count)
      : count_(count), words_((count + 63) / 64) {}

  /// Queue `i` holds something, or not.
  void mark(std::size_t i, bool busy) {
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    words_[i / 64] = busy ? words_[i / 64] | bit : words_[i / 64] & ~bit;
  }

  // [NEXT]
  /// The first busy one of `first`, `first` + 1, ..., round the end and on to
  /// `first` - 1; count() if there is none.
  std::size_t next(std::size_t first) const {
    // BEGIN SOLUTION next
    const std::size_t start = first / 64;
    const std::uint64_t from_first = ~std::uint64_t{0} << (first % 64);
    if (const auto word = words_[start] & from_first) return place(start, word);
    for (std::size_t k = 1; k < words_.size(); ++k) {
      const std::size_t w = (start + k) % words_.size();
      if (words_[w] != 0) return place(w, words_[w]);
    }
    const auto rest = words_[start] & ~from_first;
    return rest != 0 ? place(start, rest) : count_;
    // END SOLUTION
  }
  // [/NEXT]

  /// How many queues there are.
  std::size_t count() const { return count_; }

 private:
  static std::size_t place(std::size_t word, std::uint64_t bits) {
    return 64 * word + static_cast<std::size_t>(std::countr_zero(bits));
  }

  std::size_t count_;
  std::vector<std::uint64_t> words_;
};

}  // namespace nn
