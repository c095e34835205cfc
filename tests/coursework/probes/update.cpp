#include <fmt/format.h>

#include "coursework/probes/trainer.hpp"

namespace {

using namespace nn::probe;

// Steps along gradients that the probe makes up.
void take_steps(const std::string& name, const nn::Widths& widths,
                const nn::TrainingOptions& options, nn::Rng& rng,
                Report& report) {
  const nn::ArmadilloEngine<float> engine;
  nn::Network network = random_network(widths, rng);
  nn::Trainer trainer(engine, network, options, rng);
  for (int step = 1; step <= 4; ++step) {
    if (step == 4) trainer.*member(Rate{}) = 0.25 * options.rate;
    trainer.*member(Gradient{}) = random_network(widths, rng);
    (trainer.*member(nn::probe::Update{}))();
    report.close(
        fmt::format("the weights after step {}{}, {}", step,
                    step == 4 ? ", when the rate has decayed" : "", name),
        values_of(network));
  }
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const nn::Widths widths = {2 + rng.below(3), 3, 2};
  take_steps("no momentum", widths, {.rate = 0.1}, rng, report);
  take_steps("momentum 0.9", widths, {.rate = 0.1, .momentum = 0.9}, rng,
             report);
  if (!thorough) return;

  take_steps("momentum 0.5, four layers", {3, 4, 2, 2, 3},
             {.rate = rng.uniform(0.5, 1), .momentum = 0.5}, rng, report);
  take_steps("rate 0", widths, {.rate = 0}, rng, report);
}
