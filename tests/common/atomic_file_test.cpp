#include "common/files/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/files/result_file.hpp"
#include "tests/support/child.hpp"
#include "tests/support/output_file.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;

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
}

TEST(AtomicFile, TakesANameAsLongAsTheSystemDoes) {
  const TempFolder folder;
  const std::string longest(255, 'n');
  AtomicFile file(folder / longest);
  file.write("text");
  file.commit();
  EXPECT_EQ(contents(folder / longest), "text");
  EXPECT_EQ(message_of<InputError>(
                [&] { const AtomicFile more(folder / (longest + "n")); }),
            (folder / (longest + "n")).string() +
                ": cannot write: File name too long");
}

TEST(AtomicFile, GivesANewFileTheUsualPermissions) {
  const TempFolder folder;
  const mode_t old = umask(027);
  {
    AtomicFile file(folder / "a");
    file.commit();
  }
  umask(old);
  EXPECT_EQ(fs::status(folder / "a").permissions(), fs::perms{0640});
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

TEST(AtomicFile, CreatesWhatALinkWithoutATargetNames) {
  const TempFolder folder;
  fs::create_directory(folder / "far");
  fs::create_symlink("far/link", folder / "link");
  fs::create_symlink("target", folder / "far/link");
  AtomicFile file(folder / "link");
  file.write("new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_TRUE(fs::is_symlink(folder / "far/link"));
  EXPECT_EQ(contents(folder / "far/target"), "new");
}

TEST(AtomicFile, KnowsTheFileThatALinkOrADotMeans) {
  const TempFolder folder;
  fs::create_directory(folder / "far");
  fs::create_symlink("far/a", folder / "link");
  fs::create_symlink("far", folder / "near");
  const fs::path target = fs::canonical(folder / "far") / "a";
  for (const char* name :
       {"far/a", "far/./a", "far/../far//a", "near/a", "link"}) {
    EXPECT_EQ(AtomicFile(folder / name).target(), target) << name;
  }
}

std::string refusal(const fs::path& path) {
  const std::string message =
      message_of<InputError>([&] { const AtomicFile file(path); });
  const std::string start = path.string() + ": cannot write: ";
  EXPECT_TRUE(message.starts_with(start)) << message;
  return message.substr(std::min(start.size(), message.size()));
}

TEST(AtomicFile, RefusesACircleOfLinks) {
  const TempFolder folder;
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  EXPECT_EQ(refusal(folder / "a"), "Too many levels of symbolic links");
  EXPECT_EQ(folder.entries(), 2);
}

TEST(AtomicFile, LeavesAFileToWhomItBelongs) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const TempFolder folder;
  folder.put("a", "old");
  ASSERT_EQ(chown((folder / "a").c_str(), 4001, 4002), 0);
  AtomicFile file(folder / "a");
  file.write("new");
  file.commit();
  struct stat now {};
  ASSERT_EQ(stat((folder / "a").c_str(), &now), 0);
  EXPECT_EQ(now.st_uid, 4001U);
  EXPECT_EQ(now.st_gid, 4002U);
}

TEST(AtomicFile, RefusesAPipeWithoutWaitingForItsReader) {
  const TempFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", folder / "link");
  EXPECT_EQ(refusal(folder / "pipe"), "it is not a regular file");
  EXPECT_EQ(refusal(folder / "link"), "it is not a regular file");
  EXPECT_EQ(folder.entries(), 2);
}

TEST(AtomicFile, RefusesADevice) {
  EXPECT_EQ(refusal("/dev/null"), "it is not a regular file");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(AtomicFile, RefusesTheFileThatTheProgramPrintsInto) {
  if (!fs::exists("/dev/fd/1")) GTEST_SKIP() << "no /dev/fd here";
  const TempFolder folder;
  const std::string out = folder.put("out", "").string();
  for (const std::string& name : {std::string("/dev/fd/1"), out}) {
    const Ending ending = run_child(
        [&](CommandLine&) {
          std::cout << "printed" << std::flush;
          AtomicFile file(name);
          file.commit();
          return 0;
        },
        {}, out);
    EXPECT_EQ(ending.status, 2);
    EXPECT_EQ(ending.errors,
              "chapter03: " + name +
                  ": cannot write: this program prints there; name another "
                  "file\n");
    EXPECT_EQ(contents(out), "printed");
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, RefusesAFileThatTheUserHasProtected) {
  const TempFolder folder;
  const fs::path old = folder.put("a", "old");
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(old, fs::perms::owner_read | fs::perms::others_read);
  const Ending ending = run_child(
      [&](CommandLine&) {
        AtomicFile file(old);
        file.commit();
        return 0;
      },
      {}, "", become_nobody);
  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.errors, "chapter03: " + old.string() +
                               ": cannot write: Permission denied\n");
  EXPECT_EQ(contents(old), "old");
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

TEST(ResultFile, IsRefusedBeforeTheWorkIfItCannotBeWritten) {
  EXPECT_THROW(ResultFile("/no/such/folder/trace.json"), InputError);
}

TEST(ResultFile, LeavesTheOldFileAndNothingElseIfTheWorkFails) {
  const TempFolder folder;
  folder.put("a", "old");
  { ResultFile file((folder / "a").string()); }
  EXPECT_EQ(contents(folder / "a"), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ResultFile, IsOptional) {
  ResultFile none("");
  EXPECT_FALSE(none.wanted());
  EXPECT_NO_THROW(none.write("text"));
  const TempFolder folder;
  EXPECT_TRUE(ResultFile((folder / "a").string(), &none).wanted());
}

TEST(ResultFile, IsRefusedIfAnotherResultGoesThere) {
  const TempFolder folder;
  fs::create_symlink("a", folder / "link");
  const std::string first = (folder / "a").string();
  const ResultFile other(first);
  for (const char* name : {"a", "./a", "link"}) {
    const std::string second = (folder / name).string();
    EXPECT_EQ(message_of<InputError>([&] { ResultFile(second, &other); }),
              second + " and " + first +
                  ": the same file for two results; give each its own");
  }
  EXPECT_NO_THROW(ResultFile((folder / "b").string(), &other));
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
