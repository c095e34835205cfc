#include "common/files/input_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/error.hpp"

namespace nn {

namespace {

constexpr std::uint64_t kMostPackedIntoOneByte = 1032;

// The last four bytes of a gzip file: the length of its last member.
std::uint64_t last_length(const std::string& name) {
  std::uint8_t bytes[4] = {};
  std::ifstream in(name, std::ios::binary);
  in.seekg(-4, std::ios::end);
  in.read(reinterpret_cast<char*>(bytes), sizeof bytes);
  std::uint64_t length = 0;
  for (int i = 3; i >= 0; --i) length = length << 8 | bytes[i];
  return length;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path) : name_(path.string()) {
  const auto refuse = [&](const char* reason) {
    throw InputError(name_ + ": cannot read: " + reason);
  };
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) refuse(std::strerror(errno));
  if (S_ISDIR(status.st_mode)) refuse("it is a directory");
  if (!S_ISREG(status.st_mode)) refuse("it is not a regular file");
  size_ = static_cast<std::uint64_t>(status.st_size);
  file_.reset(gzopen(path.c_str(), "rb"));
  if (file_ == nullptr) refuse(std::strerror(errno));
}

void InputFile::fail(std::uint64_t offset, const std::string& problem) const {
  throw InputError(fmt::format("{}: byte {}: {}", name_, offset, problem));
}

std::uint64_t InputFile::most_bytes() const {
  if (!is_gzip()) return size_;
  const std::uint64_t limit = UINT64_MAX / kMostPackedIntoOneByte;
  return std::min(size_, limit) * kMostPackedIntoOneByte;
}

std::size_t InputFile::read(std::span<std::uint8_t> out) {
  const std::size_t count = gzfread(out.data(), 1, out.size(), file_.get());
  position_ += count;
  if (count < out.size()) check_end();
  return count;
}

// zlib gives no more bytes: the data have ended, or there is something wrong
// at that place of the file as it lies on the disk.
void InputFile::check_end() const {
  const auto offset = static_cast<std::uint64_t>(gzoffset(file_.get()));
  int status = Z_OK;
  const std::string message = gzerror(file_.get(), &status);
  if (status == Z_BUF_ERROR) {
    fail(offset, "the gzip data stop in the middle; the file is not whole");
  }
  if (status != Z_OK) {  // zlib's message begins with the name, too
    fail(offset, (is_gzip() ? "broken gzip data" : "cannot read") +
                     message.substr(name_.size()));
  }
  // zlib skips, without a word, anything that follows the gzip data.
  if (is_gzip() && last_length(name_) > position_) {
    fail(size_ - 4, "bytes follow after the gzip data");
  }
}

}  // namespace nn
