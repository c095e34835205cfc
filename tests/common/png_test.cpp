#include "common/files/png.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/rng.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;

// Writes pixels in one of libpng's formats.
template <typename Value>
fs::path write_png(const fs::path& path, png_uint_32 rows, png_uint_32 columns,
                   png_uint_32 format, const std::vector<Value>& pixels,
                   const std::vector<std::uint8_t>& palette = {}) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.height = rows;
  image.width = columns;
  image.format = format;
  image.colormap_entries = static_cast<png_uint_32>(palette.size() / 3);
  EXPECT_NE(png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0,
                                    palette.data()),
            0)
      << image.message;
  return path;
}

using Bytes = std::vector<std::uint8_t>;

TEST(Png, ReadsGreyRowByRow) {
  const TempFolder folder;
  const Matrix grey = read_png(write_png<std::uint8_t>(
      folder / "g.png", 2, 3, PNG_FORMAT_GRAY, {0, 51, 102, 153, 204, 255}));
  const Matrix expected = {{0, 0.2F, 0.4F}, {0.6F, 0.8F, 1}};
  EXPECT_TRUE(arma::approx_equal(grey, expected, "absdiff", 1e-6F));
}

TEST(Png, ReadsColours) {
  const TempFolder folder;
  const Matrix grey = read_png(
      write_png<std::uint8_t>(folder / "c.png", 1, 3, PNG_FORMAT_RGB,
                              {255, 255, 255, 128, 128, 128, 0, 255, 0}));
  EXPECT_FLOAT_EQ(grey(0), 1);
  EXPECT_NEAR(grey(1), 128 / 255.0, 0.01);
  EXPECT_GT(grey(2), 0.7F);  // green is bright to the eye
}

TEST(Png, ReadsPalettes) {
  const TempFolder folder;
  const Matrix grey = read_png(
      write_png<std::uint8_t>(folder / "p.png", 1, 2, PNG_FORMAT_RGB_COLORMAP,
                              {1, 0}, {0, 0, 0, 255, 255, 255}));
  EXPECT_TRUE(arma::approx_equal(grey, Matrix{{1, 0}}, "absdiff", 1e-6F));
}

TEST(Png, ReadsSixteenBits) {
  const TempFolder folder;
  const Matrix grey = read_png(write_png<std::uint16_t>(
      folder / "s.png", 1, 3, PNG_FORMAT_LINEAR_Y, {0, 32768, 65535}));
  EXPECT_FLOAT_EQ(grey(0), 0);
  EXPECT_NEAR(grey(1), 0.735, 0.01);  // half the light, as sRGB encodes it
  EXPECT_FLOAT_EQ(grey(2), 1);
}

TEST(Png, TransparentPartsAreWhitePaper) {
  const TempFolder folder;
  const Matrix grey = read_png(write_png<std::uint8_t>(
      folder / "t.png", 1, 3, PNG_FORMAT_GA, {0, 0, 0, 255, 255, 255}));
  EXPECT_TRUE(arma::approx_equal(grey, Matrix{{1, 0, 1}}, "absdiff", 1e-6F));
}

TEST(Png, WhiteInkOnNothingIsSeenOnBlack) {
  const TempFolder folder;
  const Matrix grey = read_png(write_png<std::uint8_t>(
      folder / "w.png", 1, 2, PNG_FORMAT_GA, {255, 0, 255, 255}));
  EXPECT_TRUE(arma::approx_equal(grey, Matrix{{0, 1}}, "absdiff", 1e-6F));
}

std::string refusal(const fs::path& path) {
  const std::string message = message_of<InputError>([&] { read_png(path); });
  const std::string start = path.string() + ": ";
  EXPECT_TRUE(message.starts_with(start)) << message;
  return message.substr(std::min(start.size(), message.size()));
}

