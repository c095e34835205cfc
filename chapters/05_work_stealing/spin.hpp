/// @file
/// Waiting a moment without sleeping.
#pragma once

#include <thread>

namespace nn {

// [PAUSE]
/// Tells the processor that we spin: it saves power, and a core that runs two
/// threads lets the other one go ahead.
inline void pause_processor() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}
// [/PAUSE]

// [SPIN]
/// A few more looks before a thread sleeps, for some ten microseconds: to
/// wake it again takes the system longer than that. First it only pauses;
/// then it yields, so that on a busy machine others get the core.
///
///     for (Spin spin; spin.once();) if (found something) return;
class Spin {
 public:
  /// Waits a little longer each time; false when it has been long enough.
  bool once() noexcept {
    if (rounds_ == kPauses + kYields) return false;
    if (rounds_++ < kPauses) {
      for (int i = 0; i < 8; ++i) pause_processor();
    } else {
      std::this_thread::yield();
    }
    return true;
  }

 private:
  static constexpr int kPauses = 32;
  static constexpr int kYields = 32;
  int rounds_ = 0;
};
// [/SPIN]

}  // namespace nn
