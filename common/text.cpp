#include "common/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace nn {

std::string fixed(double value, int decimals) {
  std::array<char, 400> text = {};  // the largest double has 309 digits
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string percent(double share, int decimals) {
  return fixed(100 * share, decimals) + "%";
}

std::string thousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

namespace {

// "2 min 05 s": two units, the smaller one with two digits.
std::string two_units(long value, const char* large, const char* small) {
  std::string rest = std::to_string(value % 60);
  if (rest.size() < 2) rest.insert(0, "0");
  return std::to_string(value / 60) + large + rest + small;
}

}  // namespace

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  if (seconds > 3e9) return "over 95 years";
  if (seconds < 0.0001) return fixed(seconds * 1e6, 1) + " us";
  if (seconds < 0.0995) return fixed(seconds * 1e3, 1) + " ms";
  if (seconds < 9.995) return fixed(seconds, 2) + " s";
  if (seconds < 59.95) return fixed(seconds, 1) + " s";
  const long whole = std::lround(seconds);
  if (whole < 3600) return two_units(whole, " min ", " s");
  return two_units(whole / 60, " h ", " min");
}

namespace {

// One thing that a terminal treats as a whole: a character of `bytes` bytes
// that takes `width` columns, or a colour sequence that takes none.
struct Glyph {
  std::size_t bytes;
  std::size_t width;
  bool is_sequence;
};

// The length of the sequence ESC [ parameters letter at the text's start.
std::size_t sequence_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  std::size_t i = 2;
  while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
  return std::min(i + 1, text.size());
}

std::size_t utf8_length(unsigned char first) {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  if (first >= 0xc0) return 2;
  return 1;
}

// The code point of `bytes` bytes. Malformed text gives some number, which
// is good enough to count columns.
char32_t code_point(std::string_view text, std::size_t bytes) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (bytes == 1) return first;
  char32_t code = first & (0xffu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  return code;
}

bool is_between(char32_t code, char32_t low, char32_t high) {
  return low <= code && code <= high;
}

// After Markus Kuhn's wcwidth (2007), reduced to the blocks one meets.
std::size_t columns_of(char32_t code) {
  if (code < 0x20 || is_between(code, 0x7f, 0x9f)) return 0;
  if (is_between(code, 0x300, 0x36f)) return 0;    // combining marks
  if (is_between(code, 0x200b, 0x200f)) return 0;  // zero-width signs
  if (is_between(code, 0xfe00, 0xfe0f)) return 0;  // variation selectors
  const bool wide =
      is_between(code, 0x1100, 0x115f) || is_between(code, 0x2e80, 0xa4cf) ||
      is_between(code, 0xac00, 0xd7a3) || is_between(code, 0xf900, 0xfaff) ||
      is_between(code, 0xfe30, 0xfe6f) || is_between(code, 0xff00, 0xff60) ||
      is_between(code, 0x1f300, 0x1faff) || is_between(code, 0x20000, 0x3fffd);
  return wide ? 2 : 1;
}

Glyph first_glyph(std::string_view text) {
  const std::size_t sequence = sequence_length(text);
  if (sequence > 0) return {sequence, 0, true};
  const std::size_t bytes =
      std::min(utf8_length(static_cast<unsigned char>(text[0])), text.size());
  return {bytes, columns_of(code_point(text, bytes)), false};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    width += glyph.width;
    text.remove_prefix(glyph.bytes);
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  std::string kept;
  std::size_t used = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    used += glyph.width;
    if (glyph.is_sequence || used <= width) kept += text.substr(0, glyph.bytes);
    text.remove_prefix(glyph.bytes);
  }
  return kept;
}

std::string pad_right(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(width > used ? width - used : 0, ' ') + std::string(text);
}

namespace {

std::string escaped(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  std::array<char, 8> text = {};
  std::snprintf(text.data(), text.size(), "\\x%02x",
                static_cast<unsigned>(static_cast<unsigned char>(c)));
  return text.data();
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_control = byte < 0x20 || byte == 0x7f;
    result += is_control ? escaped(c) : std::string(1, c);
  }
  return result;
}

}  // namespace nn
