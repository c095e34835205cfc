#include "common/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>

#include "common/error.hpp"
#include "common/huge_pages.hpp"
#include "common/input_file.hpp"

namespace nn {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunk = 65536;  // stays in the nearest cache

// The sizes that a header names: count, rows and columns for images, the count
// alone for labels.
using Sizes = std::vector<std::uint32_t>;

// ---- What the messages are made of -----------------------------------------

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    char two[4];
    std::snprintf(two, sizeof two, " %02x", byte);
    text += two;
  }
  return text.substr(1);
}

std::string product_of(const Sizes& sizes) {
  std::string text = std::to_string(sizes[0]);
  for (std::size_t d = 1; d < sizes.size(); ++d) {
    text += " x " + std::to_string(sizes[d]);
  }
  return text;
}

const char* kind(std::size_t dimensions) {
  return dimensions == 3 ? "images" : dimensions == 1 ? "labels" : "neither";
}

// What people save under the name of an IDX file by mistake.
std::string guess(std::span<const std::uint8_t> magic) {
  if (magic[0] == 'P' && magic[1] == 'K') {
    return ": it looks like a ZIP archive; unpack it first";
  }
  if (std::find(magic.begin(), magic.end(), '<') != magic.end()) {
    return ": it looks like a web page; download the file again";
  }
  return "";
}

[[noreturn]] void fail_short(const InputFile& file, const std::string& what) {
  const std::string found =
      file.position() == 0 ? "an empty file" : "the end of the file";
  file.fail(file.position(), "expected " + what + ", found " + found);
}

// ---- The header ------------------------------------------------------------

void read_header_bytes(InputFile& file, std::span<std::uint8_t> out,
                       std::size_t dimensions) {
  const std::size_t header = 4 + 4 * dimensions;
  if (file.read(out) == out.size()) return;
  fail_short(file, "an IDX header of " + std::to_string(header) + " bytes");
}

// Bytes 0 to 3: two zeros, the type, the number of dimensions.
void read_magic(InputFile& file, std::size_t dimensions) {
  std::array<std::uint8_t, 4> magic{};
  read_header_bytes(file, magic, dimensions);
  if (magic[0] != 0 || magic[1] != 0) {
    file.fail(0, "expected the IDX bytes 00 00 08 0" +
                     std::to_string(dimensions) + ", found " + hex(magic) +
                     guess(magic));
  }
  if (magic[2] != kIdxUnsignedByte) {
    file.fail(2, "expected type 08 (unsigned byte), found type " +
                     hex(std::span(magic).subspan(2, 1)));
  }
  if (magic[3] != dimensions) {
    file.fail(3, "expected dimension count " + std::to_string(dimensions) +
                     " (" + kind(dimensions) + "), found " +
                     std::to_string(magic[3]) + " (" + kind(magic[3]) + ")");
  }
}

// Bytes 4 and on: each size, the highest byte first.
Sizes read_sizes(InputFile& file, std::size_t dimensions) {
  std::vector<std::uint8_t> bytes(4 * dimensions);
  read_header_bytes(file, bytes, dimensions);
  Sizes sizes(dimensions);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sizes[i / 4] = sizes[i / 4] << 8 | bytes[i];
  }
  return sizes;
}

// How many values the header promises.
std::uint64_t count_values(const InputFile& file, const Sizes& sizes) {
  constexpr std::uint64_t most =
      std::numeric_limits<std::size_t>::max() / sizeof(float);
  std::uint64_t count = 1;
  for (const std::uint32_t size : sizes) {
    if (size != 0 && count > most / size) {
      file.fail(
          4, "expected sizes that fit into memory, found " + product_of(sizes));
    }
    count *= size;
  }
  return count;
}

// The header alone is not believed: the file must be large enough for it
// before any memory is taken.
void check_length(const InputFile& file, const Sizes& sizes) {
  const std::uint64_t values = count_values(file, sizes);
  const std::uint64_t room =
      file.most_bytes() - std::min(file.most_bytes(), file.position());
  if (values <= room) return;
  const std::string promised = std::to_string(values) + " bytes (" +
                               product_of(sizes) + ") after the header";
  if (file.is_gzip()) {
    file.fail(4, "expected at most " + std::to_string(room) +
                     " bytes, all that this gzip file can hold, found " +
                     promised);
  }
  file.fail(file.most_bytes(),
            "expected " + promised + ", found the end of the file");
}

