#include "common/data/idx.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/rng.hpp"
#include "tests/support/idx_write.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

// ---- What the tests are made of --------------------------------------------

std::string header(std::initializer_list<std::uint32_t> sizes, char type = 8) {
  std::string bytes{0, 0, type, static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<char>(size >> shift));
    }
  }
  return bytes;
}

// Two images of 2 x 3 pixels with the bytes 0, 1, ..., 11.
std::string two_images() {
  std::string bytes = header({2, 2, 3});
  for (char byte = 0; byte < 12; ++byte) bytes.push_back(byte);
  return bytes;
}

std::string three_labels() {
  return header({3}) + std::string{7, 0, 9};
}

// One gzip member: RFC 1952, from zlib.
std::string gzip(const std::string& text) {
  z_stream zip = {};
  deflateInit2(&zip, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&zip, text.size()), '\0');
  Bytes copy(text.begin(), text.end());
  zip.next_in = copy.data();
  zip.avail_in = static_cast<uInt>(copy.size());
  zip.next_out = reinterpret_cast<Bytef*>(packed.data());
  zip.avail_out = static_cast<uInt>(packed.size());
  deflate(&zip, Z_FINISH);
  packed.resize(zip.total_out);
  deflateEnd(&zip);
  return packed;
}

// Images of random bytes, as floats.
Matrix random_images(ImageSize size, std::size_t n) {
  Rng rng(1);
  Matrix pixels(size.pixels(), n);
  for (float& p : pixels) p = static_cast<float>(rng.below(256)) / 255.0f;
  return pixels;
}

Bytes random_labels(std::size_t n) {
  Rng rng(2);
  Bytes labels(n);
  for (auto& label : labels) label = static_cast<std::uint8_t>(rng.below(10));
  return labels;
}

bool same(const Matrix& a, const Matrix& b) {
  return a.n_rows == b.n_rows && a.n_cols == b.n_cols &&
         std::equal(a.begin(), a.end(), b.begin());
}

// What reading `bytes` as images complains about, after the file's name.
std::string image_error(const std::string& bytes) {
  const TempFolder folder;
  const fs::path file = folder.put("images", bytes);
  const auto read = [&] { read_idx_images(file); };
  const std::string message = message_of<InputError>(read);
  const std::string name = file.string() + ": ";
  EXPECT_EQ(message.substr(0, name.size()), name);
  return message.substr(std::min(name.size(), message.size()));
}

std::string label_error(const std::string& bytes) {
  const TempFolder folder;
  const fs::path file = folder.put("labels", bytes);
  const auto read = [&] { read_idx_labels(file); };
  const std::string message = message_of<InputError>(read);
  const std::string name = file.string() + ": ";
  EXPECT_EQ(message.substr(0, name.size()), name);
  return message.substr(std::min(name.size(), message.size()));
}

// ---- What is read ----------------------------------------------------------

TEST(IdxImages, AColumnIsAnImageRowAfterRow) {
  const TempFolder folder;
  const IdxImages images = read_idx_images(folder.put("a", two_images()));
  EXPECT_EQ(images.size, (ImageSize{2, 3}));
  ASSERT_EQ(images.pixels.n_rows, 6u);
  ASSERT_EQ(images.pixels.n_cols, 2u);
  for (unsigned i = 0; i < 12; ++i) {
    EXPECT_EQ(images.pixels[i], static_cast<float>(i) / 255.0f);
  }
}

TEST(IdxImages, ByteBIsTheFloatNearestToBOver255) {
  const TempFolder folder;
  std::string bytes = header({1, 16, 16});
  for (int b = 0; b < 256; ++b) bytes.push_back(static_cast<char>(b));
  const IdxImages images = read_idx_images(folder.put("a", bytes));
  for (unsigned b = 0; b < 256; ++b) {
    EXPECT_EQ(images.pixels[b], static_cast<float>(b / 255.0));
  }
  EXPECT_EQ(images.pixels[255], 1.0f);
}

// What read_idx_images converts, and what it complains about.
TEST(IdxBytes, AreThoseThatTheFloatsAreMadeOf) {
  const TempFolder folder;
  for (const auto& bytes : {two_images(), gzip(two_images())}) {
    const fs::path file = folder.put("a", bytes);
    const IdxBytes images = read_idx_bytes(file);
    EXPECT_EQ(images.size, (ImageSize{2, 3}));
    EXPECT_EQ(images.count, 2u);
    ASSERT_EQ(images.pixels.n_rows, 6u);
    ASSERT_EQ(images.pixels.n_cols, 2u);
    for (unsigned i = 0; i < 12; ++i) EXPECT_EQ(images.pixels[i], i);
    EXPECT_EQ(read_idx_bytes(file, 1).pixels.n_cols, 1u);
    EXPECT_EQ(read_idx_bytes(file, 1).count, 2u);
  }
}

