/// @file
/// Several floats in one register, written with the compilers' vector
/// extensions: one text for SSE, AVX2, AVX-512 and NEON.
///
/// Only the files in kernels/ may contract a * b + c into one fused
/// multiply-add, which rounds once: see the Makefile. Whatever is built from
/// these functions is the same everywhere in one program, because all of them
/// are inlined.
#pragma once

#include <cstddef>

namespace nn {

// [TARGET]
/// How many floats a vector register of this processor holds, and how many
/// such registers a kernel may fill. ARM has 32; GCC 12 loads numbers of B
/// ahead there, and spills sums from 25 on.
#if defined(__AVX512F__)
inline constexpr std::size_t kLanes = 16;
inline constexpr std::size_t kRegisters = 32;  ///< to fill
#elif defined(__AVX__)
inline constexpr std::size_t kLanes = 8;
inline constexpr std::size_t kRegisters = 16;  ///< to fill
#elif defined(__aarch64__)
inline constexpr std::size_t kLanes = 4;
inline constexpr std::size_t kRegisters = 24;  ///< to fill
#else
inline constexpr std::size_t kLanes = 4;
inline constexpr std::size_t kRegisters = 16;  ///< to fill
#endif

/// Whether the files in kernels/ multiply and add in one step, with one
/// rounding.
#if defined(__FMA__) || defined(__aarch64__)
inline constexpr bool kFused = true;
#else
inline constexpr bool kFused = false;
#endif
// [/TARGET]

// [VECTOR]
/// Names the vector type of N floats.
template <std::size_t N>
struct VectorOf {
  /// N floats; `a + b` adds lane by lane, and `a * 2.0f` scales every lane.
  typedef float Type __attribute__((vector_size(N * sizeof(float))));
};

/// N floats in a register, or in several where N is more than it has lanes.
template <std::size_t N = kLanes>
using Vector = typename VectorOf<N>::Type;
// [/VECTOR]

// [LOAD_STORE]
/// V, but at any address that a float may have: most processors read a
/// register from there as fast, unless it straddles two cache lines.
template <typename V>
struct Unaligned {
  /// May also alias the floats that lie there.
  typedef V Type __attribute__((aligned(alignof(float)), may_alias));
};

/// Reads as many floats as V has lanes; `from` needs no alignment.
template <typename V>
[[gnu::always_inline]] inline void load(const float* from, V& into) {
  into = *reinterpret_cast<const typename Unaligned<V>::Type*>(from);
}

/// Writes every lane; `to` needs no alignment.
template <typename V>
[[gnu::always_inline]] inline void store(const V& v, float* to) {
  *reinterpret_cast<typename Unaligned<V>::Type*>(to) = v;
}

/// sum = sum + a * b, fused where kFused says so. `a` or `b` may be one float,
/// which then meets every lane.
template <typename A, typename B, typename V>
[[gnu::always_inline]] inline void multiply_add(const A& a, const B& b,
                                                V& sum) {
  const V before = sum;  // read first: a sanitizer's check ends Clang's fusing
  sum = a * b + before;
}
// [/LOAD_STORE]

}  // namespace nn
