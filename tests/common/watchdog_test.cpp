#include "tests/support/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "tests/support/child.hpp"

namespace nn {
namespace {

constexpr Watchdog::Limits kSoon{.waiting = 0.5, .working = 1e9};

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void spin(double seconds) {
  const double end = processor_seconds() + seconds;
  while (processor_seconds() < end) {
  }
}

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// A program of tests with one test.
Ending run_watched(Watchdog::Limits limits, const std::function<void()>& test) {
  return run_child([&](CommandLine&) {
    Watchdog watchdog(limits);
    watchdog.begin("Suite.Test");
    test();
    watchdog.end();
    return 0;
  });
}

TEST(WatchdogTest, NamesATestThatWaitsForEver) {
  const auto ending = run_watched(kSoon, [] {
    std::mutex mutex;
    mutex.lock();
    std::thread([&] { mutex.lock(); }).join();
  });
  EXPECT_EQ(ending.errors, "\nFAILED: Suite.Test: no progress for 0.5 s\n");
  EXPECT_EQ(ending.status, 1);
}

TEST(WatchdogTest, NamesATestThatSpinsForEver) {
  const auto ending =
      run_watched({.waiting = 1e9, .working = 0.3}, [] { spin(1e9); });
  EXPECT_EQ(ending.errors,
            "\nFAILED: Suite.Test: no end after 0.3 s of processor time\n");
  EXPECT_EQ(ending.status, 1);
}

TEST(WatchdogTest, LetsATestTakeItsTimeThatMakesProgress) {
  const auto ending = run_watched(kSoon, [] { spin(1); });
  EXPECT_EQ(ending.errors, "");
  EXPECT_EQ(ending.status, 0);
}

// As on a machine that gives the test its turn seldom.
TEST(WatchdogTest, LetsATestTakeItsTimeThatMakesLittleProgress) {
  const auto ending = run_watched(kSoon, [] {
    for (int i = 0; i < 10; ++i) {
      sleep_for(0.1);
      spin(0.002);
    }
  });
  EXPECT_EQ(ending.errors, "");
  EXPECT_EQ(ending.status, 0);
}

TEST(WatchdogTest, WatchesTestsOnly) {
  const auto ending = run_child([&](CommandLine&) {
    Watchdog watchdog(kSoon);
    watchdog.begin("Suite.Test");
    watchdog.end();
    sleep_for(1);
    return 0;
  });
  EXPECT_EQ(ending.errors, "");
  EXPECT_EQ(ending.status, 0);
}

}  // namespace
}  // namespace nn
