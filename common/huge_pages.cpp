#include "common/huge_pages.hpp"

#include <sys/mman.h>

#include <memory>

namespace nn {

void use_huge_pages([[maybe_unused]] void* begin,
                    [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t page = 2 << 20;
  if (std::align(page, page, begin, bytes) != nullptr) {
    ::madvise(begin, bytes / page * page, MADV_HUGEPAGE);
  }
#endif
}

}  // namespace nn
