#include <memory>

#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/trainer.hpp"
#include "coursework/probes/work.hpp"

namespace {

using namespace nn::probe;

constexpr std::size_t kTimes = 300, kChanges = 4;

struct Steps {
  explicit Steps(nn::Rng& rng)
      : network(random_network({784, 300, 10}, rng)),
        trainer(engine, network, {.rate = 0.001, .momentum = 0.5}, rng) {
    trainer.*member(Gradient{}) = random_network({784, 300, 10}, rng);
    const nn::Matrix& W = network.layers[0].W;
    changes = random_changes(kTimes * kChanges, W, rng);
    looks = random_changes(kTimes * kChanges, W, rng);
    weights = rng.next();
  }

  void run(Report& report) {
    nn::Matrix& dW = (trainer.*member(Gradient{})).layers[0].W;
    const nn::Matrix& W = network.layers[0].W;
    std::vector<double> seen;
    for (std::size_t i = 0; i < kTimes * kChanges; i += kChanges) {
      for (std::size_t k = i; k < i + kChanges; ++k)
        dW(changes[k].row, changes[k].column) += changes[k].by;
      (trainer.*member(nn::probe::Update{}))();
      for (std::size_t k = i; k < i + kChanges; ++k)
        seen.push_back(W(looks[k].row, looks[k].column));
    }
    report_sums("some of W of layer 1 after each step", seen, weights, report);
    report_sums("W of layer 1", W, weights, report);
    report_sums("b of layer 2", network.layers[1].b, weights, report);
  }

  nn::ArmadilloEngine<float> engine;
  nn::Network network;
  nn::Trainer trainer;
  std::vector<Change> changes, looks;  // of the gradient, and at W
  std::uint64_t weights;
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t /*threads*/) {
  const auto steps = std::make_shared<Steps>(rng);
  return [steps](Report& report) { steps->run(report); };
}
