#include "common/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace nn {

namespace {

std::string variable(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? "" : value;
}

Colours colours_of(const std::string& term, const Environment& environment) {
  if (!variable(environment, "NO_COLOR").empty()) return Colours::none;
  const std::string colorterm = variable(environment, "COLORTERM");
  if (colorterm == "truecolor" || colorterm == "24bit") return Colours::full;
  if (term.find("256color") != std::string::npos) return Colours::palette256;
  return Colours::basic;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

// POSIX: the first of the three that is set and not empty decides.
bool is_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = lower_case(variable(environment, name));
    if (locale.empty()) continue;
    return locale.find("utf-8") != std::string::npos ||
           locale.find("utf8") != std::string::npos;
  }
  return false;
}

void ask_size(Terminal& terminal) {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return;
  // Some serial consoles say 0 x 0, meaning that they do not know.
  if (size.ws_col > 0) terminal.width = size.ws_col;
  if (size.ws_row > 0) terminal.height = size.ws_row;
}

const char* code_of(Style style) {
  switch (style) {
    case Style::bold:
      return "1";
    case Style::dim:
      return "2";
    case Style::red:
      return "31";
    case Style::green:
      return "32";
    case Style::yellow:
      return "33";
    case Style::cyan:
      return "36";
  }
  return "0";
}

}  // namespace

Terminal describe_terminal(bool is_terminal, const Environment& environment) {
  Terminal terminal;
  const std::string term = variable(environment, "TERM");
  if (!is_terminal || term.empty() || term == "dumb") return terminal;
  terminal.interactive = true;
  terminal.colours = colours_of(term, environment);
  terminal.utf8 = is_utf8(environment);
  return terminal;
}

Terminal standard_output() {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  Terminal terminal = describe_terminal(
      is_terminal, [](const char* name) { return std::getenv(name); });
  if (terminal.interactive) ask_size(terminal);
  return terminal;
}

std::string styled(const Terminal& terminal, Style style,
                   std::string_view text) {
  if (terminal.colours == Colours::none) return std::string(text);
  return std::string("\x1b[") + code_of(style) + "m" + std::string(text) +
         "\x1b[0m";
}

}  // namespace nn
