#include "common/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/output_file.hpp"
#include "tests/common/temp_folder.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;

bool full_disk_exists() {
  return fs::exists("/dev/full");
}

TEST(AtomicFile, HasItsNameOnlyAfterCommit) {
  const TempFolder folder;
  AtomicFile file(folder / "a");
  file.write("one");
  file.write(" two");
  EXPECT_FALSE(fs::exists(folder / "a"));
  file.commit();
  EXPECT_EQ(contents(folder / "a"), "one two");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, LeavesTheOldFileAndNothingElseWithoutCommit) {
  const TempFolder folder;
  folder.put("a", "old");
  {
    AtomicFile file(folder / "a");
    file.write("new");
    EXPECT_EQ(folder.entries(), 2);
  }
  EXPECT_EQ(contents(folder / "a"), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, WritesBesideAsPart) {
  const TempFolder folder;
  const AtomicFile file(folder / "a");
  const fs::path part = fs::directory_iterator(folder.path())->path();
  EXPECT_EQ(part.extension(), ".part");
  EXPECT_EQ(part.filename().string().substr(0, 2), "a.");
}

TEST(AtomicFile, ReplacesTheOldFile) {
  const TempFolder folder;
  folder.put("a", "something old and longer");
  AtomicFile file(folder / "a");
  file.write("new");
  file.commit();
  EXPECT_EQ(contents(folder / "a"), "new");
}

TEST(AtomicFile, KeepsWhoMayReadTheOldFile) {
  const TempFolder folder;
  folder.put("a", "old");
  fs::permissions(folder / "a", fs::perms::owner_read | fs::perms::owner_write);
  AtomicFile file(folder / "a");
  file.commit();
  EXPECT_EQ(fs::status(folder / "a").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST(AtomicFile, TwoWritersOfOneNameDoNotMix) {
  const TempFolder folder;
  AtomicFile first(folder / "a");
  AtomicFile second(folder / "a");
  first.write("first");
  second.write("second");
  first.commit();
  second.commit();
  EXPECT_EQ(contents(folder / "a"), "second");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, ReplacesTheTargetOfALinkAndNotTheLink) {
  const TempFolder folder;
  folder.put("target", "old");
  fs::create_symlink("target", folder / "link");
  AtomicFile file(folder / "link");
  file.write("new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(contents(folder / "target"), "new");
}

TEST(AtomicFile, RefusesADirectory) {
  const TempFolder folder;
  EXPECT_EQ(
      message_of<InputError>([&] { const AtomicFile file(folder.path()); }),
      folder.path().string() + ": cannot write: it is a directory");
  EXPECT_EQ(folder.entries(), 0);
}

TEST(AtomicFile, RefusesAFolderThatIsNotThere) {
  const TempFolder folder;
  const fs::path path = folder / "nowhere/a";
  EXPECT_EQ(message_of<InputError>([&] { const AtomicFile file(path); }),
            path.string() + ": cannot write: No such file or directory");
}

TEST(AtomicFile, RefusesAnEmptyName) {
  EXPECT_EQ(message_of<InputError>([] { const AtomicFile file(""); }),
            "cannot write: the file name is empty");
}

TEST(AtomicFile, ReportsAFullDiskAtCommit) {
  if (!full_disk_exists()) GTEST_SKIP() << "there is no /dev/full here";
  AtomicFile file("/dev/full");
  file.write("fits into the buffer");
  EXPECT_EQ(message_of<std::runtime_error>([&] { file.commit(); }),
            "/dev/full: cannot write: No space left on device");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(AtomicFile, ReportsAFullDiskAtWrite) {
  if (!full_disk_exists()) GTEST_SKIP() << "there is no /dev/full here";
  AtomicFile file("/dev/full");
  const std::string much(1 << 20, 'x');
  EXPECT_EQ(message_of<std::runtime_error>([&] { file.write(much); }),
            "/dev/full: cannot write: No space left on device");
}

// Stands for a full disk: while it lives, no file grows beyond `bytes`.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit small{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(AtomicFile, KeepsTheOldFileAndRemovesThePartWhenAWriteFails) {
  const TempFolder folder;
  folder.put("a", "old");
  {
    const SmallDisk disk(4096);
    AtomicFile file(folder / "a");
    const std::string much(1 << 20, 'x');
    EXPECT_EQ(message_of<std::runtime_error>([&] { file.write(much); }),
              (folder / "a").string() + ": cannot write: File too large");
  }
  EXPECT_EQ(contents(folder / "a"), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, RemovesThePartWhenTheLastBytesDoNotFit) {
  const TempFolder folder;
  {
    const SmallDisk disk(10);
    AtomicFile file(folder / "a");
    file.write("more than ten bytes");
    EXPECT_THROW(file.commit(), std::runtime_error);
  }
  EXPECT_EQ(folder.entries(), 0);
}

TEST(AtomicFile, WritesADeviceAsItIs) {
  AtomicFile file("/dev/null");
  file.write("text");
  file.commit();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(AtomicFile, ReportsARenameThatFailsAndLeavesNothing) {
  const TempFolder folder;
  AtomicFile file(folder / "a");
  fs::create_directories(folder / "a/b");
  EXPECT_EQ(message_of<std::runtime_error>([&] { file.commit(); }),
            (folder / "a").string() + ": cannot write: Is a directory");
}

TEST(AtomicFile, RemovesThePartWhenARenameFailed) {
  const TempFolder folder;
  {
    AtomicFile file(folder / "a");
    fs::create_directories(folder / "a/b");
    EXPECT_THROW(file.commit(), std::runtime_error);
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, RefusesToWriteAfterCommit) {
  const TempFolder folder;
  AtomicFile file(folder / "a");
  file.commit();
  EXPECT_THROW(file.write("more"), std::logic_error);
  EXPECT_THROW(file.commit(), std::logic_error);
}

TEST(OutputFile, ZipsByNameAndTheSameBytesGiveTheSameFile) {
  const TempFolder folder;
  const std::vector<std::uint8_t> bytes(200000, 7);
  for (const char* name : {"a.gz", "b.gz", "c"}) {
    OutputFile file(folder / name);
    file.write(bytes);
    file.commit();
  }
  EXPECT_EQ(contents(folder / "a.gz").substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(contents(folder / "a.gz"), contents(folder / "b.gz"));
  EXPECT_EQ(contents(folder / "c").size(), bytes.size());
}

}  // namespace
}  // namespace nn
