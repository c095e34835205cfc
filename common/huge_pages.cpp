#include "common/huge_pages.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace nn {

void prefer_huge_pages([[maybe_unused]] void* begin,
                       [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  // Whole huge pages only: what shares the first and the last page with us
  // is none of our business.
  constexpr std::uintptr_t page = 2 << 20;
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + page - 1) / page * page;
  const std::uintptr_t last = (address + bytes) / page * page;
  if (first >= last) return;
  ::madvise(static_cast<char*>(begin) + (first - address), last - first,
            MADV_HUGEPAGE);
#endif
}

}  // namespace nn
