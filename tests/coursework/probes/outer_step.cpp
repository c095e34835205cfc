#include "06_averaging/outer_step.hpp"

#include <fmt/format.h>

#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

nn::Network random_network(nn::Rng& rng) {
  nn::Network network = nn::zero_network({4, 3, 2});
  for (auto& layer : network.layers) {
    for (float& w : layer.W) w = static_cast<float>(rng.uniform(-1, 1));
    for (float& b : layer.b) b = static_cast<float>(rng.uniform(-1, 1));
  }
  return network;
}

std::vector<double> weights_of(const nn::Network& network) {
  std::vector<double> weights;
  for (const auto& layer : network.layers) {
    for (const float w : layer.W) weights.push_back(w);
    for (const float b : layer.b) weights.push_back(b);
  }
  return weights;
}

void report_steps(double rate, double momentum, int steps, nn::Rng& rng,
                  Report& report) {
  nn::Network average = random_network(rng), velocity;
  for (int step = 1; step <= steps; ++step) {
    const nn::Network next = random_network(rng);
    nn::outer_step(rate, momentum, next, velocity, average);
    const std::string key = fmt::format("rate {:.3g}, momentum {:.3g}, step {}",
                                        rate, momentum, step);
    report.close(key + ": the average", weights_of(average));
    if (momentum > 0)
      report.close(key + ": the velocity", weights_of(velocity));
    const bool plain = rate == 1 && momentum == 0;
    if (plain) {
      report.exact(key + ": whether the average is next, to the bit",
                   nn::digest(average) == nn::digest(next));
    }
  }
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_steps(1, 0, 2, rng, report);
  report_steps(0.5, 0, 2, rng, report);
  report_steps(1, 0.7, 3, rng, report);
  report_steps(0.4, 0.9, 3, rng, report);
  if (!thorough) return;

  report_steps(1, 0.5, 1, rng, report);
  report_steps(2, 0.3, 6, rng, report);
  report_steps(rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), 4, rng, report);
}
