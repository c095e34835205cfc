#include <fmt/format.h>

#include "02_propagation/propagation.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

// Calls `backward` after `forward`, again and again with the same pass and
// the same gradient, as training does.
template <typename Real>
struct Backward {
  nn::Rng& rng;
  Report& report;
  nn::ArmadilloEngine<Real> engine;
  nn::BasicPass<Real> pass;
  nn::BasicNetwork<Real> gradient;

  nn::Mat<Real> random(std::size_t rows, std::size_t columns) {
    return arma::conv_to<nn::Mat<Real>>::from(
        random_matrix(rows, columns, rng));
  }

  nn::BasicNetwork<Real> random_network(const nn::Widths& widths) {
    nn::BasicNetwork<Real> network = nn::zero_network<Real>(widths);
    for (auto& [W, b] : network.layers) {
      W = random(W.n_rows, W.n_cols);
      b = random(b.n_elem, 1);
    }
    return network;
  }

  void go(const std::string& name, const nn::Widths& widths,
          std::size_t images) {
    const nn::BasicNetwork<Real> network = random_network(widths);
    const nn::Mat<Real> X = random(widths.front(), images);
    const auto labels = random_labels(images, widths.back(), rng);
    nn::forward(engine, network, X, pass);
    nn::backward<Real>(engine, network, X, labels, pass, gradient);
    show(fmt::format("{}: widths {}, {} images", name, fmt::join(widths, "-"),
                     images),
         network.layers.size());
  }

  void show(const std::string& name, std::size_t layers) {
    report.exact("how many layers the gradient has, " + name,
                 static_cast<double>(gradient.layers.size()));
    for (std::size_t l = std::min(layers, gradient.layers.size()); l-- > 0;) {
      const std::string layer = fmt::format(" of layer {}, {}", l + 1, name);
      const auto delta =
          l < pass.delta.size() ? pass.delta[l] : nn::Mat<Real>();
      report.close("delta" + layer, values_of(delta));
      report.exact("the shape of dW" + layer, size_of(gradient.layers[l].W));
      report.close("dW" + layer, values_of(gradient.layers[l].W));
      report.close("db" + layer, values_of(gradient.layers[l].b));
    }
  }
};

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  Backward<float> in_float{rng, report, {}, {}, {}};
  in_float.go("two layers", {4 + rng.below(3), 6, 3}, 5);
  in_float.go("all layers square", {4, 4, 4, 4}, 4);
  in_float.go("a second time, with as many layers", {5, 6, 4, 3}, 2);
  Backward<double>{rng, report, {}, {}, {}}.go("in double", {3, 4, 2}, 3);
  if (!thorough) return;

  in_float.go("one image", {5, 6, 4, 3}, 1);
  in_float.go("a single layer", {5, 3}, 4);
  in_float.pass.P = random_matrix(3, 4, rng);
  report.exact(
      "std::invalid_argument (1) for 4 images and 5 labels", throws([&] {
        nn::backward<float>(in_float.engine, nn::zero_network({5, 3}),
                            random_matrix(5, 4, rng), random_labels(5, 3, rng),
                            in_float.pass, in_float.gradient);
      }));
}
