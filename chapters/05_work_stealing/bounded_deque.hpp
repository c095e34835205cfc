/// @file
/// The bounded work-stealing deque of Arora, Blumofe and Plaxton.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>

#include "04_work_balancing/pool/atomics.hpp"
#include "05_work_stealing/steal.hpp"

namespace nn {

/// A double-ended queue of pointers. Its owner pushes and takes at the bottom
/// (last in, first out); any other thread steals at the top (first in, first
/// out). No locks: the owner pays one full barrier a take, a thief one
/// compare-and-swap.
///
///     slot     0     1     2     3     4
///           [     |  A  |  B  |  C  |     ]
///                    ^                 ^
///      thieves ->   top             bottom   <- the owner
///
/// Source: Arora, Blumofe, Plaxton, "Thread scheduling for multiprogrammed
/// multiprocessors", SPAA 1998, section 3; in the form of BDEQueue in Herlihy
/// and Shavit, The Art of Multiprocessor Programming, the chapter on futures,
/// scheduling and work distribution.
///
/// Why it is right. "S" is the one order of all seq_cst operations.
///
/// 1. *A slot is read only when it is filled.* Every store of `bottom_` that
///    makes it larger than 0 is a release, and a thief's load of it acquires:
///    who reads `bottom_` > i sees the push into slot i. take()'s stores count
///    too: a thief may read one of them, and since C++20 a relaxed store does
///    not carry on what an earlier release of the same thread published.
///
/// 2. *The owner takes i without a compare-and-swap only if no thief can reach
///    it.* take() stores `bottom_` = i, then loads `top_` < i. A thief that
///    wants i loads `top_` = i, then `bottom_` > i. All four are seq_cst. The
///    owner has read an older `top_` than the thief, so its load is before the
///    thief's in S; hence its store is before the thief's load of `bottom_`,
///    which finds bottom at i: empty.
///
/// 3. *The last item goes to one thread.* Owner and thief both need the
///    compare-and-swap on `top_`, and it succeeds for one of them.
///
/// 4. *An old top never returns.* When the deque runs empty the owner moves
///    both ends back to 0, so an index comes again; a thief that has slept
///    since it read `top_` would now take an item that it never looked at. The
///    stamp changes with every change of `top_`, so the thief's
///    compare-and-swap fails. (It would have to sleep through exactly 2^32
///    changes to be deceived.)
///
/// 5. *A slot is not overwritten before the thief that keeps its item has read
///    it.* If a thief took i, push() fills slot i again only after `top_` went
///    back to 0, and there the owner has acquired `top_` from that thief, whose
///    reading of the slot thus happens before. If the owner took i, no thief
///    gets it, see 2 to 4: the slot is free at once.
///
/// 6. *Who reads the new `top_` finds `bottom_` at 0.* Or it would take slot 0
///    again on an old `bottom_`. The owner stores `bottom_` = 0 before it moves
///    `top_` to 0, and both ways to move it release.
///
/// tests/model/ runs this source through every interleaving and every stale
/// read that C++20 allows in small programs, and so do its mutations.
///
/// @tparam T        the deque holds `T*` and owns nothing
/// @tparam Atomics  where the atomic operations come from
template <typename T, typename Atomics = StandardAtomics>
class BoundedDeque {
 public:
  /// Room for `capacity` items.
  /// @throws std::length_error above 2^31 - 1
  explicit BoundedDeque(std::size_t capacity)
      : capacity_(checked(capacity)),
        slots_(std::make_unique<Slot[]>(capacity)) {}

  // [PUSH]
  /// Owner only. Adds `item` (not null) at the bottom; false if there is no
  /// room. Stolen items give their room back only when the deque runs empty.
  bool push(T* item) {
    const std::int32_t b = bottom_.load(relaxed);  // only the owner writes it
    if (b == capacity_) return false;
    slot(b).store(item, relaxed);   // published by the next line
    bottom_.store(b + 1, release);  // with the load of bottom_ in steal()
    return true;
  }
  // [/PUSH]

