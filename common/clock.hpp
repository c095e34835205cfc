#pragma once

#include <chrono>
#include <functional>

namespace nn {

/// Tells the seconds since some moment. Tests pass one that they set.
using Clock = std::function<double()>;

/// The machine's own clock, which nobody can put back.
inline double steady_seconds() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

/// Measures time from the moment when it is made.
class Stopwatch {
 public:
  /// How long it has been running.
  double seconds() const { return steady_seconds() - start_; }

 private:
  double start_ = steady_seconds();
};

/// How many seconds `work()` takes.
template <typename Work>
double seconds_of(Work&& work) {
  const Stopwatch watch;
  work();
  return watch.seconds();
}

}  // namespace nn
