#pragma once

#include <cstddef>

namespace nn {

/// Memory for tasks: a million of them must not mean a million calls of
/// `malloc`. A thread keeps the blocks that it frees and hands them out
/// again; only whole magazines of blocks pass, under a lock, from a thread
/// that frees more than it takes to one that takes more than it frees.
///
/// Blocks are multiples of 64 bytes, a cache line, and aligned to it, so two
/// tasks never share a line. Large tasks, and all tasks under the address
/// sanitizer (which must see every block freed), come from `operator new`.
///
/// The memory belongs to the process and not to a pool: a future may be read
/// after its pool is gone.
///
/// Source: Bonwick and Adams, "Magazines and Vmem" (USENIX 2001), section 3.
void* allocate_task(std::size_t bytes);

/// Gives back what `allocate_task(bytes)` returned, from any thread.
void free_task(void* block, std::size_t bytes) noexcept;

/// False under the address sanitizer, which sees a use after the end only if
/// freed memory is not used again.
bool recycles_task_memory() noexcept;

}  // namespace nn