TEST(Png, RefusesWhatIsNoPng) {
  const TempFolder folder;
  EXPECT_EQ(refusal(folder.put("a", "")), "byte 0: this is no PNG picture");
  EXPECT_EQ(refusal(folder.put("a", "GIF89a, it says")),
            "byte 0: this is no PNG picture");
  EXPECT_EQ(refusal(folder.put("a", "\xff\xd8\xff\xe0 JFIF")),
            "byte 0: this is a JPEG picture: convert it to PNG");
  EXPECT_THROW(read_png(folder / "missing"), InputError);
  EXPECT_THROW(read_png(folder.path()), InputError);
}

// A 64 x 64 picture that does not compress.
std::string noise_png(const TempFolder& folder) {
  Rng rng(1);
  Bytes pixels(64 * 64);
  for (std::uint8_t& pixel : pixels) {
    pixel = static_cast<std::uint8_t>(rng.below(256));
  }
  return contents(write_png(folder / "n.png", 64, 64, PNG_FORMAT_GRAY, pixels));
}

TEST(Png, RefusesTruncatedPictures) {
  const TempFolder folder;
  const std::string whole = noise_png(folder);
  for (const std::size_t size : {8ul, 20ul, 40ul, 100ul, whole.size() / 2}) {
    EXPECT_TRUE(refusal(folder.put("a", whole.substr(0, size)))
                    .starts_with("broken PNG picture: "));
  }
}

TEST(Png, SurvivesDamage) {
  const TempFolder folder;
  const std::string whole = noise_png(folder);
  for (std::size_t i = 8; i < whole.size(); i += 7) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    try {
      read_png(folder.put("d", damaged));
    } catch (const InputError&) {
    }
  }
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift);
  }
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  std::uint32_t crc = 0xffffffff;  // PNG specification, annex D
  for (const char c : body) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int k = 0; k < 8; ++k) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return big_endian(static_cast<std::uint32_t>(data.size())) + body +
         big_endian(~crc);
}

TEST(Png, RefusesHugePicturesBeforeAllocatingThem) {
  const TempFolder folder;
  const std::string grey8("\x08\x00\x00\x00\x00", 5);
  const auto path = folder.put(
      "huge.png",
      "\x89PNG\r\n\x1a\n" +
          chunk("IHDR", big_endian(999999) + big_endian(888888) + grey8) +
          chunk("IDAT", "x") + chunk("IEND", ""));
  EXPECT_EQ(refusal(path),
            "888888 x 999999 pixels: at most 4096 x 4096 are read");
}

// ---- Digits ----------------------------------------------------------------

// A disc of ink in a picture of its own: the plainest thing to measure.
Matrix disc(arma::uword rows, arma::uword columns, double row, double column,
            double radius) {
  Matrix ink(rows, columns);
  for (arma::uword j = 0; j < columns; ++j) {
    for (arma::uword i = 0; i < rows; ++i) {
      const double distance = std::hypot(static_cast<double>(i) - row,
                                         static_cast<double>(j) - column);
      ink(i, j) =
          static_cast<float>(std::clamp(radius - distance + 0.5, 0.0, 1.0));
    }
  }
  return ink;
}

// Without its upper left quarter, so that its centre of mass lies between no
// two pixels, where noise would decide the rounding.
Matrix three_quarters(Matrix ink, arma::uword row, arma::uword column) {
  ink.submat(0, 0, row, column).zeros();
  return ink;
}

Matrix bar(arma::uword rows, arma::uword columns, arma::uword top,
           arma::uword left, arma::uword height, arma::uword width) {
  Matrix ink(rows, columns, arma::fill::zeros);
  ink.submat(top, left, arma::SizeMat(height, width)).ones();
  return ink;
}

// The image of a digit as rows x columns.
Matrix unrolled(const Matrix& image, arma::uword rows, arma::uword columns) {
  EXPECT_EQ(image.n_rows, rows * columns);
  EXPECT_EQ(image.n_cols, 1u);
  return arma::reshape(image, columns, rows).t();
}

