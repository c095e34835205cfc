/// @file
/// The growing work-stealing deque of Chase and Lev.
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

/// A work-stealing deque that never fills up: same ends, same callers as
/// BoundedDeque, but the slots form a ring that the owner doubles when it is
/// full. The indices only ever grow (2^63 is far away), so no top returns and
/// no stamp is needed.
///
/// Source: Chase and Lev, "Dynamic circular work-stealing deque", SPAA 2005.
/// The memory orders are seq_cst operations without stand-alone fences, which
/// ThreadSanitizer understands; FencedDeque has the fences.
///
/// Why it is right. "S" is the one order of all seq_cst operations.
///
/// 1. *A slot is read only when it is filled.* Every store of `bottom_` is at
///    least a release, and a thief's load of it acquires: who reads `bottom_` >
///    i sees the push of i. take()'s stores count too: since C++20 a relaxed
///    store does not carry on what an earlier release of the same thread
///    published.
///
/// 2. *The owner takes i without a compare-and-swap only if no thief can reach
///    it.* take() stores `bottom_` = i, then loads `top_` < i. A thief that
///    wants i loads `top_` = i, then `bottom_` > i. All four are seq_cst. The
///    owner has read an older `top_` than the thief, so its load is before the
///    thief's in S; hence its store is before the thief's load of `bottom_`,
///    which finds bottom at i: empty.
///
/// 3. *Every other item goes to one thread.* It needs the compare-and-swap of
///    `top_` from i to i + 1, which succeeds once in the life of the deque.
///
/// 4. *A slot is not overwritten before the thief that keeps its item has read
///    it.* If a thief took i, push() reuses the slot of i only when it has read
///    a `top_` above i, and acquired from that thief, whose reading of the slot
///    thus happens before. An older `top_` only makes the ring look fuller than
///    it is: it grows early. If the owner took i, no thief gets it, see 2 and
///    3: the slot is free at once.
///
/// 5. *A thief finds i in whichever ring it got.* It loads `buffer_` after
///    `bottom_`: a ring at least as new as the one that i was pushed into. A
///    newer one holds a copy, seen because `buffer_` is released after copying;
///    an older one is never written again, so it still holds i if it did.
///
/// 6. *No ring is freed while a thief reads it.* All rings stay until the deque
///    dies, when nobody may use it any more. The old ones together are smaller
///    than the last, so this at most doubles the memory.
///
/// @tparam T        the deque holds `T*` and owns nothing
/// @tparam Atomics  where the atomic operations come from
template <typename T, typename Atomics = StandardAtomics>
class GrowingDeque {
 public:
  /// Room for at least `capacity` items before the first growth.
  explicit GrowingDeque(std::size_t capacity)
      : buffer_(new_buffer(capacity)), ring_(buffers_.back()->ring()) {}

  // [PUSH]
  /// Owner only. Adds `item` (not null) at the bottom. False, and nothing has
  /// changed, if it should grow and there is no memory for it.
  bool push(T* item) {
    const std::int64_t b = bottom_.load(relaxed);  // only the owner writes it
    const std::int64_t t = top_.load(acquire);     // with steal(), see 4
    if (b - t >= ring_.capacity() && !grow(t, b)) return false;
    ring_.put(b, item);             // published by the next line
    bottom_.store(b + 1, release);  // with the load of bottom_ in steal()
    return true;
  }
  // [/PUSH]

  // [TAKE]
  /// Owner only. Takes the youngest item; null when there is none. An empty
  /// deque is left with bottom at top. The indices are signed: on a fresh deque
  /// b is -1, which must be less than top.
  T* take() {
    // BEGIN SOLUTION take
    const std::int64_t b = bottom_.load(relaxed) - 1;
    // Only the owner writes slots, so it may read its own before the barrier.
    T* const item = ring_.get(b);
    bottom_.store(b, seq_cst);            // with bottom_ in steal(), see 2
    std::int64_t t = top_.load(seq_cst);  // with the thieves' exchange, see 2
    if (t < b) return item;
    if (t > b) return restore(b, nullptr);  // it was empty
    // The last one: against the thieves' exchange, see 3.
    const bool won = top_.compare_exchange_strong(t, t + 1, seq_cst, relaxed);
    return restore(b, won ? item : nullptr);
    // END SOLUTION
  }
  // [/TAKE]

  // [STEAL]
  /// Any thread but the owner. Takes the oldest item, in one attempt. kLost
  /// if another thread took that item first, kEmpty if there was none.
  Steal<T> steal() {
    // BEGIN SOLUTION steal
    std::int64_t t = top_.load(seq_cst);           // with the exchanges, see 2
    const std::int64_t b = bottom_.load(seq_cst);  // with push() and take()
    if (t >= b) return {StealOutcome::kEmpty};
    // After bottom_, and before the exchange: see 5 and 4.
    T* const item = buffer_.load(acquire)->ring().get(t);  // with grow()
    // With the owner's loads of top_, see 2 and 4.
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

  // [RESTORE]
  // The deque is empty: top is at b + 1, and bottom goes there too.
  T* restore(std::int64_t b, T* item) {
    bottom_.store(b + 1, release);  // with bottom_ in steal(), see 1
    return item;
  }
  // [/RESTORE]

  // [GROW]
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
  // [/GROW]

  // [LAYOUT]
  alignas(kCacheLine) Atomic<std::int64_t> top_{0};
  alignas(kCacheLine) Atomic<std::int64_t> bottom_{0};
  std::vector<std::unique_ptr<Buffer>> buffers_;  // the last is in use
  Atomic<Buffer*> buffer_;                        // the last, for the thieves
  // And for the owner, who knows without asking: it saves two loads a push.
  Ring<T, Atomics> ring_;
  // [/LAYOUT]
};

}  // namespace nn
