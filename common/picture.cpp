#include "common/picture.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "common/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kGap = 2;  // columns between two pictures

float pixel(const Picture& picture, std::size_t row, std::size_t column) {
  if (row >= picture.rows) return 0;  // below an odd last row
  const float value = picture.pixels[row * picture.columns + column];
  return value > 0 ? std::min(value, 1.0F) : 0;  // NaN is not > 0
}

// [0, 1] in equal parts: 0, 1, ..., count - 1.
int level(float value, int count) {
  return static_cast<int>(std::lround(value * static_cast<float>(count - 1)));
}

// The parameters that choose a grey: 24 bits, or the 24 greys 232 to 255 of
// the 256-colour palette between its black (16) and its white (231).
std::string grey(Colours colours, float value) {
  if (colours == Colours::full) {
    const std::string g = std::to_string(level(value, 256));
    return "2;" + g + ";" + g + ";" + g;
  }
  const int step = level(value, 26);
  if (step == 0) return "5;16";
  if (step == 25) return "5;231";
  return "5;" + std::to_string(231 + step);
}

// The upper half block shows the text colour above the background colour.
std::string half_blocks(const Terminal& terminal, const Picture& picture,
                        std::size_t row) {
  std::string line;
  std::string colours_now;
  for (std::size_t j = 0; j < picture.columns; ++j) {
    const std::string colours =
        "38;" + grey(terminal.colours, pixel(picture, row, j)) + ";48;" +
        grey(terminal.colours, pixel(picture, row + 1, j));
    if (colours != colours_now) line += "\x1b[" + colours + "m";
    colours_now = colours;
    line += "▀";
  }
  return line + "\x1b[0m";
}

std::string characters(const Picture& picture, std::size_t row) {
  const std::string_view ramp = " .:-=+*#%@";
  std::string line;
  for (std::size_t j = 0; j < picture.columns; ++j) {
    const float mean =
        (pixel(picture, row, j) + pixel(picture, row + 1, j)) / 2;
    line += ramp[static_cast<std::size_t>(level(mean, 10))];
  }
  return line;
}

bool can_draw_greys(const Terminal& terminal) {
  return terminal.utf8 && (terminal.colours == Colours::palette256 ||
                           terminal.colours == Colours::full);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A picture as lines of text, all of them `width` columns wide.
struct Block {
  std::vector<std::string> caption;
  std::vector<std::string> lines;
  std::size_t width;
};

Block block_of(const Terminal& terminal, const Picture& picture) {
  if (picture.pixels.size() != picture.rows * picture.columns) {
    throw std::invalid_argument(
        "picture: " + std::to_string(picture.pixels.size()) + " pixels for " +
        std::to_string(picture.rows) + " x " + std::to_string(picture.columns));
  }
  Block block = {lines_of(picture.caption), {}, picture.columns};
  for (const std::string& line : block.caption) {
    block.width = std::max(block.width, display_width(line));
  }
  for (std::size_t row = 0; row < picture.rows; row += 2) {
    block.lines.push_back(can_draw_greys(terminal)
                              ? half_blocks(terminal, picture, row)
                              : characters(picture, row));
  }
  return block;
}

// How many blocks, from `first` on, stand side by side: at least one.
std::size_t count_that_fit(std::span<const Block> blocks, std::size_t width) {
  std::size_t used = 0;
  std::size_t count = 0;
  for (const Block& block : blocks) {
    used += block.width + (count > 0 ? kGap : 0);
    if (count > 0 && used > width) break;
    ++count;
  }
  return count;
}

// Line `i` of each block, side by side, without spaces at the end.
void print_line(std::ostream& out, std::span<const Block> blocks,
                std::vector<std::string> Block::*part, std::size_t i) {
  std::string line;
  for (const Block& block : blocks) {
    const std::vector<std::string>& lines = block.*part;
    const std::string text = i < lines.size() ? lines[i] : "";
    line += pad_right(text, block.width) + std::string(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void print_part(std::ostream& out, std::span<const Block> blocks,
                std::vector<std::string> Block::*part) {
  std::size_t height = 0;
  for (const Block& block : blocks) {
    height = std::max(height, (block.*part).size());
  }
  for (std::size_t i = 0; i < height; ++i) print_line(out, blocks, part, i);
}

}  // namespace

void draw_pictures(std::ostream& out, const Terminal& terminal,
                   const std::vector<Picture>& pictures) {
  std::vector<Block> blocks;
  blocks.reserve(pictures.size());
  for (const Picture& picture : pictures) {
    blocks.push_back(block_of(terminal, picture));
  }
  std::span<const Block> rest = blocks;
  while (!rest.empty()) {
    const std::size_t count = count_that_fit(rest, terminal.width);
    print_part(out, rest.first(count), &Block::caption);
    print_part(out, rest.first(count), &Block::lines);
    rest = rest.subspan(count);
    if (!rest.empty()) out << '\n';
  }
}

}  // namespace nn
