#include "common/files/atomic_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/error.hpp"

namespace nn {

namespace fs = std::filesystem;

namespace {

std::string message(const fs::path& path, const std::string& reason) {
  return fmt::format("{}: cannot write: {}", path.string(), reason);
}

[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  throw InputError(message(path, reason));
}

constexpr int kMostLinks = 40;  // as many as Linux follows

// Where a link leads, and the link there, whether a file is at the end or not.
fs::path follow_links(fs::path path) {
  std::error_code none;
  for (int k = 0; k < kMostLinks && fs::is_symlink(path, none); ++k) {
    path = path.parent_path() / fs::read_symlink(path, none);
  }
  return path;
}

// The file that the user means: links are followed, so that the rename
// replaces the file and not the link.
fs::path resolve(const fs::path& path) {
  const fs::path end = follow_links(path);
  std::error_code failed;
  const fs::path folder =
      fs::canonical(end.has_parent_path() ? end.parent_path() : ".", failed);
  if (failed) refuse(path, failed.message());
  return folder / end.filename();
}

// Replacing that file would throw away what we print.
bool is_standard_output(const struct stat& file) {
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat ours {};
    if (::fstat(fd, &ours) == 0 && ours.st_dev == file.st_dev &&
        ours.st_ino == file.st_ino) {
      return true;
    }
  }
  return false;
}

// What is there already may be replaced only if it is an ordinary file that
// the user may write. Opening a pipe could wait for ever, so we only ask.
void check_old(const fs::path& path, const struct stat& old) {
  if (S_ISDIR(old.st_mode)) refuse(path, "it is a directory");
  if (!S_ISREG(old.st_mode)) refuse(path, "it is not a regular file");
  if (is_standard_output(old)) {
    refuse(path, "this program prints there; name another file");
  }
  if (::access(path.c_str(), W_OK) != 0) refuse(path, std::strerror(errno));
}

// The new file belongs to whom the old one did, as far as we may give it away,
// and may be read by the same.
void belong_as(const struct stat& old, int fd) {
  if (::fchown(fd, old.st_uid, old.st_gid) != 0 &&
      ::fchown(fd, static_cast<uid_t>(-1), old.st_gid) != 0) {
    errno = 0;  // neither the user nor the group: it is ours alone
  }
  ::fchmod(fd, old.st_mode & 0777);
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  if (path_.empty()) throw InputError("cannot write: the file name is empty");
  struct stat old {};
  const bool exists = ::stat(path_.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) refuse(path_, std::strerror(errno));
  if (exists) check_old(path_, old);
  target_ = resolve(path_);
  create_beside();
  if (exists) belong_as(old, ::fileno(file_));
}

// "x" refuses a name that is taken, by another thread or by a process that
// died, and then the next number is tried. The name does not begin with the
// target's, which may be as long as a name can be.
void AtomicFile::create_beside() {
  for (unsigned k = 0; file_ == nullptr; ++k) {
    part_ = target_.parent_path() /
            fmt::format("unfinished-{}-{}.part", ::getpid(), k);
    file_ = std::fopen(part_.c_str(), "wxe");
    if (file_ == nullptr && errno != EEXIST) {
      refuse(path_, std::strerror(errno));
    }
  }
  removed_.emplace(part_);
}

AtomicFile::~AtomicFile() {
  if (file_ != nullptr) std::fclose(file_);
  std::error_code none;
  if (!part_.empty()) fs::remove(part_, none);
}

void AtomicFile::write(const void* bytes, std::size_t size) {
  if (file_ == nullptr) throw std::logic_error("write after commit");
  if (size == 0) return;  // fwrite wants an address even for no bytes
  if (std::fwrite(bytes, 1, size, file_) != size) fail();
}

void AtomicFile::write(std::string_view text) {
  write(text.data(), text.size());
}

void AtomicFile::commit() {
  if (file_ == nullptr) throw std::logic_error("committed twice");
  // Buffered bytes reach the disk here, so here a full disk may show.
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
  // No fsync: this guards against a full disk and a killed program, not
  // against a power cut, and a disk's flush would slow every small file.
  if (::rename(part_.c_str(), target_.c_str()) != 0) fail();
  part_.clear();
  removed_.reset();
}

void AtomicFile::fail() const {
  throw std::runtime_error(message(path_, std::strerror(errno)));
}

}  // namespace nn
