#include <memory>

#include "01_matrix/engine.hpp"
#include "02_propagation/propagation.hpp"
#include "coursework/probes/probe.hpp"
#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/work.hpp"

namespace {

constexpr std::size_t kTimes = 10;

// With chapter 1's loops: BLAS would be timed otherwise.
struct Back {
  nn::NaiveEngine<float> engine;
  nn::Network network = nn::zero_network({400, 100, 10});
  nn::Matrix X;
  std::vector<std::uint8_t> labels;
  nn::Pass pass;
  nn::Network gradient;
  std::vector<nn::Matrix> P;  // one for each time
  std::uint64_t weights;

  void fill(nn::Rng& rng) {
    for (auto& [W, b] : network.layers)
      W = nn::probe::random_matrix(W.n_rows, W.n_cols, rng) / 20;
    X = nn::probe::random_matrix(400, 256, rng);
    labels = nn::probe::random_labels(256, 10, rng);
    nn::forward(engine, network, X, pass);
    P = nn::probe::random_matrices(kTimes, 10, 256, rng);
    weights = rng.next();
  }
  void run(nn::probe::Report& report) {
    nn::Network sum = nn::zero_network({400, 100, 10});
    for (std::size_t i = 0; i < kTimes; ++i) {
      pass.P = P[i];
      nn::backward<float>(engine, network, X, labels, pass, gradient);
      nn::add_scaled(1.0f, gradient, sum);
    }
    nn::probe::report_sums("dW of layer 1", sum.layers[0].W, weights, report);
    nn::probe::report_sums("dW of layer 2", sum.layers[1].W, weights, report);
    nn::probe::report_sums("db of layer 1", sum.layers[0].b, weights, report);
  }
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t /*threads*/) {
  const auto back = std::make_shared<Back>();
  back->fill(rng);
  return [back](nn::probe::Report& report) { back->run(report); };
}
