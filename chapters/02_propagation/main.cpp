// Chapter 2: forward, backward, and a proof that backward is right.

#include <iostream>
#include <string>
#include <vector>

#include "01_matrix/operations.hpp"
#include "02_propagation/activation.hpp"
#include "02_propagation/gradient_check.hpp"
#include "02_propagation/propagation.hpp"
#include "common/blas.hpp"
#include "common/dataset.hpp"
#include "common/error.hpp"
#include "common/interrupt.hpp"
#include "common/program.hpp"
#include "common/text.hpp"

namespace {

using namespace nn;

struct Settings {
  CommonOptions common;
  std::string engine = "armadillo";
};

Settings read_settings(CommandLine& line) {
  Settings settings;
  settings.common.hidden = {16};  // each weight costs two passes to check
  line.describe(
      "Sends one batch of digits forward and backward through a network, "
      "checks every derivative, and learns 32 images by heart.");
  line.take(settings.common,
            {"--data", "--seed", "--hidden", "--rate", "--quiet"});
  const auto names = engine_names();
  line.choice("--engine", settings.engine, {names.begin(), names.end()},
              "who multiplies the matrices");
  line.example("./chapter02 --hidden 32,16", "two hidden layers");
  line.parse();
  return settings;
}

Widths widths_for(const Dataset& data, const std::vector<int>& hidden) {
  Widths widths = {data.images.n_rows};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  widths.push_back(kClasses);
  return widths;
}

// ---- One batch, every shape -------------------------------------------------

void say(const std::string& what, const std::string& shape,
         const std::string& how) {
  std::cout << "  " << pad_right(what, 8) << pad_right(shape, 13) << how
            << '\n';
}

// [WALK_FORWARD]
void walk_forward(const Network& network, const Matrix& X, const Pass& pass) {
  const std::size_t L = network.layers.size();
  std::cout << "Forward, " << X.n_cols << " images at once:\n";
  say("X", shape_of(X), "the images, one a column");
  for (std::size_t l = 0; l < L; ++l) {
    const std::string k = std::to_string(l + 1);
    const std::string A = l == 0 ? "X" : "A" + std::to_string(l);
    say("W" + k, shape_of(network.layers[l].W), "weights");
    if (l + 1 < L) {
      say("A" + k, shape_of(pass.A[l]),
          "= max(W" + k + " * " + A + " + b" + k + ", 0)");
    } else {
      say("Z" + k, shape_of(pass.A[l]), "= W" + k + " * " + A + " + b" + k);
    }
  }
  say("P", shape_of(pass.P), "= softmax(Z" + std::to_string(L) + ")");
}
// [/WALK_FORWARD]

// [WALK_BACKWARD]
void walk_backward(const Network& network, const Network& gradient,
                   const Pass& pass) {
  std::cout << "Backward:\n";
  for (std::size_t l = network.layers.size(); l-- > 0;) {
    const std::string k = std::to_string(l + 1);
    const std::string above = std::to_string(l + 2);
    const bool last = l + 1 == network.layers.size();
    say("delta" + k, shape_of(pass.delta[l]),
        last ? "= (P - Y) / B"
             : "= (W" + above + "' * delta" + above + ") .* (A" + k + " > 0)");
    say("dW" + k, shape_of(gradient.layers[l].W),
        "= delta" + k + " * " + (l == 0 ? "X" : "A" + std::to_string(l)) + "'");
    say("db" + k, shape_of<float>(gradient.layers[l].b),
        "= the sum of each row of delta" + k);
  }
}
// [/WALK_BACKWARD]

void show_one_batch(const Engine& engine, const Network& network,
                    const Dataset& batch) {
  Pass pass;
  Network gradient;
  forward(engine, network, batch.images, pass);
  walk_forward(network, batch.images, pass);
  std::cout << "Loss: " << fixed(cross_entropy(pass.A.back(), batch.labels), 4)
            << "; guessing would give ln 10 = 2.3026.\n\n";
  backward(engine, network, batch.images, batch.labels, pass, gradient);
  walk_backward(network, gradient, pass);
}

// ---- Is backward right? -----------------------------------------------------

// [CHECK_GRADIENT]
void show_gradient_check(const Settings& settings, const Widths& widths,
                         const Dataset& batch) {
  const auto engine = make_engine<double>(settings.engine);
  Rng rng(settings.common.seed);
  BasicNetwork<double> network = he_network<double>(widths, rng);
  const Mat<double> X = arma::conv_to<Mat<double>>::from(batch.images);
  const GradientCheck check = check_gradient(*engine, network, X, batch.labels);
  std::cout << "\nGradient check: " << thousands(check.parameters)
            << " derivatives against the slope of the loss,\n"
            << "largest relative error " << check.largest_error << ".\n";
  if (!(check.largest_error < 1e-6)) {
    throw std::runtime_error("the gradient check failed: backward is wrong");
  }
}
// [/CHECK_GRADIENT]

// ---- Learning by heart ------------------------------------------------------

// [OVERFIT]
// Steps of gradient descent on the same few images until all are right.
int overfit(const Engine& engine, Network& network, const Dataset& batch,
            float rate, bool quiet) {
  Pass pass;
  Network gradient;
  constexpr int kMost = 10'000;
  for (int step = 1; step <= kMost; ++step) {
    throw_if_interrupted();
    forward(engine, network, batch.images, pass);
    const bool learnt = column_argmax(pass.P) == batch.labels;
    if (!quiet && (learnt || step % 20 == 1)) {
      std::cout << "  step " << pad_left(std::to_string(step), 5) << "   loss "
                << fixed(cross_entropy(pass.A.back(), batch.labels), 4) << '\n';
    }
    if (learnt) return step;
    backward(engine, network, batch.images, batch.labels, pass, gradient);
    add_scaled(-rate, gradient, network);
  }
  throw std::runtime_error(
      "the images are not learnt after 10,000 steps: "
      "try another --rate");
}
// [/OVERFIT]

int chapter02(CommandLine& line) {
  const Settings settings = read_settings(line);
  use_one_blas_thread();
  const Data data = load_data({.directory = settings.common.data});
  std::cout << data.description << "\n\n";
  const auto engine = make_engine(settings.engine);
  const Widths widths = widths_for(data.train, settings.common.hidden);
  Rng rng(settings.common.seed);
  Network network = he_network(widths, rng);

  show_one_batch(*engine, network, slice(data.train, 0, 8));
  show_gradient_check(settings, widths, slice(data.train, 0, 8));

  std::cout << "\nLearning 32 images by heart:\n";
  const int steps =
      overfit(*engine, network, slice(data.train, 0, 32),
              static_cast<float>(settings.common.rate), settings.common.quiet);
  std::cout << "100% of 32 images right at step " << steps << ".\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter02);
}