  // [TAKE]
  /// Owner only. Takes the youngest item; null when there is none.
  T* take() {
    const std::int32_t b = bottom_.load(relaxed) - 1;
    if (b < 0) return nullptr;
    T* const item = slot(b).load(relaxed);  // what the owner itself put there
    bottom_.store(b, seq_cst);              // with bottom_ in steal(), see 2
    const Top top = top_.load(seq_cst);     // with the thieves' swap, 2 and 5
    if (b > top.index) return item;
    return take_last(top, b, item);
  }
  // [/TAKE]

  // [STEAL]
  /// Any thread but the owner. Takes the oldest item.
  Steal<T> steal() {
    Top top = top_.load(seq_cst);  // with take_last(), see 2 and 4
    const std::int32_t b = bottom_.load(seq_cst);  // with push() and take()
    if (b <= top.index) return {StealOutcome::kEmpty};
    // Before the exchange: after it the slot may hold another item.
    T* const item = slot(top.index).load(relaxed);  // seen through bottom_
    const Top next{top.index + 1, top.stamp + 1};
    // With the owner's loads of top_, see 2 and 5.
    if (!top_.compare_exchange_strong(top, next, seq_cst, relaxed))
      return {StealOutcome::kLost};
    return {StealOutcome::kGot, item};
  }
  // [/STEAL]

  /// Any thread. How many items there were at some moment: a hint, and out of
  /// date at once. Relaxed: nothing is read on the strength of it.
  ///
  /// The pool does without it: its second look before sleeping is take() and
  /// steal(). It would suffice there: an item pushed before the notifier's
  /// fence and not yet gone is seen after the sleeper's fence, see EventCount.
  /// Both loads then return what stood before the notifier's fence or something
  /// newer, and while the item is there that is never an empty deque.
  std::size_t size() const {
    const std::int32_t t = top_.load(relaxed).index;
    const std::int32_t b = bottom_.load(relaxed);
    return b > t ? static_cast<std::size_t>(b - t) : 0;
  }

  /// Any thread. A hint, as size() is.
  bool empty() const { return size() == 0; }

 private:
  using enum std::memory_order;
  template <typename Value>
  using Atomic = typename Atomics::template Atomic<Value>;
  using Slot = Atomic<T*>;

  // [TOP]
  // Index and stamp change together, so they share one word. The alignment
  // lets Clang use the processor's 8-byte instructions too.
  struct alignas(8) Top {
    std::int32_t index;   // of the oldest item
    std::uint32_t stamp;  // counts the changes of top_
  };
  static_assert(std::atomic<Top>::is_always_lock_free);
  // [/TOP]

  // [TAKE_LAST]
  // The deque is empty now, or will be when `item` is gone: both ends go to 0.
  T* take_last(Top top, std::int32_t b, T* item) {
    const bool there = b == top.index;  // else a thief has it already
    const Top reset{0, top.stamp + 1};
    bottom_.store(0, release);  // before top_, which publishes it: see 6
    // Against the thieves' exchange. Success releases, see 6; a failure
    // acquires, see 5.
    if (there && top_.compare_exchange_strong(top, reset, seq_cst, acquire))
      return item;
    // No thief can change top_ any more: bottom_ is not above it.
    top_.store(Top{0, top.stamp + 1}, release);  // with top_ in steal(), see 6
    return nullptr;
  }
  // [/TAKE_LAST]

  static std::int32_t checked(std::size_t capacity) {
    if (capacity > std::numeric_limits<std::int32_t>::max())
      throw std::length_error("BoundedDeque: capacity above 2^31 - 1");
    return static_cast<std::int32_t>(capacity);
  }

  // [LAYOUT]
  Slot& slot(std::int32_t index) {
    return slots_[static_cast<std::size_t>(index)];
  }

  alignas(kCacheLine) Atomic<Top> top_{Top{0, 0}};
  alignas(kCacheLine) Atomic<std::int32_t> bottom_{0};
  const std::int32_t capacity_;
  const std::unique_ptr<Slot[]> slots_;
  // [/LAYOUT]
};

}  // namespace nn
