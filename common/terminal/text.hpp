#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nn {

/// A share of one as a percentage: `percent(0.97512)` is "97.51%".
std::string percent(double share, int decimals = 2);

/// A whole number that a person can read: `thousands(60000)` is "60,000".
std::string thousands(std::uint64_t number);

/// A length of time in the unit that suits it: "3.1 ms", "0.42 s", "12.3 s",
/// "2 min 05 s", "1 h 02 min".
std::string duration(double seconds);

/// How many columns of a terminal the UTF-8 text takes, as fmt counts them
/// when it pads: an East Asian character or an emoji takes two.
std::size_t display_width(std::string_view text);

/// The text on one line and harmless to a terminal: control characters are
/// written as `\n`, `\t` or `\x1b`. For what a user or a file has sent us.
std::string printable(std::string_view text);

}  // namespace nn