Sizes read_header(InputFile& file, std::size_t dimensions) {
  read_magic(file, dimensions);
  Sizes sizes = read_sizes(file, dimensions);
  for (std::size_t d = 1; d < sizes.size(); ++d) {
    if (sizes[d] == 0) {
      file.fail(4 + 4 * d, "expected images of at least 1 x 1 pixel, found " +
                               product_of(sizes));
    }
  }
  check_length(file, sizes);
  return sizes;
}

// ---- The values ------------------------------------------------------------

void check_end(InputFile& file) {
  const std::uint64_t end = file.position();
  std::uint8_t extra = 0;
  if (file.read({&extra, 1}) == 0) return;
  file.fail(end, "expected the end of the file, found more bytes");
}

// [CONVERT]
// Divides: 1 / 255 is no exact float, so multiplying by it would miss the
// nearest float to b / 255 for some b.
void convert(std::span<const std::uint8_t> bytes, std::span<float> pixels) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    pixels[i] = static_cast<float>(bytes[i]) / 255.0f;
  }
}

// Fills `pixels` chunk by chunk.
void read_pixels(InputFile& file, std::span<float> pixels) {
  std::vector<std::uint8_t> buffer(kChunk);
  const std::size_t total = pixels.size();
  while (!pixels.empty()) {
    const std::size_t wanted = std::min(kChunk, pixels.size());
    const std::size_t got = file.read({buffer.data(), wanted});
    if (got < wanted) {
      fail_short(file, std::to_string(total) + " pixels after the header");
    }
    convert({buffer.data(), got}, pixels);
    pixels = pixels.subspan(got);
  }
}
// [/CONVERT]

void check_labels(const InputFile& file, std::span<const std::uint8_t> labels,
                  std::size_t classes) {
  const auto wrong = std::find_if(labels.begin(), labels.end(),
                                  [&](auto label) { return label >= classes; });
  if (wrong == labels.end()) return;
  const auto offset = static_cast<std::size_t>(wrong - labels.begin()) + 8;
  file.fail(offset, "expected a label from 0 to " +
                        std::to_string(classes - 1) + ", found " +
                        std::to_string(*wrong));
}

[[noreturn]] void fail_memory(const InputFile& file, std::size_t bytes) {
  throw InputError(file.name() + ": needs " + std::to_string(bytes >> 20) +
                   " MB of memory, more than there is");
}

Matrix allocate(const InputFile& file, std::size_t height, std::size_t count) {
  try {
    Matrix pixels(height, count, arma::fill::none);
    prefer_huge_pages(pixels.memptr(), pixels.n_elem * sizeof(float));
    return pixels;
  } catch (const std::bad_alloc&) {
    fail_memory(file, height * count * sizeof(float));
  }
}

}  // namespace

// [READ_IMAGES]
IdxImages read_idx_images(const fs::path& path) {
  InputFile file(path);
  const Sizes sizes = read_header(file, 3);
  IdxImages images;
  images.rows = sizes[1];
  images.columns = sizes[2];
  images.pixels = allocate(file, images.rows * images.columns, sizes[0]);
  read_pixels(file, {images.pixels.memptr(), images.pixels.n_elem});
  check_end(file);
  return images;
}
// [/READ_IMAGES]

std::vector<std::uint8_t> read_idx_labels(const fs::path& path,
                                          std::size_t classes) {
  InputFile file(path);
  const Sizes sizes = read_header(file, 1);
  std::vector<std::uint8_t> labels(sizes[0]);
  if (file.read(labels) < labels.size()) {
    fail_short(file, product_of(sizes) + " labels after the header");
  }
  check_end(file);
  check_labels(file, labels, classes);
  return labels;
}

void check_idx_counts(const fs::path& images_file, std::size_t images,
                      const fs::path& labels_file, std::size_t labels) {
  if (images == labels) return;
  throw InputError(images_file.string() +
                   ": byte 4: " + std::to_string(images) + " images, but " +
                   labels_file.string() +
                   ": byte 4: " + std::to_string(labels) + " labels");
}

}  // namespace nn