struct Extent {
  arma::uword rows;
  arma::uword columns;
};

Extent extent_of(const Matrix& image) {
  const arma::uvec rows = arma::find(arma::max(image, 1) > 0);
  const arma::uvec columns = arma::find(arma::max(image, 0) > 0);
  return {rows.back() - rows.front() + 1, columns.back() - columns.front() + 1};
}

double mean_row(const Matrix& image) {
  double moment = 0;
  for (arma::uword i = 0; i < image.n_rows; ++i) {
    moment +=
        static_cast<double>(i) * static_cast<double>(arma::accu(image.row(i)));
  }
  return moment / static_cast<double>(arma::accu(image));
}

TEST(DigitFromPicture, FillsTheBoxAndIsCentredByMass) {
  const Matrix image =
      unrolled(digit_from_picture(disc(300, 400, 200, 100, 60)), 28, 28);
  EXPECT_EQ(extent_of(image).rows, 20u);
  EXPECT_EQ(extent_of(image).columns, 20u);
  EXPECT_NEAR(mean_row(image), 14, 0.51);
  EXPECT_NEAR(mean_row(image.t()), 14, 0.51);
  EXPECT_FLOAT_EQ(image.max(), 1);
  EXPECT_GE(image.min(), 0);
}

TEST(DigitFromPicture, KeepsTheProportions) {
  const Matrix image =
      unrolled(digit_from_picture(bar(200, 200, 20, 30, 120, 60)), 28, 28);
  EXPECT_EQ(extent_of(image).rows, 20u);
  EXPECT_EQ(extent_of(image).columns, 10u);
  EXPECT_NEAR(arma::accu(image), 200, 1);
}

TEST(DigitFromPicture, PixelsComeRowAfterRow) {
  // Wider than high, so that a transposed image would show.
  const Matrix image = digit_from_picture(bar(200, 200, 80, 30, 60, 120));
  const Matrix rows = unrolled(image, 28, 28);
  EXPECT_EQ(extent_of(rows).rows, 10u);
  EXPECT_EQ(extent_of(rows).columns, 20u);
}

TEST(DigitFromPicture, TakesDarkInkOnLightPaperToo) {
  const Matrix ink = disc(90, 80, 40, 50, 20);
  EXPECT_TRUE(arma::approx_equal(
      digit_from_picture(ink), digit_from_picture(1 - ink), "absdiff", 1e-4F));
}

TEST(DigitFromPicture, LeavesAnMnistImageAlmostAsItIs) {
  const Matrix image = three_quarters(disc(28, 28, 12.5, 12.5, 9.5), 12, 12);
  EXPECT_LT(
      arma::abs(unrolled(digit_from_picture(image), 28, 28) - image).max(),
      0.12F);
}

TEST(DigitFromPicture, RemovesShadedNoisyPaper) {
  const Matrix ink = three_quarters(disc(200, 160, 90, 70, 40), 90, 70);
  Rng rng(7);
  Matrix photo(200, 160);
  for (arma::uword j = 0; j < 160; ++j) {
    for (arma::uword i = 0; i < 200; ++i) {
      photo(i, j) = 0.8F - 0.001F * static_cast<float>(i) +
                    0.02F * static_cast<float>(rng.normal()) - 0.4F * ink(i, j);
    }
  }
  const Matrix clean = digit_from_picture(ink);
  EXPECT_LT(arma::abs(digit_from_picture(photo) - clean).max(), 0.5F);
  EXPECT_LT(
      arma::mean(arma::vectorise(arma::abs(digit_from_picture(photo) - clean))),
      0.03F);
}

TEST(DigitFromPicture, DropsSpecks) {
  Matrix ink = disc(200, 200, 100, 100, 40);
  const Matrix clean = digit_from_picture(ink);
  ink.submat(5, 190, 7, 192).ones();
  EXPECT_TRUE(
      arma::approx_equal(digit_from_picture(ink), clean, "absdiff", 1e-4F));
}

