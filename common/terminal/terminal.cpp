#include "common/terminal/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

// POSIX: the first of the three that is set and not empty decides.
bool is_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = variable(environment, name);
    if (locale.empty()) continue;
    for (const char* spelling : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
      if (locale.find(spelling) != std::string::npos) return true;
    }
    return false;
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
  return fmt::format("\x1b[{}m{}\x1b[0m", static_cast<int>(style), text);
}

}  // namespace nn
