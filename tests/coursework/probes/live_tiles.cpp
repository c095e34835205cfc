#include <fmt/format.h>

#include "08_parallel_matrix/fused/live_tiles.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using nn::probe::Report;

// An image of which about one pixel in `one_in` has ink.
std::vector<std::uint8_t> random_image(nn::ImageSize size, std::size_t one_in,
                                       nn::Rng& rng) {
  std::vector<std::uint8_t> image(size.pixels());
  for (std::uint8_t& pixel : image) {
    if (rng.below(one_in) == 0) {
      pixel = static_cast<std::uint8_t>(1 + rng.below(255));
    }
  }
  return image;
}

// How many tiles there are, and of each its number and its pixels.
void report_tiles(nn::ImageSize size, std::size_t one_in, nn::Zeros zeros,
                  nn::Rng& rng, Report& report) {
  const auto image = random_image(size, one_in, rng);
  std::vector<nn::LiveTile> tiles(nn::tile_count(size));
  const std::size_t count = nn::live_tiles(image, size, zeros, tiles.data());
  std::vector<double> found = {static_cast<double>(count)};
  for (std::size_t i = 0; i < std::min(count, tiles.size()); ++i) {
    found.push_back(static_cast<double>(tiles[i].tile));
    for (const std::uint8_t pixel : tiles[i].pixels) found.push_back(pixel);
  }
  report.exact(
      fmt::format("{} x {}, ink in one pixel of {}, zeros {}: the count, then "
                  "the number and the pixels of each tile",
                  size.height, size.width, one_in,
                  zeros == nn::Zeros::kept ? "kept" : "skipped"),
      found);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  using enum nn::Zeros;
  report_tiles({4, 6}, 6, skipped, rng, report);
  report_tiles({4, 6}, 6, kept, rng, report);
  report_tiles({5, 4}, 5, skipped, rng, report);
  report_tiles({4, 5}, 5, skipped, rng, report);
  if (!thorough) return;
  report_tiles({28, 28}, 10, skipped, rng, report);
  report_tiles({7, 5}, 8, kept, rng, report);
  report_tiles({7, 5}, 1, skipped, rng, report);
  report_tiles({9, 9}, 30, skipped, rng, report);
  report_tiles({1, 1}, 1, skipped, rng, report);
  report_tiles({1, 7}, 3, skipped, rng, report);
  report_tiles({7, 1}, 3, skipped, rng, report);
}
