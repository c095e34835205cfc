/// @file
/// The atomics on which everything that threads share is built.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace nn {

/// Variables that different threads write are kept this many bytes apart, or
/// each write would take the cache line from the other threads ("false
/// sharing").
/// Two lines of 64 bytes: Intel's processors fetch lines in pairs, and Apple's
/// lines are this long.
inline constexpr std::size_t kCacheLine = 128;

/// The policy for real threads: the standard library's types, unchanged.
///
/// The classes by which threads meet (bells, deques, the state of a task) take
/// their atomics from a policy, so that tests/model/ can run the very same
/// source on atomics of its own, which try every order of steps and every stale
/// value that C++20 allows. At run time the policy costs nothing: it is only
/// names.
struct StandardAtomics {
  /// An atomic variable with a Value in it.
  template <typename Value>
  using Atomic = std::atomic<Value>;

  /// Makes a last look and falling asleep one step, as the waking thread
  /// sees it.
  using Mutex = std::mutex;
  /// The condition variable at which sleepers wait.
  using ConditionVariable = std::condition_variable;

// GCC warns that its ThreadSanitizer does not model fences. Ours are safe to
// compile with it: see where they are used.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wtsan"
#endif
  /// Orders the atomic operations before it against those after it, whatever
  /// variables they are on.
  static void fence(std::memory_order order) {
    std::atomic_thread_fence(order);
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
};

}  // namespace nn
