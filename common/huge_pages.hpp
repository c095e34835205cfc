#pragma once

#include <cstddef>

namespace nn {

/// Asks the system to back memory by pages of 2 MB, where it has such: the
/// first touches of thousands of small pages take longer than filling them.
/// Only the whole huge pages in it: what shares the first and the last one with
/// it is none of our business. A refusal does no harm.
void use_huge_pages(void* begin, std::size_t bytes);

}  // namespace nn
