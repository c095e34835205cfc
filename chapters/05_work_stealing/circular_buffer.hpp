/// @file
/// The storage of the growing deques: a ring of atomic pointers.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "05_work_stealing/atomics.hpp"

namespace nn {

/// A ring: index i lives in slot i modulo the capacity, a power of two.
///
/// The slots are atomic because a thief that is too late may read one while
/// the owner fills it. They are relaxed because such a thief throws away what
/// it read; who keeps it has been told by `bottom_` that it is there.
template <typename T, typename Atomics = StandardAtomics>
class CircularBuffer {
 public:
  /// At least `capacity` slots, all null.
  explicit CircularBuffer(std::size_t capacity)
      : mask_(std::bit_ceil(std::max<std::size_t>(capacity, 1)) - 1),
        slots_(std::make_unique<Slot[]>(mask_ + 1)) {}

  /// The number of slots, a power of two.
  std::int64_t capacity() const { return static_cast<std::int64_t>(mask_) + 1; }

  /// What slot `index` modulo the capacity holds: null if never filled.
  /// Any thread.
  T* get(std::int64_t index) const {
    return slot(index).load(std::memory_order_relaxed);
  }
  /// Fills slot `index` modulo the capacity. Owner only.
  void put(std::int64_t index, T* item) {
    slot(index).store(item, std::memory_order_relaxed);
  }

  /// A ring of twice the size with the items of [top, bottom) at the same
  /// indices. This one is left as it is: thieves may still read it.
  std::unique_ptr<CircularBuffer> grown(std::int64_t top,
                                        std::int64_t bottom) const {
    auto bigger = std::make_unique<CircularBuffer>(2 * (mask_ + 1));
    for (std::int64_t i = top; i < bottom; ++i) bigger->put(i, get(i));
    return bigger;
  }

 private:
  using Slot = typename Atomics::template Atomic<T*>;

  Slot& slot(std::int64_t index) const {
    return slots_[static_cast<std::size_t>(index) & mask_];
  }

  const std::size_t mask_;
  const std::unique_ptr<Slot[]> slots_;
};

}  // namespace nn
