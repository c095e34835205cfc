#include "tests/support/idx_write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "common/data/idx.hpp"
#include "tests/support/output_file.hpp"

namespace nn {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunkPixels = 65536;

void write_header(OutputFile& file, std::span<const std::size_t> sizes) {
  const auto dimensions = static_cast<std::uint8_t>(sizes.size());
  std::vector<std::uint8_t> bytes{0, 0, kIdxUnsignedByte, dimensions};
  for (const std::size_t size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(size >> shift));
    }
  }
  file.write(bytes);
}

void check_sizes(std::span<const std::size_t> sizes) {
  for (const std::size_t size : sizes) {
    if (size <= std::numeric_limits<std::uint32_t>::max()) continue;
    throw std::invalid_argument(
        fmt::format("an IDX size has 32 bits, too few for {}", size));
  }
}

std::uint8_t byte_of(float pixel) {
  if (!(pixel >= 0 && pixel <= 1)) {  // this way round it refuses NaN, too
    throw std::invalid_argument(
        fmt::format("a pixel must be in [0, 1], this one is {}", pixel));
  }
  return static_cast<std::uint8_t>(std::lround(pixel * 255));
}

void write_pixels(OutputFile& file, std::span<const float> pixels) {
  std::vector<std::uint8_t> buffer(kChunkPixels);
  while (!pixels.empty()) {
    const auto part = pixels.first(std::min(kChunkPixels, pixels.size()));
    std::transform(part.begin(), part.end(), buffer.begin(), byte_of);
    file.write({buffer.data(), part.size()});
    pixels = pixels.subspan(part.size());
  }
}

}  // namespace

void write_idx_images(const fs::path& path, const Matrix& pixels,
                      ImageSize size) {
  if (size.pixels() == 0 || pixels.n_rows != size.pixels()) {
    throw std::invalid_argument(
        fmt::format("images of {} pixels do not fit columns of {}",
                    to_string(size), pixels.n_rows));
  }
  const std::size_t sizes[] = {pixels.n_cols, size.height, size.width};
  check_sizes(sizes);
  OutputFile file(path);
  write_header(file, sizes);
  write_pixels(file, {pixels.memptr(), pixels.n_elem});
  file.commit();
}

void write_idx_labels(const fs::path& path,
                      std::span<const std::uint8_t> labels) {
  const std::size_t sizes[] = {labels.size()};
  check_sizes(sizes);
  OutputFile file(path);
  write_header(file, sizes);
  file.write(labels);
  file.commit();
}

}  // namespace nn
