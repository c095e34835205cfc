#include "common/program/program.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <list>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "common/error.hpp"
#include "common/files/atomic_file.hpp"
#include "common/program/interrupt.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

TEST(Program, ReturnsWhatItsBodyReturns) {
  const Ending ending = run_child([](CommandLine& line) {
    std::cout << "I am " << line.name() << '\n';
    return 7;
  });
  EXPECT_EQ(ending.status, 7);
  EXPECT_EQ(ending.output, "I am chapter03\n");
  EXPECT_EQ(ending.errors, "");
}

TEST(Program, ReportsBadInputInOneLineAndExitsWith2) {
  const Ending ending = run_child(
      [](CommandLine&) -> int { throw InputError("no file\ncalled so"); });
  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.errors, "chapter03: no file\\ncalled so\n");
}

TEST(Program, RefusesBadOptionsWith2) {
  const Ending ending = run_child(
      [](CommandLine& line) {
        CommonOptions options;
        line.take(options, {"--epochs"});
        line.parse();
        return 0;
      },
      {"--epochs", "0"});
  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.output, "");
  EXPECT_EQ(ending.errors,
            "chapter03: --epochs 0: must be a whole number from 1 to "
            "100000\n");
}

TEST(Program, PrintsHelpOnStandardOutputAndExitsWith0) {
  const Ending ending = run_child(
      [](CommandLine& line) {
        line.parse();
        return 9;
      },
      {"--help"});
  EXPECT_EQ(ending.status, 0);
  EXPECT_NE(ending.output.find("Usage: ./chapter03"), std::string::npos);
  EXPECT_EQ(ending.errors, "");
}

TEST(Program, ReportsFailuresInOneLineAndExitsWith1) {
  const Ending failure = run_child(
      [](CommandLine&) -> int { throw std::runtime_error("the disk burns"); });
  EXPECT_EQ(failure.status, 1);
  EXPECT_EQ(failure.errors, "chapter03: the disk burns\n");
  const Ending memory =
      run_child([](CommandLine&) -> int { throw std::bad_alloc(); });
  EXPECT_EQ(memory.status, 1);
  EXPECT_EQ(memory.errors,
            "chapter03: out of memory: use smaller numbers, or raise "
            "`ulimit -v`\n");
  const Ending strange = run_child([](CommandLine&) -> int { throw 42; });
  EXPECT_EQ(strange.status, 1);
  EXPECT_EQ(strange.errors, "chapter03: an unknown exception\n");
}

TEST(Program, SaysThreadsWhereThereAreTooFew) {
  const Ending ending = run_child(
      [](CommandLine&) {
        std::thread([] {}).join();
        return 0;
      },
      {}, "",
      [] {
        become_nobody();
        const rlimit none = {0, 0};
        setrlimit(RLIMIT_NPROC, &none);
      });
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.errors,
            "chapter03: the system starts no more threads: use fewer, or raise "
            "`ulimit -u` and `ulimit -v`\n");
}

TEST(Program, KeepsWhatWasPrintedBeforeAFailure) {
  const Ending ending = run_child([](CommandLine&) -> int {
    std::cout << "so far";
    throw std::runtime_error("no further");
  });
  EXPECT_EQ(ending.output, "so far");
}

int print_one_line(CommandLine&) {
  std::cout << "a line\n";
  return 0;
}

TEST(Program, AFullDiskIsNoSilentSuccess) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const Ending ending = run_child(print_one_line, {}, "/dev/full");
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.errors,
            "chapter03: cannot write to standard output: No space left on "
            "device\n");
}

TEST(Program, AClosedStandardOutputIsNoSilentSuccess) {
  const Ending ending = run_child(print_one_line, {}, "", [] { close(1); });
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.errors,
            "chapter03: cannot write to standard output: Bad file "
            "descriptor\n");
}

TEST(Program, FilesDoNotTakeThePlaceOfAClosedStandardOutput) {
  const Ending ending =
      run_child([](CommandLine&) { return open("/dev/null", O_WRONLY); }, {},
                "", [] { close(1); });
  EXPECT_GT(ending.status, 2);
}

// Replaces standard output by a pipe that nobody reads.
void break_pipe() {
  int ends[2];
  if (pipe(ends) != 0) _exit(99);
  dup2(ends[1], 1);
  close(ends[0]);
  close(ends[1]);
}

TEST(Program, StopsWhenItsReaderHasGone) {
  const Ending ending = run_child(
      [](CommandLine&) {
        for (int i = 0; i < 10000; ++i) std::cout << "a line" << std::endl;
        return 0;
      },
      {}, "", break_pipe);
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.errors,
            "chapter03: cannot write to standard output: Broken pipe\n");
}

// Replaces standard output by a pipe whose reader is there and reads nothing.
void stall_pipe() {
  int ends[2];
  if (pipe(ends) != 0) _exit(99);
  dup2(ends[1], 1);
  close(ends[1]);
  alarm(20);  // ends what hangs
}

