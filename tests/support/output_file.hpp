#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "common/files/atomic_file.hpp"

namespace nn {

/// Writes a file from front to back, as gzip if its name ends in ".gz". It
/// appears whole or not at all, as an AtomicFile does. The same bytes always
/// give the same file: the gzip header holds no name and no time.
class OutputFile {
 public:
  /// @throws InputError if the file cannot be created
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Appends `bytes`. At most 4 GB at a time.
  /// @throws std::runtime_error with path and reason
  void write(std::span<const std::uint8_t> bytes);

  /// Writes what is left and gives the file its name.
  /// @throws std::runtime_error with path and reason
  void commit();

 private:
  void zip(std::span<const std::uint8_t> bytes, int flush);

  AtomicFile file_;
  bool gzip_;
  z_stream zip_ = {};                 // used if gzip_
  std::vector<std::uint8_t> packed_;  // what zip_ has made of the bytes
};

}  // namespace nn
