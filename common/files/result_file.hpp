#pragma once

#include <optional>
#include <string>

#include "common/files/atomic_file.hpp"

namespace nn {

/// A file that the user may ask for, such as `--trace FILE`. It is opened at
/// once, so that a name that cannot be written is refused before the work and
/// not after it. A file that is never written leaves an older one as it was.
class ResultFile {
 public:
  /// @param path empty: nothing will be written
  /// @param other another result, which must not go to the same file
  /// @throws InputError if the file cannot be created, or is `other`'s
  explicit ResultFile(const std::string& path,
                      const ResultFile* other = nullptr);

  /// Returns true if the user asked for the file.
  bool wanted() const { return file_.has_value(); }

  /// The open file, where `write` is not enough. Only if wanted.
  AtomicFile& file() { return *file_; }

  /// Writes the text and gives the file its name. Once.
  /// @throws std::runtime_error if that cannot be done: a full disk, say
  void write(const std::string& text);

 private:
  std::optional<AtomicFile> file_;
};

}  // namespace nn