TEST(Program, EndsAtTheFirstInterruptWhenItsReaderHasStalled) {
  const Ending ending = run_child(
      [](CommandLine&) {
        const pid_t asking = fork();
        if (asking == 0) {
          usleep(200'000);  // by then the pipe is full
          kill(getppid(), SIGINT);
          _exit(0);
        }
        for (int i = 0; i < 100000; ++i) std::cout << "a line" << std::endl;
        return 0;
      },
      {}, "", stall_pipe);
  EXPECT_EQ(ending.status, 130);
  EXPECT_EQ(ending.errors, "chapter03: interrupted\n");
}

TEST(Program, SurvivesAClosedStandardError) {
  const Ending ending =
      run_child([](CommandLine&) -> int { throw InputError("bad"); }, {}, "",
                [] { close(2); });
  EXPECT_EQ(ending.status, 2);
}

TEST(Interrupt, TheFirstOnlySetsAFlagAndTheProgramEndsWith130) {
  const Ending ending = run_child([](CommandLine&) {
    if (interrupted()) return 9;
    raise(SIGINT);
    std::cout << (interrupted() ? "saved" : "lost");
    return 0;
  });
  EXPECT_EQ(ending.status, 130);
  EXPECT_EQ(ending.output, "saved");
  EXPECT_EQ(ending.errors, "chapter03: interrupted\n");
}

TEST(Interrupt, MayBeThrown) {
  const Ending ending = run_child([](CommandLine&) {
    throw_if_interrupted();
    raise(SIGINT);
    throw_if_interrupted();
    return 0;
  });
  EXPECT_EQ(ending.status, 130);
  EXPECT_EQ(ending.errors, "chapter03: interrupted\n");
}

TEST(Interrupt, TheSecondEndsAtOnceByTheSignalItself) {
  const Ending ending = run_child([](CommandLine&) {
    raise(SIGINT);
    std::cout << "one" << std::flush;
    raise(SIGINT);
    std::cout << "two" << std::flush;
    return 0;
  });
  EXPECT_EQ(ending.status, 128 + SIGINT);
  EXPECT_EQ(ending.output, "one");
}

TEST(Interrupt, TheFirstEndsWhereNothingIsToBeSaved) {
  const Ending ending = run_child([](CommandLine&) {
    end_at_first_interrupt();
    std::cout << "one" << std::flush;
    raise(SIGINT);
    std::cout << "two" << std::flush;
    return 0;
  });
  EXPECT_EQ(ending.status, 128 + SIGINT);
  EXPECT_EQ(ending.output, "one");
}

TEST(Interrupt, TheSecondSwitchesColoursOffOnATerminal) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  const Ending ending = run_on_terminal([](CommandLine&) {
    std::cout << "\x1b[31mred" << std::flush;
    raise(SIGINT);
    raise(SIGINT);
    return 0;
  });
  EXPECT_EQ(ending.status, 128 + SIGINT);
  EXPECT_EQ(ending.output, "\x1b[31mred\x1b[0m\r\n");
}

TEST(Interrupt, TerminationIsOneTooWithAStatusOfItsOwn) {
  const Ending ending = run_child([](CommandLine&) {
    raise(SIGTERM);
    return 0;
  });
  EXPECT_EQ(ending.status, 128 + SIGTERM);
  const Ending thrown = run_child([](CommandLine&) {
    raise(SIGTERM);
    throw_if_interrupted();
    return 0;
  });
  EXPECT_EQ(thrown.status, 128 + SIGTERM);
  EXPECT_EQ(thrown.errors, "chapter03: interrupted\n");
}

TEST(Interrupt, SoIsATerminalThatHasGone) {
  const Ending ending = run_child([](CommandLine&) {
    raise(SIGHUP);
    std::cout << (interrupted() ? "saved" : "lost");
    return 0;
  });
  EXPECT_EQ(ending.status, 128 + SIGHUP);
  EXPECT_EQ(ending.output, "saved");
}

TEST(Interrupt, TheSecondRemovesWhatIsUnfinishedAndNothingElse) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGQUIT}) {
    // A shell that runs the tests in the background has it ignored.
    std::signal(number, SIG_DFL);
    const TempFolder folder;
    folder.put("b", "old");
    const Ending ending = run_child([&](CommandLine&) {
      AtomicFile whole(folder / "a");
      whole.write("whole");
      whole.commit();
      const AtomicFile one(folder / "b");
      const AtomicFile two(folder / "c");
      raise(number);
      raise(number);
      return 0;
    });
    EXPECT_EQ(ending.status, 128 + number);
    EXPECT_EQ(contents(folder / "a"), "whole");
    EXPECT_EQ(contents(folder / "b"), "old");
    EXPECT_EQ(folder.entries(), 2) << "signal " << number;
  }
}

TEST(Interrupt, MoreUnfinishedFilesThanItKnowsDoNoHarm) {
  const TempFolder folder;
  const Ending ending = run_child([&](CommandLine&) {
    std::list<AtomicFile> files;
    for (int k = 0; k < 20; ++k) files.emplace_back(folder / "a");
    files.clear();  // and its places are free again
    for (int k = 0; k < 5; ++k) files.emplace_back(folder / "a");
    raise(SIGINT);
    raise(SIGINT);
    return 0;
  });
  EXPECT_EQ(ending.status, 128 + SIGINT);
  EXPECT_EQ(folder.entries(), 0);
}

TEST(Program, AFileThatGrowsTooLargeIsAFailedWrite) {
  const TempFolder folder;
  const Ending ending = run_child(
      [&](CommandLine&) {
        AtomicFile file(folder / "a");
        file.write(std::string(1 << 16, 'x'));
        file.commit();
        return 0;
      },
      {}, "",
      [] {
        const rlimit small = {4096, 4096};
        setrlimit(RLIMIT_FSIZE, &small);
      });
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.errors, "chapter03: " + (folder / "a").string() +
                               ": cannot write: File too large\n");
  EXPECT_EQ(folder.entries(), 0);
}

TEST(Interrupt, StaysIgnoredWhereItWasIgnored) {
  const Ending ending = run_child(
      [](CommandLine&) {
        raise(SIGINT);
        raise(SIGINT);
        return interrupted() ? 9 : 0;
      },
      {}, "", [] { signal(SIGINT, SIG_IGN); });
  EXPECT_EQ(ending.status, 0);
}

}  // namespace
}  // namespace nn
