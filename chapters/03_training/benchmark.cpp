// How long an epoch of the default recipe takes, against a plain loop written
// by hand in Armadillo over the same batches in the same order.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <vector>

#include "03_training/training.hpp"
#include "common/blas.hpp"
#include "common/clock.hpp"
#include "common/data/load.hpp"
#include "tests/support/plain_loop.hpp"

namespace {

using namespace nn;
using nn::benchmarks::PlainLoop;

const Data& digits() {
  static const Data data = [] {
    use_one_blas_thread();
    Data loaded = load_data({});
    std::cerr << "Data: " << loaded.description << '\n';
    return loaded;
  }();
  return data;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// One iteration is a pair of epochs, ours and the plain loop's, in turns
// first: a slow moment of the machine hits both.
void epoch_against_plain_loop(benchmark::State& state) {
  const Dataset& train = digits().train;
  Rng rng(1);
  Network network = he_network({train.images.n_rows, 128, 10}, rng);
  PlainLoop plain(network, 2, 32);
  Rng order(2);
  const auto engine = make_engine("armadillo");
  Trainer trainer(*engine, network, {}, order);
  const auto ours = [&] { trainer.epoch(train); };
  const auto theirs = [&] { plain.epoch(train); };
  std::vector<double> our_times, their_times, ratios;
  bool ours_first = false;
  for (auto _ : state) {
    ours_first = !ours_first;
    const double a = seconds_of(ours_first ? std::function(ours) : theirs);
    const double b = seconds_of(ours_first ? std::function(theirs) : ours);
    our_times.push_back(ours_first ? a : b);
    their_times.push_back(ours_first ? b : a);
    ratios.push_back(our_times.back() / their_times.back());
  }
  state.counters["ours_s"] = median(our_times);
  state.counters["plain_s"] = median(their_times);
  state.counters["ratio"] = median(ratios);
  state.counters["target"] = 1.05;
}
BENCHMARK(epoch_against_plain_loop)
    ->Iterations(11)
    ->Unit(benchmark::kMillisecond);

// The loops of chapter 1, for those who wonder.
void epoch_naive_engine(benchmark::State& state) {
  const Dataset& train = digits().train;
  Rng rng(1);
  Network network = he_network({train.images.n_rows, 128, 10}, rng);
  const auto engine = make_engine("naive");
  Trainer trainer(*engine, network, {}, rng);
  for (auto _ : state) trainer.epoch(train);
}
BENCHMARK(epoch_naive_engine)->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  std::cerr << "BLAS: " << nn::blas_description() << '\n';
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
