#include "08_parallel_matrix/blocks.hpp"

#include <unistd.h>

#include <algorithm>

namespace nn {

namespace {

// 0 where the system does not tell.
std::size_t cache_bytes([[maybe_unused]] int level) {
#ifdef _SC_LEVEL1_DCACHE_SIZE
  const long bytes =
      sysconf(level == 1 ? _SC_LEVEL1_DCACHE_SIZE : _SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
#else
  return 0;
#endif
}

std::size_t rounded_down(std::size_t n, std::size_t unit) {
  return std::max(unit, n / unit * unit);
}

}  // namespace

// [DERIVE]
Blocks blocks_for(std::size_t l1, std::size_t l2) {
  Blocks blocks{};
  blocks.depth = rounded_down(l1 / 2 / (kTileColumns * sizeof(float)), 64);
  blocks.rows =
      rounded_down(l2 / 2 / (blocks.depth * sizeof(float)), kTileRows);
  blocks.columns = 256 * kTileColumns;
  return blocks;
}

const Blocks& machine_blocks() {
  static const Blocks blocks = [] {
    const std::size_t l1 = cache_bytes(1);
    const std::size_t l2 = cache_bytes(2);
    return blocks_for(l1 != 0 ? l1 : 32 << 10, l2 != 0 ? l2 : 512 << 10);
  }();
  return blocks;
}
// [/DERIVE]

}  // namespace nn
