#pragma once

#include <stdexcept>

namespace nn {

/// What a function throws that stops in the middle because the user asked.
/// `run_program` turns it into the exit status that shells expect, 130 after
/// Ctrl-C.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From here on the first Ctrl-C (SIGINT) or SIGTERM only raises a flag, and
/// a second one ends the program at once. A signal that was ignored when the
/// program started (as under `nohup`) stays ignored.
/// `run_program` calls this.
void catch_interrupts();

/// Whether the user has asked to stop. Loops look at it between two batches
/// and end early; any thread may ask, it costs one relaxed load.
bool interrupted() noexcept;

/// Throws `Interrupted` if the user has asked to stop.
void throw_if_interrupted();

/// The exit status that tells a shell which signal ended the program:
/// 128 + its number, so 130 after Ctrl-C. 0 if there was none.
int interrupt_status() noexcept;

/// Forgets an earlier Ctrl-C. For tests.
void clear_interrupt() noexcept;

}  // namespace nn
