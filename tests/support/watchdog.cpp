// Linked into a program of tests, it watches them.
#include "tests/support/watchdog.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>

namespace nn {
namespace {

constexpr double kTick = 0.25;

// A process that used less than this part of a time made no progress in it. It
// is more than the watchdog uses, and a tenth of what is left to a process
// beside 60 others on the same core.
constexpr double kLittle = 1.0 / 600;

// Of all threads of this process, in seconds.
double processor_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         1e-9 * static_cast<double>(time.tv_nsec);
}

std::string seconds(double count) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", count);
  return text;
}

}  // namespace

Watchdog::Watchdog(Limits limits)
    : limits_(limits), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::begin(const std::string& test) {
  const std::scoped_lock lock(mutex_);
  test_ = test;
  waited_ = 0;
  used_at_begin_ = used_at_progress_ = processor_time();
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  const auto is_over = [this] { return over_; };
  while (
      !changed_.wait_for(lock, std::chrono::duration<double>(kTick), is_over))
    if (!test_.empty()) tick();
}

void Watchdog::tick() {
  const double used = processor_time();
  waited_ += kTick;
  if (used - used_at_progress_ > kLittle * limits_.waiting) {
    waited_ = 0;
    used_at_progress_ = used;
  }
  if (waited_ >= limits_.waiting)
    bark("no progress for " + seconds(limits_.waiting));
  if (used - used_at_begin_ >= limits_.working)
    bark("no end after " + seconds(limits_.working) + " of processor time");
}

// Not abort() or exit(): what hangs might hang them too.
void Watchdog::bark(const std::string& why) const {
  std::fprintf(stderr, "\nFAILED: %s: %s\n", test_.c_str(), why.c_str());
  _exit(1);
}

// ---- GoogleTest ------------------------------------------------------------

namespace {

class Listener : public testing::EmptyTestEventListener {
  void OnTestProgramStart(const testing::UnitTest&) override {
    watchdog_ = std::make_unique<Watchdog>(Watchdog::Limits{});
  }
  void OnTestStart(const testing::TestInfo& test) override {
    watchdog_->begin(std::string(test.test_suite_name()) + "." + test.name());
  }
  void OnTestEnd(const testing::TestInfo&) override { watchdog_->end(); }
  void OnTestProgramEnd(const testing::UnitTest&) override {
    watchdog_.reset();
  }

  std::unique_ptr<Watchdog> watchdog_;
};

// GoogleTest owns the listener.
[[maybe_unused]] const bool g_listens = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new Listener);
  return true;
}();

}  // namespace
}  // namespace nn
