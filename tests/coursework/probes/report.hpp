/// @file
/// What a probe reports.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nn::probe {

/// What an exercise computed, a line a key:
///
///     exact|close <tab> key <tab> count <tab> value value ...
///
/// A key says in words what the values are, as a student reads it. Each key
/// is reported once.
class Report {
 public:
  /// Values that must be equal: counts, labels, true or false.
  void exact(std::string_view key, std::span<const double> values);
  void exact(std::string_view key, double value) { exact(key, {&value, 1}); }

  /// Values that may differ as sums in another order do: by 1e-4 of the
  /// largest of this key, or by 1e-6.
  void close(std::string_view key, std::span<const double> values);
  void close(std::string_view key, double value) { close(key, {&value, 1}); }

  /// For the student alone, and not compared: how a failure came about.
  void note(std::string_view text);

  /// The lines so far.
  const std::string& text() const { return text_; }

 private:
  void line(std::string_view kind, std::string_view key,
            std::span<const double> values);

  std::string text_;
};

/// To the end, however little a pipe takes at a time; ends the program if
/// that cannot be.
void write_all(int file, std::string_view text);

}  // namespace nn::probe
