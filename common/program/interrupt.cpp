#include "common/program/interrupt.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>

namespace nn {

namespace {

// The signal that asked us to stop; 0: none yet. Relaxed everywhere: the
// number itself is all that is passed on.
std::atomic<int> received = 0;
static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may not wait for a lock");

// True if the first signal ends the program. Relaxed: it stands alone, too.
std::atomic<bool> first_ends = false;
static_assert(std::atomic<bool>::is_always_lock_free);

// Set before the handler is installed, read by it.
volatile sig_atomic_t output_is_terminal = 0;

// A colour that was switched on would outlive us on the user's terminal.
void reset_colours() {
  // A terminal that is stopped would make us wait for ever.
  pollfd ready = {STDOUT_FILENO, POLLOUT, 0};
  if (output_is_terminal == 0 || ::poll(&ready, 1, 0) != 1) return;
  const char reset[] = "\x1b[0m\n";
  // Nothing can be done about a failure here.
  [[maybe_unused]] const auto written =
      ::write(STDOUT_FILENO, reset, sizeof reset - 1);
}

// The name of a file to remove. Its memory is never freed: a handler that has
// just found it may read it, whatever its owner does meanwhile.
struct Slot {
  enum { kFree, kTaken, kNamed };
  std::atomic<int> state = kFree;
  std::array<char, 4096> name;  // no path is longer
};
std::array<Slot, 8> slots;

bool take(Slot& slot, const std::string& name) {
  int free = Slot::kFree;
  // Relaxed: it only decides whose slot this is.
  if (name.size() >= slot.name.size() ||
      !slot.state.compare_exchange_strong(free, Slot::kTaken,
                                          std::memory_order_relaxed)) {
    return false;
  }
  slot.name[name.copy(slot.name.data(), name.size())] = '\0';
  // Pairs with the acquire in remove_files(): there the name is whole.
  slot.state.store(Slot::kNamed, std::memory_order_release);
  return true;
}

void remove_files() {
  for (const Slot& slot : slots) {
    if (slot.state.load(std::memory_order_acquire) != Slot::kNamed) continue;
    ::unlink(slot.name.data());
  }
}

// Runs in the middle of anything: only async-signal-safe calls (POSIX.1-2017,
// 2.4.3) and a lock-free atomic are allowed.
void on_signal(int number) {
  const int before = received.exchange(number, std::memory_order_relaxed);
  const bool at_once =
      number == SIGQUIT || first_ends.load(std::memory_order_relaxed);
  if (before == 0 && !at_once) return;
  remove_files();
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
  // Without SA_RESTART: a write that waits for a stalled reader must fail.
  // Files are not affected, as POSIX lets only slow devices be interrupted.
  action.sa_flags = 0;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void catch_interrupts() {
  output_is_terminal = isatty(STDOUT_FILENO);
  install(SIGINT);
  install(SIGTERM);
  install(SIGHUP);
  install(SIGXCPU);
  install(SIGQUIT);
}

void end_at_first_interrupt() noexcept {
  first_ends.store(true, std::memory_order_relaxed);
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

RemovedWhenKilled::RemovedWhenKilled(const std::filesystem::path& file) {
  const std::string& name = file.native();
  while (slot_ < slots.size() && !take(slots[slot_], name)) ++slot_;
}

RemovedWhenKilled::~RemovedWhenKilled() {
  if (slot_ == slots.size()) return;
  slots[slot_].state.store(Slot::kFree, std::memory_order_relaxed);
}

void clear_interrupt() noexcept {
  received.store(0, std::memory_order_relaxed);
}

}  // namespace nn
