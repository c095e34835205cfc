/// @file
/// Ends the tests when one of them hangs, and says which.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace nn {

/// Watches one test at a time. A test hangs when
///
/// - it makes no progress: its threads wait for each other and use no time of
///   the processor; or
/// - it finds no end: its threads spin.
///
/// Neither is told from the clock on the wall, on which a test may take
/// arbitrarily long: the machine is busy, or asleep. The watchdog counts ticks
/// that it lives through itself. A machine that gives it a minute of ticks
/// gives some of it to any other thread that can run, so a process that used
/// next to nothing of it has none.
///
/// A test that only waits for another process makes no progress either.
class Watchdog {
 public:
  /// In seconds.
  struct Limits {
    double waiting = 60;   ///< of ticks without progress
    double working = 600;  ///< of processor time, of all threads together
  };

  explicit Watchdog(Limits limits);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The test begins: it is watched until end().
  void begin(const std::string& test);
  void end() { begin(""); }

 private:
  void watch();
  void tick();
  [[noreturn]] void bark(const std::string& why) const;

  const Limits limits_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool over_ = false;
  std::string test_;          // empty: none runs
  double waited_ = 0;         // since the last progress
  double used_at_begin_ = 0;  // processor time
  double used_at_progress_ = 0;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace nn
