#include <fmt/format.h>

#include "02_propagation/network.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

template <typename Real>
void report_network(const nn::Widths& widths, nn::Rng& rng, Report& report) {
  const auto network = nn::he_network<Real>(widths, rng);
  const std::string name = fmt::format("widths {}", fmt::join(widths, "-"));
  report.exact("how many layers, " + name,
               static_cast<double>(network.layers.size()));
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto& [W, b] = network.layers[l];
    const std::string layer = fmt::format("layer {}, {}", l + 1, name);
    report.exact("the shape of W, " + layer, size_of(W));
    report.exact("the biases, " + layer, values_of(b));
    report.close("the mean square of the weights, " + layer,
                 arma::mean(arma::vectorise(arma::square(W))));
    report.close("the weights as they lie in memory, " + layer, values_of(W));
  }
  report.close("what rng.uniform() draws next, " + name, rng.uniform());
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_network<float>({6 + rng.below(6), 5, 3}, rng, report);
  report_network<double>({4, 2 + rng.below(3)}, rng, report);
  if (!thorough) return;

  report_network<float>({2, 8, 8, 1}, rng, report);
  report.exact("std::invalid_argument (1) for a single width",
               throws([&] { nn::he_network({4}, rng); }));
  report.exact("std::invalid_argument (1) for a layer without units",
               throws([&] {
                 nn::he_network({4, 0, 2}, rng);
               }));
}
