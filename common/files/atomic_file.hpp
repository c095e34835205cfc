#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include "common/program/interrupt.hpp"

namespace nn {

/// A file that appears whole or not at all.
///
/// What you write goes to `unfinished-PROCESS-K.part` in the same folder.
/// `commit` renames that over NAME in one step; without it the destructor, or
/// a second Ctrl-C, removes it and an older NAME stays as it was. So a full
/// disk, an exception or a killed program never leaves half a model under the
/// name of a whole one.
///
/// NAME is a regular file, old or new; links to one are followed and stay
/// links. Anything else is refused: a device or a pipe cannot be renamed over,
/// and neither can the file that standard output goes to.
class AtomicFile {
 public:
  /// Creates the file beside `path`.
  /// @throws InputError if that cannot be done: `path` came from the user
  explicit AtomicFile(std::filesystem::path path);
  /// Removes what was not committed.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends `size` bytes from `bytes`.
  /// @throws std::runtime_error if that fails, with path and reason: a full
  ///         disk, say
  void write(const void* bytes, std::size_t size);

  /// Appends `text`.
  /// @throws std::runtime_error if that fails
  void write(std::string_view text);

  /// Gives the file its name. Nothing may be written afterwards.
  /// @throws std::runtime_error if that fails; nothing is left behind
  void commit();

  /// The path as the user gave it.
  const std::filesystem::path& path() const { return path_; }

  /// The file that it means: an absolute path without links or dots.
  const std::filesystem::path& target() const { return target_; }

 private:
  void create_beside();
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::filesystem::path target_;
  std::filesystem::path part_;  // empty once it has its name
  std::optional<RemovedWhenKilled> removed_;
  std::FILE* file_ = nullptr;  // null once closed
};

}  // namespace nn
