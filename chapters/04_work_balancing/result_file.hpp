#pragma once

#include <optional>
#include <string>

#include "common/atomic_file.hpp"

namespace nn {

/// A file that the user may ask for, such as `--trace FILE`. It is opened at
/// once, so that a name that cannot be written is refused before the work and
/// not after it.
class ResultFile {
 public:
  /// @param path empty: nothing will be written
  /// @throws InputError if the file cannot be created
  explicit ResultFile(const std::string& path);

  /// Writes the text and gives the file its name. Once.
  /// @throws std::runtime_error if that cannot be done: a full disk, say
  void write(const std::string& text);

 private:
  std::optional<AtomicFile> file_;
};

}  // namespace nn