TEST(IdxBytes, AreRefusedWhereTheFloatsWouldBe) {
  const TempFolder folder;
  const std::string whole = two_images();
  for (const auto& bytes :
       {whole.substr(0, whole.size() - 1), whole + "x", whole.substr(0, 9)}) {
    const fs::path file = folder.put("a", bytes);
    EXPECT_EQ(message_of<InputError>([&] { read_idx_bytes(file); }),
              message_of<InputError>([&] { read_idx_images(file); }));
  }
}

TEST(IdxImages, TheContentSaysWhetherItIsGzipNotTheName) {
  const TempFolder folder;
  const IdxImages plain = read_idx_images(folder.put("a.gz", two_images()));
  const IdxImages zipped = read_idx_images(folder.put("a", gzip(two_images())));
  EXPECT_TRUE(same(plain.pixels, zipped.pixels));
}

TEST(IdxImages, GzipMembersMayFollowOneAnother) {
  const TempFolder folder;
  const std::string bytes = two_images();
  const std::string packed =
      gzip(bytes.substr(0, 9)) + gzip("") + gzip(bytes.substr(9));
  EXPECT_EQ(read_idx_images(folder.put("a", packed)).pixels.n_cols, 2u);
}

TEST(IdxImages, NoImagesAreAFileToo) {
  const TempFolder folder;
  const IdxImages images =
      read_idx_images(folder.put("a", header({0, 28, 28})));
  EXPECT_EQ(images.pixels.n_rows, 784u);
  EXPECT_EQ(images.pixels.n_cols, 0u);
}

TEST(IdxLabels, AreTheBytesAfterTheHeader) {
  const TempFolder folder;
  EXPECT_EQ(read_idx_labels(folder.put("a", three_labels())), (Bytes{7, 0, 9}));
  EXPECT_EQ(read_idx_labels(folder.put("b", gzip(three_labels()))),
            (Bytes{7, 0, 9}));
}

TEST(IdxLabels, TheCallerSaysHowManyClassesThereAre) {
  const TempFolder folder;
  const fs::path file = folder.put("a", header({1}) + "\x19");
  EXPECT_EQ(read_idx_labels(file, 26), Bytes{25});
  EXPECT_THROW(read_idx_labels(file, 25), InputError);
}

// ---- Round trips -----------------------------------------------------------

struct Shape {
  ImageSize size;
  std::size_t count;
};
class RoundTrip : public testing::TestWithParam<Shape> {};

TEST_P(RoundTrip, GivesTheSameImagesPlainAndGzip) {
  const auto [size, count] = GetParam();
  const TempFolder folder;
  const Matrix pixels = random_images(size, count);
  for (const char* name : {"images", "images.gz"}) {
    write_idx_images(folder / name, pixels, size);
    const IdxImages images = read_idx_images(folder / name);
    EXPECT_TRUE(same(images.pixels, pixels)) << name;
    EXPECT_EQ(images.size, size);
  }
  EXPECT_EQ(fs::file_size(folder / "images"), 16 + size.pixels() * count);
  EXPECT_EQ(contents(folder / "images.gz").substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(folder.entries(), 2);
}

// The last two end on, and one byte after, the end of the reader's buffer.
INSTANTIATE_TEST_SUITE_P(Shapes, RoundTrip,
                         testing::Values(Shape{{28, 28}, 300},
                                         Shape{{8, 8}, 50}, Shape{{1, 1}, 1},
                                         Shape{{3, 5}, 0}, Shape{{64, 64}, 16},
                                         Shape{{1, 65537}, 2}));

TEST(RoundTrip, GivesTheSameLabelsPlainAndGzip) {
  const TempFolder folder;
  for (const std::size_t count : {0u, 1u, 1797u, 60000u}) {
    const Bytes labels = random_labels(count);
    for (const char* name : {"labels", "labels.gz"}) {
      write_idx_labels(folder / name, labels);
      EXPECT_EQ(read_idx_labels(folder / name), labels);
    }
  }
}

TEST(RoundTrip, WritesTheVeryBytesThatWereRead) {
  const TempFolder folder;
  const fs::path file = folder.put("a", two_images());
  const IdxImages images = read_idx_images(file);
  write_idx_images(folder / "b", images.pixels, images.size);
  EXPECT_EQ(contents(folder / "b"), two_images());
}

// ---- What the writer refuses -----------------------------------------------

TEST(IdxWriter, RefusesPixelsOutsideZeroToOne) {
  const TempFolder folder;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float wrong : {-0.01f, 1.01f, 255.0f, nan}) {
    Matrix pixels(4, 2, arma::fill::zeros);
    pixels(3, 1) = wrong;
    EXPECT_THROW(write_idx_images(folder / "a", pixels, {2, 2}),
                 std::invalid_argument);
  }
  EXPECT_EQ(folder.entries(), 0);
}

