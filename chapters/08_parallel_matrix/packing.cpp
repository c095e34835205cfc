#include "08_parallel_matrix/packing.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "08_parallel_matrix/lanes.hpp"

namespace nn {

namespace {

constexpr std::size_t kCacheLineBytes = 64;

// Each step lies in one piece already.
void pack_steps(const View& A, std::size_t width, float* to) {
  const std::size_t whole = A.rows / kLanes * kLanes;
  for (std::size_t k = 0; k < A.columns; ++k, to += width) {
    const float* const from = A.at(0, k);
    for (std::size_t i = 0; i < whole; i += kLanes) {
      Vector<> part;
      load(from + i, part);
      store(part, to + i);
    }
    for (std::size_t i = whole; i < A.rows; ++i) to[i] = from[i];
    for (std::size_t i = A.rows; i < width; ++i) to[i] = 0;
  }
}

// Number by number, however they lie.
// [PACK_NUMBERS]
void pack_numbers(const View& A, std::size_t width, float* to) {
  // BEGIN SOLUTION pack_panel
  for (std::size_t k = 0; k < A.columns; ++k, to += width) {
    for (std::size_t i = 0; i < A.rows; ++i) to[i] = *A.at(i, k);
    for (std::size_t i = A.rows; i < width; ++i) to[i] = 0;
  }
  // END SOLUTION
}
// [/PACK_NUMBERS]

// [TRANSPOSE]
using Square = std::array<Vector<>, kLanes>;

// a0 b0 a1 b1 ..., from the lower or the upper half of both.
template <bool kUpper, std::size_t... I>
void interleave(const Vector<>& a, const Vector<>& b, Vector<>& into,
                std::index_sequence<I...>) {
  constexpr std::size_t kFirst = kUpper ? kLanes / 2 : 0;
  into = __builtin_shufflevector(a, b, (kFirst + I / 2 + I % 2 * kLanes)...);
}

// Like shuffling cards: cut the rows in two halves and interleave them. Once
// for each bit of a row's number, and the rows have become columns.
void transpose(Square& rows) {
  constexpr std::make_index_sequence<kLanes> kAll;
  for (std::size_t bit = 1; bit < kLanes; bit *= 2) {
    Square next;
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
      interleave<false>(rows[i], rows[i + kLanes / 2], next[2 * i], kAll);
      interleave<true>(rows[i], rows[i + kLanes / 2], next[2 * i + 1], kAll);
    }
    rows = next;
  }
}
// [/TRANSPOSE]

// kLanes steps of up to kLanes rows, each of which lies in one piece. Stores
// whole registers: what is too much of one, the next overwrites.
void pack_square(const View& A, std::size_t width, float* to) {
  Square rows{};
  for (std::size_t i = 0; i < A.rows; ++i) load(A.at(i, 0), rows[i]);
  transpose(rows);
  for (std::size_t k = 0; k < kLanes; ++k) store(rows[k], to + k * width);
}

// The last rows first: their registers reach into the next step's first rows.
void pack_rows(const View& A, std::size_t width, float* to) {
  std::size_t k = 0;
  for (; k + kLanes <= A.columns; k += kLanes) {
    for (std::size_t i = (width - 1) / kLanes * kLanes + kLanes; i > 0;) {
      i -= kLanes;
      const std::size_t rows = A.rows > i ? std::min(kLanes, A.rows - i) : 0;
      pack_square(A.part(i, k, rows, kLanes), width, to + k * width + i);
    }
  }
  pack_numbers(A.part(0, k, A.rows, A.columns - k), width, to + k * width);
}

}  // namespace

// [PACK]
void pack_panel(const View& A, std::size_t width, float* to) {
  if (A.row_step == 1) return pack_steps(A, width, to);
  if (A.column_step == 1) return pack_rows(A, width, to);
  pack_numbers(A, width, to);
}
// [/PACK]

float* Buffer::take(std::size_t count) {
  if (count > count_) {
    const std::size_t bytes =
        (count * sizeof(float) + kCacheLineBytes - 1) & ~(kCacheLineBytes - 1);
    memory_.reset();
    count_ = 0;
    memory_.reset(
        static_cast<float*>(std::aligned_alloc(kCacheLineBytes, bytes)));
    if (!memory_) throw std::bad_alloc();
    count_ = count;
  }
  return memory_.get();
}

}  // namespace nn
