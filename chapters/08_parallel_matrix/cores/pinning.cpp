#include "08_parallel_matrix/cores/pinning.hpp"

#include <cstddef>
#include <latch>
#include <vector>

#include "common/program/cores.hpp"

namespace nn {

// [PIN]
void pin_workers(WorkStealingPool& pool) {
  std::latch all_here(static_cast<std::ptrdiff_t>(pool.thread_count()));
  std::vector<Future<void>> done;
  for (std::size_t i = 0; i < pool.thread_count(); ++i) {
    done.push_back(pool.submit([&] {
      all_here.arrive_and_wait();  // so that each worker runs one of these
      pin_this_thread(pool.worker_index());
    }));
  }
  for (Future<void>& future : done) future.get();
}
// [/PIN]

}  // namespace nn
