#include "common/terminal/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kGap = 2;  // columns between two pictures

float pixel(const Picture& picture, std::size_t row, std::size_t column) {
  if (row >= picture.size.height) return 0;  // below an odd last row
  const float value = picture.pixels[row * picture.size.width + column];
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
    return fmt::format("2;{0};{0};{0}", level(value, 256));
  }
  const int step = level(value, 26);
  return fmt::format("5;{}", step == 0 ? 16 : step == 25 ? 231 : 231 + step);
}

// The upper half block shows the text colour above the background colour.
std::string half_blocks(const Terminal& terminal, const Picture& picture,
                        std::size_t row) {
  std::string line;
  std::string colours_now;
  for (std::size_t j = 0; j < picture.size.width; ++j) {
    const std::string colours = fmt::format(
        "\x1b[38;{};48;{}m", grey(terminal.colours, pixel(picture, row, j)),
        grey(terminal.colours, pixel(picture, row + 1, j)));
    if (colours != colours_now) line += colours;
    colours_now = colours;
    line += "▀";
  }
  return line + "\x1b[0m";
}

std::string characters(const Terminal&, const Picture& picture,
                       std::size_t row) {
  const std::string_view ramp = " .:-=+*#%@";
  std::string line;
  for (std::size_t j = 0; j < picture.size.width; ++j) {
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

// A picture as lines of text, all of them `width` columns wide.
struct Block {
  std::size_t width;
  std::vector<std::string> lines;
};

Block block_of(const Terminal& terminal, const Picture& picture) {
  if (picture.pixels.size() != picture.size.pixels()) {
    throw std::invalid_argument(fmt::format("picture: {} pixels for {}",
                                            picture.pixels.size(),
                                            to_string(picture.size)));
  }
  Block block = {picture.size.width, {}};
  std::istringstream caption(picture.caption);
  for (std::string line; std::getline(caption, line);) {
    block.width = std::max(block.width, display_width(line));
    block.lines.push_back(line);
  }
  for (std::string& line : block.lines) {
    line = fmt::format("{:{}}", line, block.width);
  }
  const std::string beside(block.width - picture.size.width, ' ');
  const auto draw = can_draw_greys(terminal) ? half_blocks : characters;
  for (std::size_t row = 0; row < picture.size.height; row += 2) {
    block.lines.push_back(draw(terminal, picture, row) + beside);
  }
  return block;
}

// How many blocks stand side by side: at least one.
std::size_t count_that_fit(std::span<const Block> blocks, std::size_t width) {
  std::size_t used = blocks[0].width;
  std::size_t count = 1;
  while (count < blocks.size() &&
         (used += kGap + blocks[count].width) <= width) {
    ++count;
  }
  return count;
}

// Blocks side by side on a common ground, without spaces at the end of a line.
void print_row(std::ostream& out, std::span<const Block> blocks) {
  std::size_t height = 0;
  for (const Block& block : blocks) {
    height = std::max(height, block.lines.size());
  }
  for (std::size_t left = height; left > 0; --left) {
    std::string text;
    for (const auto& [width, lines] : blocks) {
      text += left > lines.size() ? std::string(width, ' ')
                                  : lines[lines.size() - left];
      text.append(kGap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << fmt::format("{}\n", text);
  }
}

}  // namespace

void draw_pictures(std::ostream& out, const Terminal& terminal,
                   const std::vector<Picture>& pictures) {
  std::vector<Block> blocks;
  for (const Picture& picture : pictures) {
    blocks.push_back(block_of(terminal, picture));
  }
  std::span<const Block> rest = blocks;
  while (!rest.empty()) {
    const std::size_t count = count_that_fit(rest, terminal.width);
    print_row(out, rest.first(count));
    rest = rest.subspan(count);
    if (!rest.empty()) out << '\n';
  }
}

}  // namespace nn
