// Memory that runs out. The program's operator new is replaced, and so is what
// tasks use; both refuse where a test says so.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

#include "04_work_balancing/pool/work_balancing_pool.hpp"

namespace {

thread_local bool no_memory = false;       // for operator new
thread_local bool no_task_memory = false;  // for mi_malloc()

void* allocate(std::size_t bytes, std::size_t alignment) {
  const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
  void* const memory =
      no_memory ? nullptr : std::aligned_alloc(alignment, whole);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// Not inlined: GCC would take `new` and free() for a mismatch.
[[gnu::noinline]] void release(void* memory) noexcept {
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes == 0 ? 1 : bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return ::operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}
void* mi_malloc(std::size_t bytes) noexcept {
  return no_task_memory ? nullptr : std::malloc(bytes);
}
void mi_free(void* memory) noexcept {
  release(memory);
}

namespace nn {
namespace {

/// While it lives, this thread gets no memory of one kind.
class Without {
 public:
  explicit Without(bool& kind) : kind_(kind) { kind_ = true; }
  ~Without() { kind_ = false; }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;

 private:
  bool& kind_;
};

TEST(ScarceMemory, SubmitRefusesATaskAndWhatWasSubmittedRuns) {
  WorkBalancingPool pool(2);
  std::vector<Future<int>> futures;
  for (int i = 0; i < 100; ++i)
    futures.push_back(pool.submit([] { return 1; }));
  {
    const Without task_memory(no_task_memory);
    const Without memory(no_memory);  // with a sanitizer, tasks use this
    EXPECT_THROW(pool.submit([] { return 2; }), std::bad_alloc);
    for (auto& future : futures) EXPECT_EQ(future.get(), 1);
    pool.wait_all();
  }
  EXPECT_EQ(sum(pool.counters()).tasks_run, 100U);
}

TEST(ScarceMemory, SubmitRefusesATaskThatItCannotQueue) {
  WorkBalancingPool pool(2);
  std::vector<Future<int>> futures;
  futures.reserve(100'000);
  bool refused = false;
  {
    const Without memory(no_memory);
    while (!refused && futures.size() < futures.capacity()) {
      try {
        futures.push_back(pool.submit([] { return 1; }));
      } catch (const std::bad_alloc&) {
        refused = true;
      }
    }
    for (auto& future : futures) EXPECT_EQ(future.get(), 1);
    pool.wait_all();
  }
  EXPECT_TRUE(refused);
  EXPECT_EQ(sum(pool.counters()).tasks_run, futures.size());
}

// Both workers sleep. The one that is woken cannot move the task from the
// other's queue into its own, and the other sleeps on.
TEST(ScarceMemory, AWorkerRunsATaskThatItCannotQueue) {
  WorkBalancingPool pool(2);
  std::atomic<int> here = 0;
  const auto take_memory_away = [&] {
    no_memory = true;  // of this worker
    ++here;
    while (here < 2) std::this_thread::yield();
  };
  auto one = pool.submit(take_memory_away);
  pool.submit(take_memory_away).get();
  one.get();
  for (int i = 0; i < 2000; ++i) {
    // Not always in step with the workers: they sleep in turns, too.
    for (int k = 0; k <= i % 2; ++k) {
      EXPECT_EQ(pool.submit([k] { return k; }).get(), k);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

}  // namespace
}  // namespace nn
