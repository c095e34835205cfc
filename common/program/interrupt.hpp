#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>

namespace nn {

/// What a function throws that stops in the middle because the user asked.
/// `run_program` turns it into the exit status that shells expect, 130 after
/// Ctrl-C.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From here on the first Ctrl-C (SIGINT), SIGTERM, SIGHUP (the terminal has
/// gone) or SIGXCPU (no time left) only raises a flag, and a second one, or a
/// SIGQUIT, ends the program at once. A write to a pipe whose reader has
/// stalled fails with EINTR, or it would wait on. A signal that was ignored
/// when the program started (as under `nohup`) stays ignored. `run_program`
/// calls this.
void catch_interrupts();

/// From here on even the first one ends the program at once, by the signal
/// itself, which a shell shows as 130, too. For programs that have nothing to
/// save, so that the longest product is no reason to wait.
void end_at_first_interrupt() noexcept;

/// Returns true once the user has asked to stop. Loops look at it between two
/// batches and end early; any thread may ask, it costs one relaxed load.
bool interrupted() noexcept;

/// Throws `Interrupted` if the user has asked to stop.
void throw_if_interrupted();

/// The exit status that tells a shell which signal ended the program:
/// 128 + its number, so 130 after Ctrl-C. 0 if there was none.
int interrupt_status() noexcept;

/// While it lives, a second signal removes this file before it ends the
/// program, since no destructor runs then. It never removes it otherwise. Of
/// more than eight at a time, the others are not removed.
class RemovedWhenKilled {
 public:
  /// @param file as a path that holds wherever the program goes
  explicit RemovedWhenKilled(const std::filesystem::path& file);
  ~RemovedWhenKilled();
  RemovedWhenKilled(const RemovedWhenKilled&) = delete;
  RemovedWhenKilled& operator=(const RemovedWhenKilled&) = delete;

 private:
  std::size_t slot_ = 0;
};

/// Forgets an earlier Ctrl-C. For tests.
void clear_interrupt() noexcept;

}  // namespace nn