TEST(IdxWriter, RefusesASizeThatTheImagesDoNotHave) {
  const TempFolder folder;
  const auto write = [&] {
    write_idx_images(folder / "a", Matrix(784, 2), {28, 27});
  };
  EXPECT_EQ(message_of<std::invalid_argument>(write),
            "images of 28 x 27 pixels do not fit columns of 784");
  EXPECT_EQ(folder.entries(), 0);
}

TEST(IdxWriter, RoundsToTheNearestByte) {
  const TempFolder folder;
  const Matrix pixels = {{0.5f, 0.501f}, {0.0019f, 0.0020f}};
  write_idx_images(folder / "a", pixels, {1, 2});
  EXPECT_EQ(contents(folder / "a").substr(16),
            std::string("\x80\0\x80\x01", 4));
}

TEST(IdxWriter, ReportsAFullDisk) {
  const TempFolder folder;
  const fs::path file = folder / "a";
  const SmallDisk disk(10);
  const auto write = [&] { write_idx_labels(file, random_labels(10)); };
  EXPECT_EQ(message_of<std::runtime_error>(write),
            file.string() + ": cannot write: File too large");
  EXPECT_EQ(folder.entries(), 0);
}

// ---- What is no file -------------------------------------------------------

TEST(IdxError, Missing) {
  const TempFolder folder;
  const fs::path file = folder / "nothing";
  EXPECT_EQ(message_of<InputError>([&] { read_idx_images(file); }),
            file.string() + ": cannot read: No such file or directory");
}

TEST(IdxError, Directory) {
  const TempFolder folder;
  EXPECT_EQ(message_of<InputError>([&] { read_idx_labels(folder.path()); }),
            folder.path().string() + ": cannot read: it is a directory");
}

TEST(IdxError, PipeThatNobodyWritesToDoesNotHang) {
  const TempFolder folder;
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(message_of<InputError>([&] { read_idx_images(pipe); }),
            pipe.string() + ": cannot read: it is not a regular file");
}

// ---- Headers ---------------------------------------------------------------

TEST(IdxError, Empty) {
  EXPECT_EQ(image_error(""),
            "byte 0: expected an IDX header of 16 bytes, found an empty file");
  EXPECT_EQ(label_error(gzip("")),
            "byte 0: expected an IDX header of 8 bytes, found an empty file");
}

TEST(IdxError, HeaderCutAnywhere) {
  for (std::size_t length = 1; length < 16; ++length) {
    EXPECT_EQ(image_error(two_images().substr(0, length)),
              "byte " + std::to_string(length) +
                  ": expected an IDX header of 16 bytes"
                  ", found the end of the file");
  }
  EXPECT_EQ(label_error(gzip(three_labels().substr(0, 7))),
            "byte 7: expected an IDX header of 8 bytes"
            ", found the end of the file");
}

TEST(IdxError, WrongMagic) {
  EXPECT_EQ(image_error("\x89PNG\r\n\x1a\n0123456789"),
            "byte 0: expected the IDX bytes 00 00 08 03"
            ", found 89 50 4e 47");
  EXPECT_EQ(label_error("\x89PNG\r\n\x1a\n0123456789"),
            "byte 0: expected the IDX bytes 00 00 08 01"
            ", found 89 50 4e 47");
}

TEST(IdxError, WebPageUnderThatName) {
  EXPECT_EQ(image_error("<!DOCTYPE html>\n<html>"),
            "byte 0: expected the IDX bytes 00 00 08 03, found 3c 21 44 4f"
            ": it looks like a web page; download the file again");
  EXPECT_EQ(label_error(gzip("\n<html>404 Not Found</html>")),
            "byte 0: expected the IDX bytes 00 00 08 01, found 0a 3c 68 74"
            ": it looks like a web page; download the file again");
}

