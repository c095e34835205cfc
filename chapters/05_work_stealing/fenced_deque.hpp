/// @file
/// The growing deque again, with the C11 fences of Le et al.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "04_work_balancing/pool/atomics.hpp"
#include "05_work_stealing/circular_buffer.hpp"
#include "05_work_stealing/steal.hpp"

namespace nn {

/// GrowingDeque in which stand-alone fences give the order that seq_cst
/// operations give there. On x86 both cost one full barrier a take; on
/// processors that order less, a fence can be cheaper, or dearer. To compare
/// and to learn from: ThreadSanitizer does not model fences and reports this
/// (correct) deque, so the pools use the other.
///
/// Source: Le, Pop, Cohen, Zappa Nardelli, "Correct and efficient work-stealing
/// for weak memory models", PPoPP 2013, figure 1, but for three things:
/// - indices are signed, where the paper's are `size_t`: a take from a fresh
///   deque made its bottom the largest number there is, far above top;
/// - the ring is published with release and read with acquire: with relaxed
///   ones a thief may see the new ring and not what was copied into it (found
///   by Norris and Demsky, "CDSchecker", OOPSLA 2013);
/// - push() goes on with the ring that growing made, never with the old one.
///
/// Why it is right: GrowingDeque's argument, with other means for two steps.
///
/// 1. *A slot is read only when it is filled.* push() has a release fence after
///    filling the slot. It covers every store of `bottom_` that follows in the
///    owner, take()'s relaxed ones too: who acquires any of them sees the slot.
///    A release *store* in push() would cover only itself (C++20).
///
/// 2. *The owner takes i without a compare-and-swap only if no thief can reach
///    it.* In both threads a seq_cst fence stands between the access to the one
///    index and to the other. If the owner's fence is first, the thief reads
///    the lowered `bottom_`: empty. If the thief's is first, the owner reads
///    the `top_` that the thief has seen: not below i.
///
/// @tparam T        the deque holds `T*` and owns nothing
/// @tparam Atomics  where the atomic operations come from
template <typename T, typename Atomics = StandardAtomics>
class FencedDeque {
 public:
  /// Room for at least `capacity` items before the first growth.
  explicit FencedDeque(std::size_t capacity)
      : buffer_(new_buffer(capacity)), ring_(buffers_.back()->ring()) {}

  // [PUSH]
  /// Owner only. Adds `item` (not null) at the bottom. False, and nothing has
  /// changed, if it should grow and there is no memory for it.
  bool push(T* item) {
    const std::int64_t b = bottom_.load(relaxed);  // only the owner writes it
    const std::int64_t t = top_.load(acquire);     // with steal()'s exchange
    if (b - t >= ring_.capacity() && !grow(t, b)) return false;
    ring_.put(b, item);
    Atomics::fence(release);        // with bottom_'s acquire in steal(), see 1
    bottom_.store(b + 1, relaxed);  // released by the fence
    return true;
  }
  // [/PUSH]

  // [TAKE]
  /// Owner only. Takes the youngest item; null when there is none.
  T* take() {
    // BEGIN SOLUTION take
    const std::int64_t b = bottom_.load(relaxed) - 1;
    // Only the owner writes slots, so it may read its own before the barrier.
    T* const item = ring_.get(b);
    bottom_.store(b, relaxed);            // released by the fence in push()
    Atomics::fence(seq_cst);              // with the fence in steal(), see 2
    std::int64_t t = top_.load(relaxed);  // ordered by the fence
    if (t < b) return item;
    if (t > b) return restore(b, nullptr);  // it was empty
    // The last one: against the thieves' exchange.
    const bool won = top_.compare_exchange_strong(t, t + 1, seq_cst, relaxed);
    return restore(b, won ? item : nullptr);
    // END SOLUTION
  }
  // [/TAKE]

  // [STEAL]
  /// Any thread but the owner. Takes the oldest item.
  Steal<T> steal() {
    // BEGIN SOLUTION steal
    std::int64_t t = top_.load(acquire);  // with the exchanges
    Atomics::fence(seq_cst);              // with the fence in take(), see 2
    const std::int64_t b = bottom_.load(acquire);  // with push()'s fence
    if (t >= b) return {StealOutcome::kEmpty};
    // After bottom_, and before the exchange, as in GrowingDeque.
    T* const item = buffer_.load(acquire)->ring().get(t);  // with grow()
    // With the owner's loads of top_.
    if (!top_.compare_exchange_strong(t, t + 1, seq_cst, relaxed))
      return {StealOutcome::kLost};
    return {StealOutcome::kGot, item};
    // END SOLUTION
  }
  // [/STEAL]

  /// Any thread. How many items there were at some moment: a hint, and out of
  /// date at once. Relaxed: nothing is read on the strength of it. The pool
  /// does without it, see BoundedDeque::size().
  std::size_t size() const {
    const std::int64_t t = top_.load(relaxed);
    const std::int64_t b = bottom_.load(relaxed);
    return b > t ? static_cast<std::size_t>(b - t) : 0;
  }

  /// Any thread. A hint, as size() is.
  bool empty() const { return size() == 0; }

 private:
  using enum std::memory_order;
  template <typename Value>
  using Atomic = typename Atomics::template Atomic<Value>;
  using Buffer = CircularBuffer<T, Atomics>;

  // The deque is empty: top is at b + 1, and bottom goes there too.
  T* restore(std::int64_t b, T* item) {
    bottom_.store(b + 1, relaxed);  // released by the fence in push()
    return item;
  }

  // Kept out of push(), which stays short.
  [[gnu::noinline]] bool grow(std::int64_t t, std::int64_t b) try {
    buffers_.push_back(buffers_.back()->grown(t, b));
    Buffer* const bigger = buffers_.back().get();
    ring_ = bigger->ring();
    buffer_.store(bigger, release);  // the copy, to the load in steal()
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  Buffer* new_buffer(std::size_t capacity) {
    buffers_.push_back(std::make_unique<Buffer>(capacity));
    return buffers_.back().get();
  }

  alignas(kCacheLine) Atomic<std::int64_t> top_{0};
  alignas(kCacheLine) Atomic<std::int64_t> bottom_{0};
  std::vector<std::unique_ptr<Buffer>> buffers_;  // the last is in use
  Atomic<Buffer*> buffer_;                        // the last, for the thieves
  Ring<T, Atomics> ring_;                         // the last, for the owner
};

}  // namespace nn
