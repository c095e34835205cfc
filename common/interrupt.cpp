#include "common/interrupt.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace nn {

namespace {

// The signal that asked us to stop; 0: none yet. Relaxed everywhere: the
// number itself is all that is passed on.
std::atomic<int> received = 0;
static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may not wait for a lock");

// Set before the handler is installed, read by it.
volatile sig_atomic_t output_is_terminal = 0;

// A colour that was switched on would outlive us on the user's terminal.
void reset_colours() {
  if (output_is_terminal == 0) return;
  const char reset[] = "\x1b[0m\n";
  // Nothing can be done about a failure here.
  [[maybe_unused]] const auto written =
      ::write(STDOUT_FILENO, reset, sizeof reset - 1);
}

// Runs in the middle of anything: only async-signal-safe calls (POSIX.1-2017,
// 2.4.3) and a lock-free atomic are allowed.
void on_signal(int number) {
  if (received.exchange(number, std::memory_order_relaxed) == 0) return;
  reset_colours();
  // Dying of the signal itself, rather than calling _exit(130), also stops
  // the shell loop around us. It arrives as soon as this handler returns.
  signal(number, SIG_DFL);
  raise(number);
}

void install(int number) {
  struct sigaction before = {};
  sigaction(number, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // reads and writes go on after the flag
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void catch_interrupts() {
  output_is_terminal = isatty(STDOUT_FILENO);
  install(SIGINT);
  install(SIGTERM);
}

bool interrupted() noexcept {
  return received.load(std::memory_order_relaxed) != 0;
}

void throw_if_interrupted() {
  if (interrupted()) throw Interrupted();
}

int interrupt_status() noexcept {
  const int number = received.load(std::memory_order_relaxed);
  return number == 0 ? 0 : 128 + number;
}

void clear_interrupt() noexcept {
  received.store(0, std::memory_order_relaxed);
}

}  // namespace nn
