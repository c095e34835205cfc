#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace nn {

/// How many colours a stream shows.
enum class Colours { none, basic, palette256, full };

/// The abilities of the stream that we print on. A plain value: tests make the
/// one they want, programs ask `standard_output()`.
struct Terminal {
  /// The cursor may be moved, so lines can be redrawn in place.
  bool interactive = false;
  /// Colours that may be used.
  Colours colours = Colours::none;
  /// Characters beyond ASCII are shown.
  bool utf8 = false;
  /// Columns.
  std::size_t width = 80;
  /// Rows.
  std::size_t height = 24;
};

/// An environment: the value of a variable, or nullptr.
using Environment = std::function<const char*(const char*)>;

/// What a terminal can do according to the environment: `TERM=dumb` or no
/// TERM means no cursor and no colours, a non-empty `NO_COLOR` no colours
/// (no-color.org), `COLORTERM=truecolor` all of them. UTF-8 is what the first
/// of LC_ALL, LC_CTYPE and LANG that is set says.
/// @param is_terminal false for a file or a pipe: everything stays plain
Terminal describe_terminal(bool is_terminal, const Environment& environment);

/// What standard output can do, asked of the system at each call.
Terminal standard_output();

/// How a text is set off where colours are allowed: the numbers of ECMA-48.
enum class Style { bold = 1, dim = 2, yellow = 33, cyan = 36 };

/// The text in that style; unchanged where there are no colours.
std::string styled(const Terminal& terminal, Style style,
                   std::string_view text);

}  // namespace nn
