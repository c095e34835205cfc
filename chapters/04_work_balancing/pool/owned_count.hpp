/// @file
/// Counts that one thread writes and any may read.
#pragma once

#include <atomic>
#include <cstdint>

#include "04_work_balancing/pool/atomics.hpp"

namespace nn {

/// A number that one thread counts up and others may read meanwhile: no
/// atomic read-modify-write, so it costs no more than a plain one.
template <typename Atomics = StandardAtomics>
class OwnedCount {
 public:
  // [OWNED]
  /// By the owner only. Release: a thread that reads the new count with
  /// acquire sees everything that the owner did before it.
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_release);
  }
  /// By any thread. Acquire pairs with the release in add().
  std::uint64_t read() const noexcept {
    return value_.load(std::memory_order_acquire);
  }
  // [/OWNED]

 private:
  typename Atomics::template Atomic<std::uint64_t> value_{0};
};

/// How often a worker looked at another's queue, and how much it moved.
template <typename Atomics = StandardAtomics>
class MoveCounts {
 public:
  /// The counts at one moment.
  struct Reading {
    std::uint64_t tried;  ///< looks
    std::uint64_t moved;  ///< tasks that they moved
    std::uint64_t done;   ///< looks that moved a task
  };

  /// By the owner: one look, which moved this many tasks.
  void add(std::uint64_t tasks) noexcept {
    tried_.add();
    if (tasks == 0) return;
    moved_.add(tasks);
    done_.add();
  }

  /// By any thread. Reads first the count that the owner changes last: so no
  /// move is seen without its look and its tasks.
  Reading read() const noexcept {
    const std::uint64_t done = done_.read();
    return {tried_.read(), moved_.read(), done};
  }

 private:
  OwnedCount<Atomics> tried_, moved_, done_;
};

}  // namespace nn
