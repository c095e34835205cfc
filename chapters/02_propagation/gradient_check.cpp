#include "02_propagation/gradient_check.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "02_propagation/activation.hpp"

namespace nn {

namespace {

// [PARAMETERS]
// Every parameter of a network in one list, so that one loop visits them all.
std::vector<double*> parameters_of(BasicNetwork<double>& network) {
  std::vector<double*> parameters;
  for (Layer<double>& layer : network.layers) {
    for (double& w : layer.W) parameters.push_back(&w);
    for (double& b : layer.b) parameters.push_back(&b);
  }
  return parameters;
}

double relative_error(double g, double s, double largest) {
  const double size = std::max({std::abs(g), std::abs(s), largest / 100});
  return size == 0 ? 0 : std::abs(g - s) / size;
}
// [/PARAMETERS]

}  // namespace

// [NUDGE]
GradientCheck check_gradient(const BasicEngine<double>& engine,
                             BasicNetwork<double>& network,
                             const Mat<double>& X,
                             std::span<const std::uint8_t> labels,
                             const DerivativeHook& on_derivative) {
  BasicPass<double> pass;
  BasicNetwork<double> gradient;
  forward(engine, network, X, pass);
  backward(engine, network, X, labels, pass, gradient);

  const auto loss_at = [&](double& w, double value) {
    const double old = std::exchange(w, value);
    forward(engine, network, X, pass);
    w = old;
    return cross_entropy(pass.Z, labels);
  };
  // [/NUDGE]

  // [COMPARE]
  const std::vector<double*> weights = parameters_of(network);
  const std::vector<double*> derivatives = parameters_of(gradient);
  double largest = 0;
  for (const double* g : derivatives) largest = std::max(largest, std::abs(*g));

  constexpr double h = 1e-5;
  GradientCheck result;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double& w = *weights[i];
    const double slope = (loss_at(w, w + h) - loss_at(w, w - h)) / (2 * h);
    const double error = relative_error(*derivatives[i], slope, largest);
    result.largest_error = std::max(result.largest_error, error);
    ++result.parameters;
    if (on_derivative) on_derivative(result.parameters);
  }
  return result;
}
// [/COMPARE]

}  // namespace nn
