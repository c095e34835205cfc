#include "common/terminal/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nn {

std::string percent(double share, int decimals) {
  return fmt::format("{:.{}f}%", 100 * share, decimals);
}

std::string thousands(std::uint64_t number) {
  std::string digits = fmt::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  if (seconds > 3e9) return "over 95 years";
  if (seconds < 0.0001) return fmt::format("{:.1f} us", seconds * 1e6);
  if (seconds < 0.0995) return fmt::format("{:.1f} ms", seconds * 1e3);
  if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const long whole = std::lround(seconds);
  if (whole < 3600)
    return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::size_t display_width(std::string_view text) {
  // No text takes more columns than it has bytes. Filled up to that many, it
  // grows by those that it does not take.
  const std::size_t bytes = text.size();
  return 2 * bytes - fmt::format("{:{}}", text, bytes).size();
}

namespace {

// How many bytes at the text's start a terminal would obey: a control character
// of one byte, or one of U+0080 to U+009F. Of these U+009B stands for ESC [.
std::size_t control_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  return text.size() > 1 && byte(0) == 0xc2 && byte(1) < 0xa0 ? 2 : 0;
}

std::string escaped(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t control = control_length(text);
    for (const char c : text.substr(0, control)) result += escaped(c);
    if (control == 0) result += text.front();
    text.remove_prefix(std::max<std::size_t>(control, 1));
  }
  return result;
}

}  // namespace nn
