#include "common/atomic_file.hpp"

#include <fcntl.h>
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

[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  throw InputError(path.string() + ": cannot write: " + reason);
}

// Follows a link, so that the rename replaces the file and not the link.
fs::path resolve(const fs::path& path) {
  std::error_code failed;
  const fs::path target = fs::canonical(path, failed);
  return failed ? path : target;
}

// Something to write into as it is: a device, a pipe, or an open stream under
// its name in /dev, which may well be a file that the shell opened.
bool is_stream(const fs::path& path) {
  std::error_code none;
  const fs::file_status status = fs::status(path, none);
  if (path.parent_path() == "/dev" && fs::is_symlink(path, none)) return true;
  return fs::exists(status) && !fs::is_regular_file(status);
}

// A name of our own: O_EXCL refuses one that is taken, by another thread or
// by a process that died, and then the next number is tried.
int create_beside(const fs::path& target, fs::path& part) {
  const std::string start = target.string() + "." + std::to_string(getpid());
  for (unsigned k = 0;; ++k) {
    part = start + "-" + std::to_string(k) + ".part";
    const int fd =
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  if (path_.empty()) throw InputError("cannot write: the file name is empty");
  std::error_code none;
  if (fs::is_directory(path_, none)) refuse(path_, "it is a directory");
  if (is_stream(path_)) {
    file_ = std::fopen(path_.c_str(), "ae");
  } else {
    open_beside();
  }
  if (file_ == nullptr) refuse(path_, std::strerror(errno));
}

void AtomicFile::open_beside() {
  target_ = resolve(path_);
  const int fd = create_beside(target_, part_);
  if (fd < 0) {
    part_.clear();
    return;
  }
  struct stat old {};
  // The new file may be read by whom the old one could be.
  if (::stat(target_.c_str(), &old) == 0) ::fchmod(fd, old.st_mode & 0777);
  file_ = ::fdopen(fd, "w");
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
  close();
  // No fsync: this guards against a full disk and a killed program, not
  // against a power cut, and a disk's flush would slow every small file.
  if (!part_.empty() && ::rename(part_.c_str(), target_.c_str()) != 0) fail();
  part_.clear();
}

// Buffered bytes reach the disk here, so here a full disk may show.
void AtomicFile::close() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
}

void AtomicFile::fail() const {
  throw std::runtime_error(path_.string() +
                           ": cannot write: " + std::strerror(errno));
}

}  // namespace nn
