#include "08_parallel_matrix/fused/workers.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "common/program/cores.hpp"

namespace nn {

// [RUN_WORKERS]
void run_workers(std::size_t count,
                 const std::function<void(std::size_t)>& work) {
  enum State { kNotYet, kGo, kGiveUp };
  // Nobody begins before all are there, or those who came would wait for
  // ever for one that the system refused.
  std::atomic<State> state = kNotYet;
  // A new thread often begins on the core of the one that called it, and
  // stays there for longer than a step takes.
  const bool pinned = count <= allowed_cores().size();
  std::vector<std::thread> others;
  others.reserve(count - 1);
  const auto tell = [&state](State news) {
    state.store(news);  // with the wait in each thread
    state.notify_all();
  };
  const auto join = [&others] {
    for (std::thread& other : others) other.join();
  };
  try {
    for (std::size_t worker = 1; worker < count; ++worker) {
      others.emplace_back([&state, &work, worker, pinned] {
        if (pinned) pin_this_thread(worker);
        state.wait(kNotYet);
        if (state.load() == kGo) work(worker);
      });
    }
  } catch (...) {
    tell(kGiveUp);
    join();
    throw;
  }
  tell(kGo);
  work(0);
  join();
}
// [/RUN_WORKERS]

}  // namespace nn
