#include "common/terminal/terminal.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>

#include "tests/support/child.hpp"

namespace nn {
namespace {

Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

TEST(Terminal, AFileIsPlain) {
  const Terminal terminal = describe_terminal(
      false, environment({{"TERM", "xterm"}, {"COLORTERM", "truecolor"}}));
  EXPECT_FALSE(terminal.interactive);
  EXPECT_EQ(terminal.colours, Colours::none);
}

TEST(Terminal, ADumbTerminalIsPlain) {
  EXPECT_FALSE(
      describe_terminal(true, environment({{"TERM", "dumb"}})).interactive);
  EXPECT_FALSE(describe_terminal(true, environment({})).interactive);
}

TEST(Terminal, ColoursFollowTheEnvironment) {
  const auto colours = [](std::map<std::string, std::string> variables) {
    return describe_terminal(true, environment(std::move(variables))).colours;
  };
  EXPECT_EQ(colours({{"TERM", "xterm"}}), Colours::basic);
  EXPECT_EQ(colours({{"TERM", "xterm-256color"}}), Colours::palette256);
  EXPECT_EQ(colours({{"TERM", "xterm"}, {"COLORTERM", "truecolor"}}),
            Colours::full);
}

TEST(Terminal, NoColorSwitchesColoursOffAndNotTheCursor) {
  const Terminal terminal = describe_terminal(
      true, environment({{"TERM", "xterm-256color"}, {"NO_COLOR", "1"}}));
  EXPECT_EQ(terminal.colours, Colours::none);
  EXPECT_TRUE(terminal.interactive);
}

TEST(Terminal, AnEmptyNoColorSaysNothing) {
  const Terminal terminal = describe_terminal(
      true, environment({{"TERM", "xterm"}, {"NO_COLOR", ""}}));
  EXPECT_EQ(terminal.colours, Colours::basic);
}

TEST(Terminal, TheFirstLocaleVariableDecidesAboutUtf8) {
  const auto utf8 = [](std::map<std::string, std::string> variables) {
    variables["TERM"] = "xterm";
    return describe_terminal(true, environment(std::move(variables))).utf8;
  };
  EXPECT_TRUE(utf8({{"LANG", "en_GB.UTF-8"}}));
  EXPECT_TRUE(utf8({{"LC_CTYPE", "C.utf8"}, {"LANG", "C"}}));
  EXPECT_FALSE(utf8({{"LC_ALL", "C"}, {"LANG", "en_GB.UTF-8"}}));
  EXPECT_TRUE(utf8({{"LC_ALL", ""}, {"LANG", "en_GB.UTF-8"}}));
  EXPECT_FALSE(utf8({}));
}

TEST(Terminal, StyleIsLeftOutWithoutColours) {
  Terminal terminal;
  EXPECT_EQ(styled(terminal, Style::cyan, "x"), "x");
  terminal.colours = Colours::basic;
  EXPECT_EQ(styled(terminal, Style::cyan, "x"), "\x1b[36mx\x1b[0m");
  EXPECT_EQ(styled(terminal, Style::bold, "x"), "\x1b[1mx\x1b[0m");
}

int tell_size(CommandLine&) {
  const Terminal terminal = standard_output();
  std::cout << terminal.interactive << ' ' << terminal.width << ' '
            << terminal.height;
  return 0;
}

TEST(Terminal, StandardOutputTellsARealTerminalsSize) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  EXPECT_EQ(run_on_terminal(tell_size, {10, 123, 0, 0}).output, "1 123 10");
}

TEST(Terminal, ATerminalThatDoesNotKnowItsSizeIsTakenFor80By24) {
  if (!terminals_exist()) GTEST_SKIP() << "no pseudo-terminals here";
  EXPECT_EQ(run_on_terminal(tell_size, {0, 0, 0, 0}).output, "1 80 24");
}

TEST(Terminal, APipeIsNoTerminal) {
  EXPECT_EQ(run_child(tell_size).output, "0 80 24");
}

}  // namespace
}  // namespace nn
