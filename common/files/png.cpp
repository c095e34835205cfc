#include "common/files/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/files/input_file.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::uint32_t kMostPixelsASide = 4096;

void check_signature(const std::filesystem::path& path) {
  InputFile file(path);
  std::uint8_t start[8] = {};
  const std::size_t count = file.read(start);
  if (count == sizeof start && png_sig_cmp(start, 0, count) == 0) return;
  const bool jpeg = start[0] == 0xff && start[1] == 0xd8;
  file.fail(0, jpeg ? "this is a JPEG picture: convert it to PNG"
                    : "this is no PNG picture");
}

// libpng's simplified interface, its memory freed however we leave.
struct PngImage : png_image {
  PngImage() : png_image{} { version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(this); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

// Grey and opacity of each pixel, row after row.
struct GreyAlpha {
  ImageSize size;
  std::vector<std::uint8_t> values;
};

GreyAlpha decode(const std::filesystem::path& path) {
  PngImage image;
  const auto check = [&](int done) {
    if (done != 0) return;
    throw InputError(fmt::format("{}: broken PNG picture: {}", path.string(),
                                 printable(image.message)));
  };
  check(png_image_begin_read_from_file(&image, path.c_str()));
  GreyAlpha result = {{image.height, image.width}, {}};
  // Only the header has been read so far.
  if (image.width > kMostPixelsASide || image.height > kMostPixelsASide) {
    throw InputError(fmt::format("{0}: {1} pixels: at most {2} x {2} are read",
                                 path.string(), to_string(result.size),
                                 kMostPixelsASide));
  }
  image.format = PNG_FORMAT_GA;
  result.values.resize(PNG_IMAGE_SIZE(image));
  check(
      png_image_finish_read(&image, nullptr, result.values.data(), 0, nullptr));
  return result;
}

// The picture as it looks in front of a wall of that grey.
Matrix in_front_of(const GreyAlpha& picture, float wall) {
  Matrix grey(picture.size.height, picture.size.width);
  const std::uint8_t* next = picture.values.data();
  for (std::size_t i = 0; i < picture.size.height; ++i) {
    for (std::size_t j = 0; j < picture.size.width; ++j, next += 2) {
      const float value = static_cast<float>(next[0]) / 255.0F;
      const float opacity = static_cast<float>(next[1]) / 255.0F;
      grey(i, j) = wall + opacity * (value - wall);
    }
  }
  return grey;
}

}  // namespace

Matrix read_png(const std::filesystem::path& path) {
  check_signature(path);
  const GreyAlpha picture = decode(path);
  Matrix on_white = in_front_of(picture, 1);
  if (on_white.min() < 1) return on_white;
  return in_front_of(picture, 0);  // white ink on nothing
}

Matrix read_digit(const std::filesystem::path& path, ImageSize size) {
  const Matrix grey = read_png(path);
  try {
    return digit_from_picture(grey, size);
  } catch (const InputError& error) {
    throw InputError(path.string() + ": " + error.what());
  }
}

}  // namespace nn
