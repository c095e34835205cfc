#include "05_work_stealing/work_stealing_pool.hpp"
#include "coursework/probes/threads/stress.hpp"
#include "coursework/probes/work.hpp"

// The deques begin small, so that they grow while thieves look into them.
nn::probe::Work make_ready(nn::Rng& rng, std::size_t threads) {
  return [&rng, threads](nn::probe::Report& report) {
    nn::WorkStealingPool pool(
        {.thread_count = threads, .capacity = 2, .seed = rng.next()});
    stress(pool, rng, report);
  };
}
