#include <fmt/format.h>

#include "06_averaging/likeness.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

nn::Network random_network(const nn::Widths& widths, nn::Rng& rng) {
  nn::Network network = nn::zero_network(widths);
  for (auto& layer : network.layers) {
    for (float& w : layer.W) w = static_cast<float>(rng.uniform(-1, 1));
    for (float& b : layer.b) b = static_cast<float>(rng.uniform(-1, 1));
  }
  return network;
}

void report_likeness(const std::string& name, const nn::Network& a,
                     const nn::Network& b, std::size_t l, Report& report) {
  const nn::Mat<double> S = nn::likeness(a, b, l);
  report.exact("the shape of S, " + name, size_of(S));
  report.close("S column by column, " + name, values_of(S));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const nn::Network a = random_network({5, 3, 4}, rng);
  const nn::Network b = random_network({5, 3, 4}, rng);
  report_likeness("3 hidden units", a, b, 0, report);
  report_likeness("the same, exchanged", b, a, 0, report);
  nn::Network plain = a;
  for (auto& layer : plain.layers) layer.b.zeros();
  report_likeness("one of them without biases", plain, b, 0, report);
  const nn::Network deep = random_network({4, 3, 2, 6}, rng);
  const nn::Network other = random_network({4, 3, 2, 6}, rng);
  report_likeness("two hidden layers, the first", deep, other, 0, report);
  report_likeness("two hidden layers, the second", deep, other, 1, report);
  if (!thorough) return;

  report_likeness("a network and itself", a, a, 0, report);
  report_likeness("a single unit", random_network({2, 1, 2}, rng),
                  random_network({2, 1, 2}, rng), 0, report);
  const std::size_t n = 4 + rng.below(20);
  report_likeness("many units", random_network({7, n, 3}, rng),
                  random_network({7, n, 3}, rng), 0, report);
}
