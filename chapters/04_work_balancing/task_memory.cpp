#include "04_work_balancing/task_memory.hpp"

#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace nn {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kClasses = 4;    // blocks of 64, 128, 192 and 256 bytes
constexpr std::size_t kMagazine = 64;  // blocks that travel together

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kRecycle = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kRecycle = false;
#else
constexpr bool kRecycle = true;
#endif
#else
constexpr bool kRecycle = true;
#endif

/// A free block: its memory holds the pointer to the next one.
struct Block {
  Block* next;
};

/// A stack of free blocks. Whoever holds it may push and pop; no sharing.
struct Magazine {
  Block* top = nullptr;
  std::size_t size = 0;

  void push(void* memory) {
    top = new (memory) Block{top};
    ++size;
  }
  void* pop() {
    --size;
    return std::exchange(top, top->next);
  }
};

/// Where full magazines change hands.
class Depot {
 public:
  void put(const Magazine& full) {
    const std::lock_guard lock(mutex_);
    full_.push_back(full);
  }

  /// A magazine with at least one block: an old one, else new memory.
  Magazine get(std::size_t block_bytes) {
    {
      const std::lock_guard lock(mutex_);
      if (!full_.empty()) {
        const Magazine full = full_.back();
        full_.pop_back();
        return full;
      }
    }
    return carve(block_bytes);
  }

 private:
  static Magazine carve(std::size_t block_bytes) {
    const std::align_val_t line{kLine};
    void* slab = ::operator new(kMagazine* block_bytes, line);
    auto* bytes = static_cast<std::byte*>(slab);
    Magazine fresh;
    for (std::size_t i = kMagazine; i-- > 0;) {
      fresh.push(bytes + i * block_bytes);
    }
    return fresh;
  }

  std::mutex mutex_;
  std::vector<Magazine> full_;
};

/// The depots live as long as the process: never destroyed, so that a thread
/// that ends after `main` can still give its blocks back.
Depot& depot(std::size_t size_class) {
  static auto* const depots = new Depot[kClasses];
  return depots[size_class];
}

/// One thread's blocks of one size. Two magazines, so that a thread that
/// takes and frees in turn at the edge of one does not visit the depot each
/// time.
struct Shelf {
  Magazine loaded;
  Magazine spare;

  void* take(std::size_t size_class) {
    if (loaded.size == 0) {
      std::swap(loaded, spare);
      if (loaded.size == 0) {
        loaded = depot(size_class).get((size_class + 1) * kLine);
      }
    }
    return loaded.pop();
  }

  void give(void* block, std::size_t size_class) {
    if (loaded.size == kMagazine) {
      if (spare.size != 0) depot(size_class).put(spare);
      spare = std::exchange(loaded, Magazine{});
    }
    loaded.push(block);
  }
};

struct ThreadBlocks {
  Shelf shelves[kClasses];

  ThreadBlocks() = default;
  ThreadBlocks(const ThreadBlocks&) = delete;
  ThreadBlocks& operator=(const ThreadBlocks&) = delete;
  ~ThreadBlocks() {
    for (std::size_t c = 0; c < kClasses; ++c) {
      if (shelves[c].loaded.size != 0) depot(c).put(shelves[c].loaded);
      if (shelves[c].spare.size != 0) depot(c).put(shelves[c].spare);
    }
  }
};

thread_local ThreadBlocks blocks;

bool recycled(std::size_t bytes) {
  return kRecycle && bytes <= kClasses * kLine;
}

}  // namespace

bool recycles_task_memory() noexcept {
  return kRecycle;
}

void* allocate_task(std::size_t bytes) {
  if (!recycled(bytes)) return ::operator new (bytes, std::align_val_t{kLine});
  const std::size_t size_class = (bytes - 1) / kLine;
  return blocks.shelves[size_class].take(size_class);
}

void free_task(void* block, std::size_t bytes) noexcept {
  if (!recycled(bytes)) {
    ::operator delete (block, std::align_val_t{kLine});
    return;
  }
  const std::size_t size_class = (bytes - 1) / kLine;
  blocks.shelves[size_class].give(block, size_class);
}

}  // namespace nn
