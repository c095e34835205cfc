#include "common/data/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "common/dataset.hpp"
#include "common/error.hpp"
#include "common/files/input_file.hpp"

namespace nn {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunk = 65536;  // stays in the nearest cache

// The sizes that a header names: count, height and width for images, the count
// alone for labels.
using Sizes = std::vector<std::uint32_t>;

// ---- What the messages are made of -----------------------------------------

std::string product_of(const Sizes& sizes) {
  std::string text;
  for (const std::uint32_t size : sizes) {
    text += fmt::format("{}{}", text.empty() ? "" : " x ", size);
  }
  return text;
}

const char* kind(std::size_t dimensions) {
  return dimensions == 3 ? "images" : dimensions == 1 ? "labels" : "neither";
}

// Guesses which other kind of file has the name of an IDX file by mistake.
std::string guess(std::span<const std::uint8_t> magic) {
  if (magic[0] == 'P' && magic[1] == 'K') {
    return ": it looks like a ZIP archive; unpack it first";
  }
  if (std::ranges::find(magic, '<') != magic.end()) {
    return ": it looks like a web page; download the file again";
  }
  return "";
}

[[noreturn]] void fail_short(const InputFile& file, const std::string& what) {
  const std::uint64_t end = file.position();
  file.fail(end,
            fmt::format("expected {}, found {}", what,
                        end == 0 ? "an empty file" : "the end of the file"));
}

// `end`: where the last value was.
[[noreturn]] void fail_long(const InputFile& file, std::uint64_t end) {
  file.fail(end, "expected the end of the file, found more bytes");
}

// ---- The header ------------------------------------------------------------

void read_header_bytes(InputFile& file, std::span<std::uint8_t> out,
                       std::size_t dimensions) {
  if (file.read(out) == out.size()) return;
  fail_short(file,
             fmt::format("an IDX header of {} bytes", 4 + 4 * dimensions));
}

// Bytes 0 to 3: two zeros, the type, the number of dimensions.
void read_magic(InputFile& file, std::size_t dimensions) {
  std::array<std::uint8_t, 4> magic{};
  read_header_bytes(file, magic, dimensions);
  if (magic[0] != 0 || magic[1] != 0) {
    file.fail(0, fmt::format("expected the IDX bytes 00 00 08 0{}, found "
                             "{:02x} {:02x} {:02x} {:02x}{}",
                             dimensions, magic[0], magic[1], magic[2], magic[3],
                             guess(magic)));
  }
  if (magic[2] != kIdxUnsignedByte) {
    file.fail(2, fmt::format("expected type 08 (unsigned byte), found type "
                             "{:02x}",
                             magic[2]));
  }
  if (magic[3] != dimensions) {
    file.fail(
        3, fmt::format("expected dimension count {} ({}), found {} ({})",
                       dimensions, kind(dimensions), magic[3], kind(magic[3])));
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
// before any memory is taken. A plain file must end where it says.
void check_length(const InputFile& file, const Sizes& sizes) {
  const std::uint64_t values = count_values(file, sizes);
  const std::uint64_t room =
      file.most_bytes() - std::min(file.most_bytes(), file.position());
  const std::string promised =
      fmt::format("{} bytes ({}) after the header", values, product_of(sizes));
  if (file.is_gzip() && values > room) {
    file.fail(4, fmt::format("expected at most {} bytes, all that this gzip "
                             "file can hold, found {}",
                             room, promised));
  }
  if (values > room) {
    file.fail(file.most_bytes(),
              "expected " + promised + ", found the end of the file");
  }
  if (values < room && !file.is_gzip()) {
    fail_long(file, file.position() + values);
  }
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
  if (file.read({&extra, 1}) != 0) fail_long(file, end);
}

// [CONVERT]
// Divides: 1 / 255 is no exact float, so multiplying by it would miss the
// nearest float to b / 255 for some b.
void convert(std::span<const std::uint8_t> bytes, std::span<float> pixels) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    pixels[i] = static_cast<float>(bytes[i]) / 255.0f;
  }
}
// [/CONVERT]

[[noreturn]] void fail_few_pixels(const InputFile& file, std::size_t total) {
  fail_short(file, fmt::format("{} pixels after the header", total));
}

// Fills `pixels` chunk by chunk.
void read_pixels(InputFile& file, std::span<float> pixels) {
  std::vector<std::uint8_t> buffer(kChunk);
  const std::size_t total = pixels.size();
  while (!pixels.empty()) {
    const std::size_t wanted = std::min(kChunk, pixels.size());
    const std::size_t got = file.read({buffer.data(), wanted});
    if (got < wanted) fail_few_pixels(file, total);
    convert({buffer.data(), got}, pixels);
    pixels = pixels.subspan(got);
  }
}

void read_pixels(InputFile& file, std::span<std::uint8_t> pixels) {
  if (file.read(pixels) < pixels.size()) fail_few_pixels(file, pixels.size());
}

// Images as floats or as bytes, for which `room_for` makes room.
template <typename Images, typename RoomFor>
Images read_images(const fs::path& path, std::size_t limit, RoomFor room_for) {
  InputFile file(path);
  const Sizes sizes = read_header(file, 3);
  Images images;
  images.size = {sizes[1], sizes[2]};
  images.count = sizes[0];
  images.pixels = room_for(images.size, std::min(limit, images.count));
  read_pixels(file, {images.pixels.memptr(), images.pixels.n_elem});
  if (limit >= images.count) check_end(file);
  return images;
}

void check_labels(const InputFile& file, std::span<const std::uint8_t> labels,
                  std::size_t classes) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < classes) continue;
    file.fail(8 + i, fmt::format("expected a label from 0 to {}, found {}",
                                 classes - 1, labels[i]));
  }
}

}  // namespace

IdxImages read_idx_images(const fs::path& path, std::size_t limit) {
  return read_images<IdxImages>(path, limit, room_for_images);
}

IdxBytes read_idx_bytes(const fs::path& path, std::size_t limit) {
  return read_images<IdxBytes>(path, limit, room_for_bytes);
}

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
  throw InputError(
      fmt::format("{}: byte 4: {} images, but {}: byte 4: {} "
                  "labels",
                  images_file.string(), images, labels_file.string(), labels));
}

}  // namespace nn
