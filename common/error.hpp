#pragma once

#include <stdexcept>
#include <string>

namespace nn {

/// Bad input from the user: an option out of range, a file that is missing or
/// malformed. The message is one line that says what, where and what to do.
/// `run_program` prints it on standard error and the program exits with 2.
/// Anything else that is thrown is a failure while running: exit status 1.
class InputError : public std::runtime_error {
 public:
  /// @param message one line: what, where, and what to do
  explicit InputError(const std::string& message)
      : std::runtime_error(message) {}
};

}  // namespace nn
