#include <fmt/format.h>

#include "04_work_balancing/pool/serial_executor.hpp"
#include "06_averaging/aggregation.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

std::vector<nn::Network> random_networks(std::size_t count,
                                         const nn::Widths& widths,
                                         nn::Rng& rng) {
  std::vector<nn::Network> networks(count, nn::zero_network(widths));
  for (nn::Network& network : networks) {
    for (auto& layer : network.layers) {
      for (float& w : layer.W) w = static_cast<float>(rng.uniform(-1, 1));
      for (float& b : layer.b) b = static_cast<float>(rng.uniform(-1, 1));
    }
  }
  return networks;
}

void report_mean(const std::vector<nn::Network>& networks, std::size_t slices,
                 Report& report) {
  nn::SerialExecutor executor;
  const nn::Network mean = nn::average_by_slices(executor, networks, slices);
  const std::string key = fmt::format("{} networks, slices of a layer: {}, ",
                                      networks.size(), slices);
  for (std::size_t l = 0; l < mean.layers.size(); ++l) {
    report.close(fmt::format("{}W of layer {}", key, l + 1),
                 values_of(mean.layers[l].W));
    report.close(fmt::format("{}b of layer {}", key, l + 1),
                 values_of(mean.layers[l].b));
  }
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const auto five = random_networks(5, {4, 3, 2}, rng);
  report_mean(five, 1, report);
  report_mean(five, 2, report);
  report_mean(five, 5, report);
  report_mean(random_networks(1, {4, 3, 2}, rng), 3, report);
  if (!thorough) return;

  report_mean(five, 100, report);
  const std::size_t many = 20 + rng.below(50);
  report_mean(random_networks(many, {6, 5, 4, 3}, rng), 1 + rng.below(9),
              report);
}