TEST(DigitFromPicture, KeepsSeparateStrokes) {
  Matrix ink = bar(200, 200, 40, 60, 20, 80);
  ink += bar(200, 200, 140, 60, 20, 80);
  const Matrix image = unrolled(digit_from_picture(ink), 28, 28);
  EXPECT_EQ(extent_of(image).rows, 20u);
  EXPECT_FLOAT_EQ(arma::accu(image.rows(12, 15)), 0);
}

TEST(DigitFromPicture, ThickensAThinPen) {
  const Matrix image =
      unrolled(digit_from_picture(bar(1000, 1000, 100, 500, 800, 4)), 28, 28);
  const float width = arma::accu(image) / 20;
  EXPECT_GT(width, 1.7F);
  EXPECT_LT(width, 3);
}

TEST(DigitFromPicture, TakesOtherSizes) {
  const Matrix ink = disc(100, 100, 50, 40, 30);
  const Matrix image = unrolled(digit_from_picture(ink, {8, 8}), 8, 8);
  EXPECT_EQ(extent_of(image).rows, 6u);
  const Matrix wide = unrolled(digit_from_picture(ink, {14, 56}), 14, 56);
  EXPECT_EQ(extent_of(wide).rows, 10u);
  EXPECT_EQ(extent_of(wide).columns, 10u);
}

TEST(DigitFromPicture, RefusesABlankPicture) {
  const std::string why =
      "the picture is blank: nothing stands out from its background; draw one "
      "digit, dark on light or light on dark";
  for (const float grey : {0.0F, 0.5F, 1.0F}) {
    const Matrix blank(50, 50, arma::fill::value(grey));
    EXPECT_EQ(message_of<InputError>([&] { digit_from_picture(blank); }), why);
  }
  EXPECT_EQ(message_of<InputError>([&] { digit_from_picture(Matrix{1}); }),
            why);
  Rng rng(3);
  Matrix noise(100, 100);
  noise.imbue([&] { return 0.5F + 0.05F * static_cast<float>(rng.normal()); });
  EXPECT_EQ(message_of<InputError>([&] { digit_from_picture(noise); }), why);
}

TEST(DigitFromPicture, RefusesSizesAndPicturesThatMakeNoSense) {
  const Matrix ink = disc(50, 50, 25, 25, 10);
  EXPECT_THROW(digit_from_picture(ink, {3, 28}), std::invalid_argument);
  EXPECT_THROW(digit_from_picture(Matrix()), std::invalid_argument);
}

TEST(DigitFromPicture, TakesOneInkedPixel) {
  Matrix dot(9, 9, arma::fill::zeros);
  dot(4, 4) = 1;
  EXPECT_EQ(extent_of(unrolled(digit_from_picture(dot), 28, 28)).rows, 20u);
}

TEST(ReadDigit, NamesTheFileInEveryRefusal) {
  const TempFolder folder;
  const auto path = write_png<std::uint8_t>(folder / "blank.png", 4, 4,
                                            PNG_FORMAT_GRAY, Bytes(16, 200));
  EXPECT_TRUE(message_of<InputError>([&] {
                read_digit(path);
              }).starts_with(path.string() + ": the picture is blank"));
}

TEST(ReadDigit, ReadsADrawing) {
  const TempFolder folder;
  Bytes pixels(100 * 100, 255);
  for (std::size_t i = 20; i < 80; ++i) {
    for (std::size_t j = 45; j < 55; ++j) pixels[i * 100 + j] = 0;
  }
  const auto path =
      write_png(folder / "one.png", 100, 100, PNG_FORMAT_GRAY, pixels);
  const Matrix image = unrolled(read_digit(path), 28, 28);
  EXPECT_EQ(extent_of(image).rows, 20u);
  EXPECT_LE(extent_of(image).columns, 4u);
}

}  // namespace
}  // namespace nn
