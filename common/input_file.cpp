#include "common/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "common/error.hpp"

namespace nn {

namespace {

constexpr std::size_t kBufferBytes = 65536;
constexpr std::uint64_t kMostPackedIntoOneByte = 1032;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // what inflateInit2 calls it

}  // namespace

InputFile::InputFile(const std::filesystem::path& path) : name_(path.string()) {
  open(path);
  std::uint8_t magic[2] = {};
  gzip_ = ::pread(fd_.value, magic, 2, 0) == 2 && magic[0] == 0x1f &&
          magic[1] == 0x8b;
  if (!gzip_) return;
  packed_.resize(kBufferBytes);
  if (inflateInit2(&zip_, kGzipOnly) != Z_OK) throw std::bad_alloc();
}

InputFile::~InputFile() {
  if (gzip_) inflateEnd(&zip_);
}

InputFile::Descriptor::~Descriptor() {
  if (value >= 0) ::close(value);
}

void InputFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  fd_.value = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  struct stat status {};
  if (fd_.value < 0 || ::fstat(fd_.value, &status) != 0) {
    throw InputError(name_ + ": cannot read: " + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    throw InputError(
        name_ + ": cannot read: it is " +
        (S_ISDIR(status.st_mode) ? "a directory" : "not a regular file"));
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

void InputFile::fail(std::uint64_t offset, const std::string& problem) const {
  throw InputError(name_ + ": byte " + std::to_string(offset) + ": " + problem);
}

std::uint64_t InputFile::most_bytes() const {
  if (!gzip_) return size_;
  const std::uint64_t limit = UINT64_MAX / kMostPackedIntoOneByte;
  return std::min(size_, limit) * kMostPackedIntoOneByte;
}

std::size_t InputFile::read(std::span<std::uint8_t> out) {
  const std::size_t count = gzip_ ? read_gzip(out) : read_plain(out);
  position_ += count;
  return count;
}

std::size_t InputFile::read_plain(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got =
        ::read(fd_.value, out.data() + filled, out.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      fail(loaded_, std::string("cannot read: ") + std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
    loaded_ += static_cast<std::uint64_t>(got);
  }
  return filled;
}

std::size_t InputFile::read_gzip(std::span<std::uint8_t> out) {
  zip_.next_out = out.data();
  zip_.avail_out = static_cast<uInt>(out.size());
  while (zip_.avail_out > 0 && !finished_) {
    if (zip_.avail_in == 0 && !refill()) {
      fail_gzip("the gzip data stop in the middle; the file is not whole");
    }
    const int status = inflate(&zip_, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      finished_ = !next_member();
    } else if (status != Z_OK) {
      fail_gzip(std::string("broken gzip data: ") +
                (zip_.msg != nullptr ? zip_.msg : zError(status)));
    }
  }
  return out.size() - zip_.avail_out;
}

// The next bytes of the file for inflate; false at the end of the file.
bool InputFile::refill() {
  zip_.next_in = packed_.data();
  zip_.avail_in = static_cast<uInt>(read_plain(packed_));
  return zip_.avail_in > 0;
}

// After a member: the end of the file, another member, or rubbish.
bool InputFile::next_member() {
  if (zip_.avail_in == 0 && !refill()) return false;
  if (*zip_.next_in != 0x1f) fail_gzip("bytes follow after the gzip data");
  inflateReset(&zip_);
  return true;
}

// Gzip errors are counted in the file as it lies on the disk.
void InputFile::fail_gzip(const std::string& problem) const {
  fail(loaded_ - zip_.avail_in, problem);
}

}  // namespace nn
