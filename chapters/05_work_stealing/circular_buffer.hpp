/// @file
/// The storage of the growing deques: a ring of atomic pointers.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "04_work_balancing/pool/atomics.hpp"

namespace nn {

/// A ring: index i lives in slot i modulo the capacity, a power of two. This
/// is where it lies, not the memory itself, which a CircularBuffer holds.
///
/// The slots are atomic because a thief that is too late may read one while
/// the owner fills it. They are relaxed because such a thief throws away what
/// it read; who keeps it has been told by `bottom_` that it is there.
// [RING]
template <typename T, typename Atomics = StandardAtomics>
class Ring {
 public:
  /// The type of a slot.
  using Slot = typename Atomics::template Atomic<T*>;

  /// @param slots     the first slot, which must outlive this
  /// @param capacity  how many there are, a power of two
  Ring(Slot* slots, std::size_t capacity)
      : slots_(slots), mask_(static_cast<std::int64_t>(capacity) - 1) {}

  /// The number of slots, a power of two.
  std::int64_t capacity() const { return mask_ + 1; }

  /// The item in slot `index` modulo the capacity; null if never filled.
  /// Any thread.
  T* get(std::int64_t index) const {
    return slots_[index & mask_].load(std::memory_order_relaxed);
  }
  /// Fills slot `index` modulo the capacity. Owner only.
  void put(std::int64_t index, T* item) const {
    slots_[index & mask_].store(item, std::memory_order_relaxed);
  }

 private:
  Slot* slots_;
  std::int64_t mask_;
};
// [/RING]

/// The memory of a ring.
template <typename T, typename Atomics = StandardAtomics>
class CircularBuffer {
 public:
  // [BUFFER]
  /// At least `capacity` slots, all null.
  explicit CircularBuffer(std::size_t capacity)
      : slots_(std::make_unique<Slot[]>(slot_count(capacity))),
        ring_(slots_.get(), slot_count(capacity)) {}

  /// Valid as long as this buffer lives.
  const Ring<T, Atomics>& ring() const { return ring_; }

  /// A buffer of twice the size with the items of [top, bottom), at most as
  /// many as there are slots, at the same indices. This one is left as it is:
  /// thieves may still read it. Owner only.
  std::unique_ptr<CircularBuffer> grown(std::int64_t top,
                                        std::int64_t bottom) const {
    // BEGIN SOLUTION grown
    auto bigger = std::make_unique<CircularBuffer>(
        2 * static_cast<std::size_t>(ring_.capacity()));
    for (std::int64_t i = top; i < bottom; ++i) {
      bigger->ring_.put(i, ring_.get(i));
    }
    return bigger;
    // END SOLUTION
  }
  // [/BUFFER]

 private:
  // [BUFFER_SLOTS]
  using Slot = typename Ring<T, Atomics>::Slot;

  static std::size_t slot_count(std::size_t capacity) {
    return std::bit_ceil(std::max<std::size_t>(capacity, 1));
  }

  const std::unique_ptr<Slot[]> slots_;
  const Ring<T, Atomics> ring_;
  // [/BUFFER_SLOTS]
};

}  // namespace nn
