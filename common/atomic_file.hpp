#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace nn {

/// A file that appears whole or not at all.
///
/// What you write goes to `NAME.PROCESS-K.part` beside the file. `commit`
/// renames that over NAME in one step; without it the destructor removes it
/// and an older NAME stays as it was. So a full disk, an exception or a killed
/// program never leaves half a model under the name of a whole one.
///
/// A symbolic link stays a link: its target is replaced. A device or a pipe
/// (`/dev/stdout`) cannot be renamed over and is written as it is.
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
  /// @throws std::runtime_error with path and reason: a full disk, say
  void write(const void* bytes, std::size_t size);

  /// Appends `text`.
  /// @throws std::runtime_error as above
  void write(std::string_view text);

  /// Gives the file its name. Nothing may be written afterwards.
  /// @throws std::runtime_error with path and reason; nothing is left behind
  void commit();

  /// The path as the user gave it.
  const std::filesystem::path& path() const { return path_; }

 private:
  void open_beside();
  void close();
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::filesystem::path target_;  // path_ with a symbolic link resolved
  std::filesystem::path part_;    // empty: target_ is written directly
  std::FILE* file_ = nullptr;     // null once closed
};

}  // namespace nn
