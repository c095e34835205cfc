// How fast the executors of this chapter are. Each row compares two things
// that take turns; `is` is the median of the ratios, and beside it stands what
// it must reach:
//
//   even    60 equal tasks: the ceiling's time (two bare threads) to the pool's
//   zipf    60 tasks, the k-th largest in proportion to 1/k: the time of list
//           scheduling, in the pool's own order of tasks, to the pool's time
//   idle    processor time in milliseconds during 2 s without work
//
// Compare the speedups in the zipf rows: longest first helps the balancing
// pool, and the static split not at all. `ceiling_speedup` is what two bare
// threads reach at that moment; on a shared machine it may be near 1.

#include <memory>

#include "04_work_balancing/pool/static_executor.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "tests/support/pool_benchmark.hpp"

int main(int argc, char** argv) {
  using namespace nn;
  using namespace nn::benchmarks;
  const auto fixed = [] { return std::make_unique<StaticExecutor>(2); };
  const auto balancing = [] { return std::make_unique<WorkBalancingPool>(2); };
  add_list_rows("static", fixed, true);
  add_list_rows("balancing", balancing);
  add_idle_rows("static", fixed);
  add_idle_rows("balancing", balancing);
  return run_rows(argc, argv);
}