TEST(IdxError, ZipArchiveUnderThatName) {
  EXPECT_EQ(image_error("PK\x03\x04 and so on and on"),
            "byte 0: expected the IDX bytes 00 00 08 03, found 50 4b 03 04"
            ": it looks like a ZIP archive; unpack it first");
}

TEST(IdxError, WrongType) {
  EXPECT_EQ(image_error(header({1, 1, 1}, 0x0d) + "0123"),
            "byte 2: expected type 08 (unsigned byte), found type 0d");
}

TEST(IdxError, LabelsWhereImagesShouldBeAndTheOtherWayRound) {
  EXPECT_EQ(image_error(three_labels()),
            "byte 3: expected dimension count 3 (images), found 1 (labels)");
  EXPECT_EQ(label_error(two_images()),
            "byte 3: expected dimension count 1 (labels), found 3 (images)");
  EXPECT_EQ(label_error(header({1, 1}) + "x"),
            "byte 3: expected dimension count 1 (labels), found 2 (neither)");
}

TEST(IdxError, ImagesWithoutPixels) {
  EXPECT_EQ(image_error(header({4000000000, 0, 28})),
            "byte 8: expected images of at least 1 x 1 pixel"
            ", found 4000000000 x 0 x 28");
  EXPECT_EQ(image_error(header({7, 28, 0})),
            "byte 12: expected images of at least 1 x 1 pixel"
            ", found 7 x 28 x 0");
}

TEST(IdxError, SizesWhoseProductOverflows) {
  const std::uint32_t most = 0xffffffff;
  EXPECT_EQ(image_error(header({most, most, most}) + "0123"),
            "byte 4: expected sizes that fit into memory"
            ", found 4294967295 x 4294967295 x 4294967295");
  // 2^64 wraps to 0, which would be "no pixels at all".
  EXPECT_EQ(image_error(header({1u << 31, 1u << 31, 4})),
            "byte 4: expected sizes that fit into memory"
            ", found 2147483648 x 2147483648 x 4");
}

TEST(IdxError, SizesBeyondTheFile) {
  EXPECT_EQ(image_error(header({60000, 28, 28}) + "0123"),
            "byte 20: expected 47040000 bytes (60000 x 28 x 28) after the "
            "header, found the end of the file");
  EXPECT_EQ(label_error(header({0xffffffff}) + "0123"),
            "byte 12: expected 4294967295 bytes (4294967295) after the header"
            ", found the end of the file");
}

TEST(IdxError, SizesBeyondWhatAGzipFileCanHold) {
  const std::string packed = gzip(header({60000, 28, 28}) + "0123");
  const std::size_t room = packed.size() * 1032 - 16;
  EXPECT_EQ(image_error(packed),
            "byte 4: expected at most " + std::to_string(room) +
                " bytes, all that this gzip file can hold, found 47040000 "
                "bytes (60000 x 28 x 28) after the header");
}

// ---- Bodies ----------------------------------------------------------------

TEST(IdxError, BodyCutShort) {
  std::string bytes = two_images();
  bytes.pop_back();
  EXPECT_EQ(image_error(bytes),
            "byte 27: expected 12 bytes (2 x 2 x 3) after the header"
            ", found the end of the file");
  EXPECT_EQ(image_error(gzip(bytes)),
            "byte 27: expected 12 pixels after the header"
            ", found the end of the file");
  bytes = three_labels();
  bytes.pop_back();
  EXPECT_EQ(label_error(gzip(bytes)),
            "byte 10: expected 3 labels after the header"
            ", found the end of the file");
}

TEST(IdxError, TrailingBytes) {
  EXPECT_EQ(image_error(two_images() + "x"),
            "byte 28: expected the end of the file, found more bytes");
  EXPECT_EQ(image_error(gzip(two_images() + "xyz")),
            "byte 28: expected the end of the file, found more bytes");
  EXPECT_EQ(label_error(three_labels() + "x"),
            "byte 11: expected the end of the file, found more bytes");
}

TEST(IdxError, LabelAboveTheClasses) {
  EXPECT_EQ(label_error(header({3}) + std::string{9, 10, 77}),
            "byte 9: expected a label from 0 to 9, found 10");
  EXPECT_EQ(label_error(header({2}) + "\x01\xff"),
            "byte 9: expected a label from 0 to 9, found 255");
}

