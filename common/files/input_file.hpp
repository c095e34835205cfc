#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace nn {

/// Reads a file from front to back and unzips it on the way if it is gzip.
/// All errors are `InputError`s that name the file.
///
/// Source: RFC 1952 for gzip, whose members may follow one another.
class InputFile {
 public:
  /// Opens `path`, which must be a regular file: a directory is refused, and
  /// so is a pipe, which could make the program wait for ever.
  explicit InputFile(const std::filesystem::path& path);

  /// Fills `out` with the next bytes and returns how many there were: fewer
  /// than asked for only where the data end. Text that follows the gzip data,
  /// as a broken download leaves it, is refused; zeros are ignored, as by
  /// gunzip.
  std::size_t read(std::span<std::uint8_t> out);

  /// How many bytes `read` has given so far.
  std::uint64_t position() const { return position_; }

  /// An upper bound on the bytes that `read` can give in all. For a plain file
  /// it is exact. Deflate never packs more than 1032 bytes into one, so a
  /// gzip file bounds its content too.
  /// Source: zlib, "Technical Details", Maximum Compression Factor.
  std::uint64_t most_bytes() const;

  /// Returns true if the file is gzip.
  bool is_gzip() const { return gzdirect(file_.get()) == 0; }

  /// The path as the user gave it.
  const std::string& name() const { return name_; }

  /// Throws an InputError "NAME: byte OFFSET: PROBLEM".
  [[noreturn]] void fail(std::uint64_t offset,
                         const std::string& problem) const;

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };

  void check_end() const;

  std::string name_;
  std::uint64_t size_ = 0;      // of the file on the disk
  std::uint64_t position_ = 0;  // in what `read` gives
  std::unique_ptr<gzFile_s, Close> file_;
};

}  // namespace nn
