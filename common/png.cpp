#include "common/png.hpp"

#include <png.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/input_file.hpp"
#include "common/text.hpp"

namespace nn {

namespace {

constexpr std::uint32_t kMostPixelsASide = 4096;
constexpr std::uint64_t kLargestFile = 256u << 20;

// Block by block, so that memory grows with what is really there.
std::vector<std::uint8_t> read_all(InputFile& file) {
  constexpr std::size_t kBlock = 1u << 20;
  std::vector<std::uint8_t> bytes;
  std::size_t count = kBlock;
  while (count == kBlock) {
    const std::size_t before = bytes.size();
    if (before > kLargestFile) file.fail(before, "the file is too large");
    bytes.resize(before + kBlock);
    count = file.read(std::span(bytes).subspan(before));
    bytes.resize(before + count);
  }
  return bytes;
}

void check_signature(const InputFile& file,
                     const std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t kSignature = 8;
  if (bytes.size() >= kSignature &&
      png_sig_cmp(bytes.data(), 0, kSignature) == 0) {
    return;
  }
  const bool jpeg = bytes.size() > 2 && bytes[0] == 0xff && bytes[1] == 0xd8;
  file.fail(0, jpeg ? "this is a JPEG picture: convert it to PNG"
                    : "this is no PNG picture");
}

// libpng's simplified interface, its memory freed however we leave.
struct PngImage {
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;

  [[noreturn]] void fail(const InputFile& file) const {
    throw InputError(file.name() +
                     ": broken PNG picture: " + printable(image.message));
  }

  png_image image = {};
};

// Grey and opacity of each pixel, a byte each, row after row.
struct GreyAlpha {
  std::size_t rows;
  std::size_t columns;
  std::vector<std::uint8_t> values;
};

GreyAlpha decode(const InputFile& file,
                 const std::vector<std::uint8_t>& bytes) {
  PngImage png;
  png_image& image = png.image;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) ==
      0) {
    png.fail(file);
  }
  // Only the header has been read so far.
  if (image.width > kMostPixelsASide || image.height > kMostPixelsASide) {
    throw InputError(file.name() + ": " + std::to_string(image.height) + " x " +
                     std::to_string(image.width) +
                     " pixels: at most 4096 x 4096 are read");
  }
  image.format = PNG_FORMAT_GA;
  GreyAlpha result = {image.height, image.width, {}};
  result.values.resize(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, result.values.data(), 0,
                            nullptr) == 0) {
    png.fail(file);
  }
  return result;
}

// What one sees of the picture in front of a wall of that grey.
Matrix in_front_of(const GreyAlpha& picture, float wall) {
  Matrix grey(picture.rows, picture.columns);
  const std::uint8_t* next = picture.values.data();
  for (std::size_t i = 0; i < picture.rows; ++i) {
    for (std::size_t j = 0; j < picture.columns; ++j, next += 2) {
      const float value = static_cast<float>(next[0]) / 255.0F;
      const float opacity = static_cast<float>(next[1]) / 255.0F;
      grey(i, j) = wall + opacity * (value - wall);
    }
  }
  return grey;
}

}  // namespace

Matrix read_png(const std::filesystem::path& path) {
  InputFile file(path);
  const std::vector<std::uint8_t> bytes = read_all(file);
  check_signature(file, bytes);
  const GreyAlpha picture = decode(file, bytes);
  Matrix on_white = in_front_of(picture, 1);
  if (on_white.min() < 1) return on_white;
  return in_front_of(picture, 0);  // white ink on nothing
}

Matrix read_digit(const std::filesystem::path& path, std::size_t rows,
                  std::size_t columns) {
  const Matrix grey = read_png(path);
  try {
    return digit_from_picture(grey, rows, columns);
  } catch (const InputError& error) {
    throw InputError(path.string() + ": " + error.what());
  }
}

}  // namespace nn
