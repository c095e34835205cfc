#include "common/program.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>

#include "common/error.hpp"
#include "common/interrupt.hpp"
#include "tests/common/child.hpp"

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
  EXPECT_EQ(ending.errors, "chapter03: --epochs 0: must be from 1 to 100000\n");
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
  EXPECT_EQ(memory.errors, "chapter03: out of memory\n");
  const Ending strange = run_child([](CommandLine&) -> int { throw 42; });
  EXPECT_EQ(strange.status, 1);
  EXPECT_EQ(strange.errors, "chapter03: an unknown exception\n");
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
  EXPECT_EQ(ending.errors, "");
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
