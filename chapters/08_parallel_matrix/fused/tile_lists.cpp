#include "08_parallel_matrix/fused/tile_lists.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "08_parallel_matrix/lanes.hpp"

namespace nn {

namespace {

// Room for at least `batch` uses in an odd number of cache lines. An image is
// entered at about the same place of many lists: were these a multiple of many
// lines apart, all would meet in few sets of the cache.
std::size_t odd_room(std::size_t batch) {
  constexpr std::size_t kUses = 64 / std::gcd(sizeof(TileUse), std::size_t{64});
  const std::size_t rooms = (batch + kUses - 1) / kUses;
  return (rooms + (rooms + 1) % 2) * kUses;
}

}  // namespace

TileLists::TileLists(std::size_t tiles, std::size_t batch)
    : room_(odd_room(batch)), counts_(tiles), uses_(tiles * room_) {}

namespace {

// [PIXELS_OF]
// 1/255 in two parts: a division takes longer than what follows. The first part
// has so few digits that a byte times it is exact, and the sum rounds as the
// division does: the compiler tries all 256.
constexpr float kHigh = 0x101p-16f;
constexpr float kLow = static_cast<float>(1.0 / 255 - double{kHigh});

// Four bytes as the floats that they are in a Dataset, all at once. In memory
// the lowest byte of an integer is the first, on x86 and ARM.
void pixels_of(const std::array<std::uint8_t, kTilePixels>& bytes, float* to) {
  typedef std::int32_t Ints __attribute__((vector_size(4 * kTilePixels)));
  std::int32_t all;
  std::memcpy(&all, bytes.data(), sizeof all);
  const Ints x = Ints{all, all, all, all} >> Ints{0, 8, 16, 24} & 255;
  const auto pixels = __builtin_convertvector(x, Vector<kTilePixels>);
  store(pixels * kHigh + pixels * kLow, to);
}

constexpr bool divides_every_byte() {
  for (int byte = 0; byte < 256; ++byte) {
    const auto x = static_cast<float>(byte);
    if (x * kHigh + x * kLow != x / 255.0f) return false;
  }
  return true;
}
static_assert(divides_every_byte());
// [/PIXELS_OF]

// An image lies anywhere in memory. Asked for this many images ahead, it has
// come when we need it: those of the next batch, too.
constexpr std::size_t kAhead = 4;
constexpr std::size_t kTilesALine = 64 / sizeof(LiveTile);

}  // namespace

// [BUILD]
void TileLists::build(const TiledImages& images,
                      std::span<const std::uint32_t> numbers,
                      std::size_t count) {
  std::ranges::fill(counts_, 0u);
  // Copies: or each store might change them, for all that the compiler knows.
  std::uint32_t* const counts = counts_.data();
  TileUse* const uses = uses_.data();
  const std::size_t room = room_;
  for (std::size_t j = 0; j < count; ++j) {
    const auto soon =
        images.image(numbers[std::min(j + kAhead, numbers.size() - 1)]);
    const auto now = images.image(numbers[j]);
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (i % kTilesALine == 0) __builtin_prefetch(soon.data() + i);
      const LiveTile& live = now[i];
      TileUse& use = uses[live.tile * room + counts[live.tile]++];
      pixels_of(live.pixels, use.pixels);
      use.image = static_cast<std::uint32_t>(j);
    }
  }
}
// [/BUILD]

}  // namespace nn
