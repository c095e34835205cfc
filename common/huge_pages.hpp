#pragma once

#include <cstddef>

namespace nn {

/// Asks for 2 MB pages under the `bytes` at `begin`, before they are first
/// touched. The training images are 188 MB: as 4 KB pages they would be
/// 46,000 page faults, which take longer than the conversion itself. Only a
/// wish; where the system knows no huge pages nothing happens.
void prefer_huge_pages(void* begin, std::size_t bytes);

}  // namespace nn
