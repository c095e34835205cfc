#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace nn {

/// Height and width of an image in pixels; MNIST's by default.
struct ImageSize {
  std::size_t height = 28;  ///< rows of pixels
  std::size_t width = 28;   ///< pixels in a row

  /// How many pixels there are in all.
  std::size_t pixels() const { return height * width; }

  bool operator==(const ImageSize&) const = default;
};

/// What fits into a message: "28 x 28".
inline std::string to_string(const ImageSize& size) {
  return fmt::format("{} x {}", size.height, size.width);
}

}  // namespace nn
