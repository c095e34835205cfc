#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

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
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Fills `out` with the next bytes and returns how many there were: fewer
  /// than asked for only where the data end.
  std::size_t read(std::span<std::uint8_t> out);

  /// How many bytes `read` has given so far.
  std::uint64_t position() const { return position_; }

  /// An upper bound on the bytes that `read` can give in all. For a plain file
  /// it is exact. Deflate never packs more than 1032 bytes into one, so a
  /// gzip file bounds its content too.
  /// Source: zlib, "Technical Details", Maximum Compression Factor.
  std::uint64_t most_bytes() const;

  /// Whether the file is gzip.
  bool is_gzip() const { return gzip_; }

  /// The path as the user gave it.
  const std::string& name() const { return name_; }

  /// Throws an InputError "NAME: byte OFFSET: PROBLEM".
  [[noreturn]] void fail(std::uint64_t offset,
                         const std::string& problem) const;

 private:
  void open(const std::filesystem::path& path);
  std::size_t read_plain(std::span<std::uint8_t> out);
  std::size_t read_gzip(std::span<std::uint8_t> out);
  bool refill();
  bool next_member();
  [[noreturn]] void fail_gzip(const std::string& problem) const;

  // A class of its own, so that it is closed even if a constructor throws.
  struct Descriptor {
    ~Descriptor();
    int value = -1;
  };

  std::string name_;
  Descriptor fd_;
  std::uint64_t size_ = 0;      // of the file on disk
  std::uint64_t position_ = 0;  // in what `read` gives
  std::uint64_t loaded_ = 0;    // bytes of the file read so far
  bool gzip_ = false;
  bool finished_ = false;             // the last gzip member has ended
  z_stream zip_ = {};                 // used if gzip_
  std::vector<std::uint8_t> packed_;  // gzip bytes that zip_ reads from
};

}  // namespace nn
