// How fast the parts of this chapter are. Rows with `is` compare two things
// that take turns: the median of the ratios, and beside it what it must reach.
//
//   average/N   N networks averaged: the time of a loop to that of slices on
//               two threads; and how many bytes a second each way reads
//   read/N      the same networks, only read
//   assign/N    one assignment of N units to N: `is` is how its time grows
//               with N, as an exponent; random gains are far quicker than N^3
//   match/60    sixty networks matched to one: one thread's time to two's

#include <cmath>

#include "04_work_balancing/ensemble/averages.hpp"
#include "04_work_balancing/pool/serial_executor.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"
#include "06_averaging/aggregation.hpp"
#include "06_averaging/assignment.hpp"
#include "06_averaging/matching.hpp"
#include "tests/support/pool_benchmark.hpp"

namespace {

using namespace nn;
using namespace nn::benchmarks;

constexpr std::size_t kSlices = 8;

std::vector<Network> random_networks(std::size_t count) {
  std::vector<Network> networks;
  for (std::size_t k = 0; k < count; ++k) {
    Rng rng(1, k);
    networks.push_back(he_network({784, 128, 10}, rng));
  }
  return networks;
}

double bytes_of(const std::vector<Network>& networks) {
  return static_cast<double>(sizeof(float) * networks.size() *
                             parameter_count(networks.front()));
}

void averages(benchmark::State& state, std::size_t count) {
  const auto networks = random_networks(count);
  WorkStealingPool pool(2);
  Pairs pairs;
  std::vector<double> tree;
  for (auto _ : state) {
    pairs.add(seconds_of([&] { average_by_loop(networks); }),
              seconds_of([&] { average_by_slices(pool, networks, kSlices); }));
    tree.push_back(seconds_of([&] { average_by_tree(pool, networks); }));
  }
  const double gigabytes = bytes_of(networks) / 1e9;
  state.counters["loop_GB/s"] = gigabytes / pairs.ours();
  state.counters["tree_GB/s"] = gigabytes / median(tree);
  state.counters["slices_GB/s"] = gigabytes / pairs.theirs();
  report(state, pairs.ratio(), MustBe::at_least, 1.1);
}

void reading(benchmark::State& state, std::size_t count) {
  const auto networks = random_networks(count);
  WorkStealingPool pool(2);
  std::vector<double> seconds;
  for (auto _ : state) {
    seconds.push_back(seconds_of(
        [&] { benchmark::DoNotOptimize(read_all(pool, networks)); }));
  }
  state.counters["GB/s"] = bytes_of(networks) / 1e9 / median(seconds);
}

Mat<double> random_gains(std::size_t n) {
  Rng rng(1);
  Mat<double> gain(n, n);
  for (double& g : gain) g = rng.normal();
  return gain;
}

void assignment(benchmark::State& state, std::size_t n) {
  const Mat<double> small = random_gains(n / 2), large = random_gains(n);
  Pairs pairs;
  for (auto _ : state) {
    pairs.add(seconds_of([&] { best_assignment(large); }),
              seconds_of([&] { best_assignment(small); }));
  }
  state.counters["ms"] = 1e3 * pairs.ours();
  report(state, std::log2(pairs.ratio()), MustBe::at_most, 3.3);
}

void matching(benchmark::State& state) {
  const auto networks = random_networks(60);
  SerialExecutor one;
  WorkStealingPool two(2);
  Pairs pairs;
  Ceiling ceiling;
  for (auto _ : state) {
    pairs.add(seconds_of([&] { match_all(one, networks, 1, 1); }),
              seconds_of([&] { match_all(two, networks, 1, 1); }));
    ceiling.measure(2, 0.1);
  }
  state.counters["one_ms"] = 1e3 * pairs.ours();
  state.counters["two_ms"] = 1e3 * pairs.theirs();
  state.counters["ceiling_speedup"] = ceiling.speedup();
  report(state, pairs.ratio(), MustBe::at_least, 1.5);
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::size_t count : {60U, 1000U}) {
    const std::string n = std::to_string(count);
    add_row("average/" + n, 21,
            [=](benchmark::State& state) { averages(state, count); });
    add_row("read/" + n, 21,
            [=](benchmark::State& state) { reading(state, count); });
  }
  for (const std::size_t n : {128U, 512U, 1024U}) {
    add_row("assign/" + std::to_string(n), kPairs,
            [=](benchmark::State& state) { assignment(state, n); });
  }
  add_row("match/60", kPairs, matching);
  return run_rows(argc, argv);
}
