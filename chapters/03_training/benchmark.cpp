// How long an epoch of the default recipe takes, against a plain loop written
// by hand in Armadillo over the same batches in the same order.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <numeric>
#include <vector>

#include "03_training/training.hpp"
#include "common/blas.hpp"
#include "common/clock.hpp"
#include "common/data/load.hpp"

namespace {

using namespace nn;

// One hidden layer, written by hand with nothing but Armadillo.
class PlainLoop {
 public:
  PlainLoop(const Network& start, std::uint64_t seed)
      : W1(start.layers[0].W),
        W2(start.layers[1].W),
        b1(start.layers[0].b),
        b2(start.layers[1].b),
        rng_(seed) {}

  double epoch(const Dataset& data) {
    if (order_.is_empty()) {
      order_ = arma::regspace<arma::uvec>(0, data.size() - 1);
    }
    rng_.shuffle(std::span(order_.memptr(), order_.n_elem));
    double loss = 0;
    constexpr arma::uword B = 32;
    for (arma::uword first = 0; first + B <= data.size(); first += B) {
      loss += step(data, order_.subvec(first, first + B - 1));
    }
    return loss / static_cast<double>(data.size());
  }

  arma::fmat W1, W2;
  arma::fvec b1, b2;

 private:
  // [PLAIN_STEP]
  double step(const Dataset& data, const arma::uvec& batch) {
    constexpr float rate = 0.1f;
    X = data.images.cols(batch);
    A1 = W1 * X;
    A1.each_col() += b1;
    A1 = arma::clamp(A1, 0.0f, arma::fdatum::inf);
    P = W2 * A1;
    P.each_col() += b2;
    P.each_row() -= arma::max(P, 0);
    P = arma::exp(P);
    P.each_row() /= arma::sum(P, 0);
    double loss = 0;
    for (arma::uword j = 0; j < batch.n_elem; ++j) {
      float& p = P(data.labels[batch[j]], j);
      loss -= std::log(p);
      p -= 1;  // P becomes P - Y
    }
    P /= static_cast<float>(batch.n_elem);
    delta = W2.t() * P;
    delta.elem(arma::find(A1 == 0)).zeros();
    W2 -= rate * P * A1.t();
    b2 -= rate * arma::sum(P, 1);
    W1 -= rate * delta * X.t();
    b1 -= rate * arma::sum(delta, 1);
    return loss;
  }
  // [/PLAIN_STEP]

  arma::fmat X, A1, P, delta;
  arma::uvec order_;
  Rng rng_;
};

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
  PlainLoop plain(network, 2);
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