TEST(IdxError, CountsThatDiffer) {
  const auto check = [] { check_idx_counts("dir/i", 60000, "dir/l", 10000); };
  EXPECT_EQ(message_of<InputError>(check),
            "dir/i: byte 4: 60000 images, but dir/l: byte 4: 10000 labels");
  EXPECT_NO_THROW(check_idx_counts("i", 7, "l", 7));
}

// ---- Gzip ------------------------------------------------------------------

TEST(IdxError, GzipWithABrokenChecksum) {
  std::string packed = gzip(two_images());
  packed[packed.size() - 8] ^= 1;  // the first byte of the CRC-32
  const std::size_t end = packed.size() - 4;
  EXPECT_EQ(image_error(packed), "byte " + std::to_string(end) +
                                     ": broken gzip data: incorrect data "
                                     "check");
}

TEST(IdxError, GzipWithABrokenLength) {
  std::string packed = gzip(two_images());
  packed.back() ^= 1;
  EXPECT_EQ(image_error(packed), "byte " + std::to_string(packed.size()) +
                                     ": broken gzip data: incorrect length "
                                     "check");
}

TEST(IdxError, GzipCutAnywhere) {
  const std::string packed = gzip(two_images());
  for (std::size_t length = 3; length < packed.size(); ++length) {
    EXPECT_EQ(image_error(packed.substr(0, length)),
              "byte " + std::to_string(length) +
                  ": the gzip data stop in the middle; the file is not whole");
  }
}

TEST(IdxError, BytesAfterTheGzipData) {
  const std::string packed = gzip(two_images());
  EXPECT_EQ(image_error(packed + "<html>"),
            "byte " + std::to_string(packed.size() + 2) +
                ": bytes follow after the gzip data");
  EXPECT_EQ(image_error(packed + gzip("more")),
            "byte 28: expected the end of the file, found more bytes");
}

TEST(IdxError, GzipWithAnotherMethod) {
  std::string packed = gzip(two_images());
  packed[2] = 7;
  EXPECT_EQ(image_error(packed).substr(0, 5), "byte ");
}

// 16 MB of zeros in 16 KB of gzip: refused at the first byte too many, not
// unzipped to the end.
TEST(IdxError, GzipBombIsNotUnzipped) {
  const std::string bomb = gzip(three_labels() + std::string(1 << 24, '\0'));
  EXPECT_LT(bomb.size(), 1u << 15);
  EXPECT_EQ(label_error(bomb),
            "byte 11: expected the end of the file, found more bytes");
}

// A flipped bit is found, or sits where gzip keeps what nobody reads (the time
// in its header, say) and changes nothing.
TEST(IdxError, NoFlippedBitChangesTheData) {
  const TempFolder folder;
  const std::string packed = gzip(two_images());
  const Matrix right = read_idx_images(folder.put("a", packed)).pixels;
  for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
    std::string flipped = packed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    try {
      const IdxImages images = read_idx_images(folder.put("a", flipped));
      EXPECT_TRUE(same(images.pixels, right)) << "bit " << bit;
    } catch (const InputError&) {  // found
    }
  }
}

// ---- The real thing --------------------------------------------------------

TEST(RealMnist, HasTheKnownFirstImagesAndSums) {
  const char* folder = std::getenv("MNIST_DIR");
  if (folder == nullptr) GTEST_SKIP() << "MNIST_DIR is not set";
  const auto find = [&](const std::string& name) {
    const fs::path plain = fs::path(folder) / name;
    return fs::exists(plain) ? plain : fs::path(plain.string() + ".gz");
  };
  const Bytes labels = read_idx_labels(find("train-labels-idx1-ubyte"));
  const IdxImages images = read_idx_images(find("train-images-idx3-ubyte"));
  EXPECT_EQ(Bytes(labels.begin(), labels.begin() + 8),
            (Bytes{5, 0, 4, 1, 9, 2, 1, 3}));
  ASSERT_EQ(images.pixels.n_rows, 784u);
  ASSERT_EQ(images.pixels.n_cols, 60000u);
  // The mean pixel that every library normalises MNIST by.
  const double sum =
      std::accumulate(images.pixels.begin(), images.pixels.end(), 0.0);
  EXPECT_NEAR(sum / (784.0 * 60000.0), 0.1307, 5e-5);
}

}  // namespace
}  // namespace nn
