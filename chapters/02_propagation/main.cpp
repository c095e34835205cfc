// Chapter 2: forward, backward, and a proof that backward is right.

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "01_matrix/operations.hpp"
#include "02_propagation/activation.hpp"
#include "02_propagation/gradient_check.hpp"
#include "02_propagation/propagation.hpp"
#include "common/blas.hpp"
#include "common/data/load.hpp"
#include "common/error.hpp"
#include "common/program/interrupt.hpp"
#include "common/program/program.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/text.hpp"

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
              "what computes the products: armadillo calls BLAS, naive runs "
              "the loops of chapter 1");
  line.example("./chapter02 --hidden 32,16", "two hidden layers");
  line.parse();
  return settings;
}

// A small data set may have fewer.
Dataset first_images(const Dataset& data, std::size_t count) {
  return slice(data, 0, std::min(count, data.size()));
}

// ---- One batch, every shape -------------------------------------------------

void say(const std::string& what, const std::string& shape,
         const std::string& how) {
  std::cout << fmt::format("  {:<8}{:<13}{}\n", what, shape, how);
}

// [WALK_FORWARD]
void walk_forward(const Network& network, const Matrix& X, const Pass& pass) {
  const std::size_t L = network.layers.size();
  std::cout << fmt::format("Forward, {} images at once:\n", X.n_cols);
  say("X", shape_of(X), "the images, one a column");
  for (std::size_t l = 0; l < L; ++l) {
    const std::string k = fmt::to_string(l + 1);
    const std::string A = l == 0 ? "X" : fmt::format("A{}", l);
    const std::string Z = fmt::format("W{0} * {1} + b{0}", k, A);
    say("W" + k, shape_of(network.layers[l].W), "weights");
    if (l + 1 < L) {
      say("A" + k, shape_of(pass.A[l]), "= max(" + Z + ", 0)");
    } else {
      say("Z" + k, shape_of(pass.Z), "= " + Z);
    }
  }
  say("P", shape_of(pass.P), fmt::format("= softmax(Z{})", L));
}
// [/WALK_FORWARD]

// [WALK_BACKWARD]
void walk_backward(const Network& network, const Network& gradient,
                   const Pass& pass) {
  const std::size_t L = network.layers.size();
  std::cout << "Backward:\n";
  for (std::size_t l = L; l-- > 0;) {
    const std::string k = fmt::to_string(l + 1);
    const std::string A = l == 0 ? "X" : fmt::format("A{}", l);
    const std::string product =
        fmt::format("= (W{0}' * delta{0}) .* (A{1} > 0)", l + 2, k);
    say("delta" + k, shape_of(pass.delta[l]),
        l + 1 == L ? "= (P - Y) / B" : product);
    say("dW" + k, shape_of(gradient.layers[l].W),
        fmt::format("= delta{} * {}'", k, A));
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
  std::cout << fmt::format(
      "Loss: {:.4f}; guessing would give ln 10 = 2.3026.\n\n",
      cross_entropy(pass.Z, batch.labels));
  backward(engine, network, batch.images, batch.labels, pass, gradient);
  walk_backward(network, gradient, pass);
}

// ---- Is backward right? -----------------------------------------------------

// [DRAW_BIASES]
// With biases of 0, a unit whose inputs are all 0 (a black image, or a dead
// layer below) would stand exactly on the kink of ReLU, where there is no
// slope.
void draw_biases(BasicNetwork<double>& network, Rng& rng) {
  for (Layer<double>& layer : network.layers) {
    for (double& b : layer.b) b = 0.1 * rng.normal();
  }
}
// [/DRAW_BIASES]

// [CHECK_GRADIENT]
// True if backward is right.
bool show_gradient_check(const Settings& settings, const Widths& widths,
                         const Dataset& batch) {
  const auto engine = make_engine<double>(settings.engine);
  Rng rng(settings.common.seed);
  BasicNetwork<double> network = he_network<double>(widths, rng);
  draw_biases(network, rng);
  const Mat<double> X = arma::conv_to<Mat<double>>::from(batch.images);
  const std::size_t count = parameter_count(network);
  std::cout << fmt::format("\nGradient check: {} derivatives ",
                           thousands(count));
  std::cout << "against the slope of the loss,\n";
  std::cout.flush();  // it may take long
  Progress progress(std::cout, standard_output(), settings.common.quiet);
  progress.start("checking", count, "derivatives");
  const GradientCheck check =
      check_gradient(*engine, network, X, batch.labels,
                     [&](std::size_t done) { progress.update(done); });
  progress.finish();
  const bool right = check.largest_error < 1e-6;
  std::cout << fmt::format("largest relative error {:g}{}.\n",
                           check.largest_error,
                           right ? "" : ": backward is wrong");
  return right;
}
// [/CHECK_GRADIENT]

// ---- Learning by heart ------------------------------------------------------

// [OVERFIT]
// Steps of gradient descent on the same few images until all are right.
std::size_t overfit(const Engine& engine, Network& network,
                    const Dataset& batch, float rate, bool quiet) {
  Pass pass;
  Network gradient;
  constexpr std::size_t kMost = 10'000;
  for (std::size_t step = 1; step <= kMost; ++step) {
    forward(engine, network, batch.images, pass);
    const bool learnt = column_argmax(pass.P) == batch.labels;
    if (!quiet && (learnt || step % 20 == 1)) {
      std::cout << fmt::format("  step {:>5}   loss {:.4f}\n", step,
                               cross_entropy(pass.Z, batch.labels));
    }
    if (learnt) return step;
    backward(engine, network, batch.images, batch.labels, pass, gradient);
    add_scaled(-rate, gradient, network);
  }
  throw std::runtime_error(
      "the images are not learnt after 10,000 steps: "
      "if the gradient check failed, repair that; else try another --rate");
}
// [/OVERFIT]

int chapter02(CommandLine& line) {
  const Settings settings = read_settings(line);
  end_at_first_interrupt();
  use_one_blas_thread();
  const Data data = load_data({.directory = settings.common.data});
  std::cout << fmt::format("{}\n\n", data.description);
  const auto engine = make_engine(settings.engine);
  const Widths widths =
      widths_from(data.train.images.n_rows, settings.common.hidden, kClasses);
  Rng rng(settings.common.seed);
  Network network = he_network(widths, rng);

  const Dataset eight = first_images(data.train, 8);
  show_one_batch(*engine, network, eight);
  const bool right = show_gradient_check(settings, widths, eight);

  const Dataset batch = first_images(data.train, 32);
  std::cout << fmt::format("\nLearning {} images by heart:\n", batch.size());
  const std::size_t steps =
      overfit(*engine, network, batch, static_cast<float>(settings.common.rate),
              settings.common.quiet);
  std::cout << fmt::format("100% of {} images right at step {}.\n",
                           batch.size(), steps);
  // Only now: a wrong gradient may be good enough for a few images.
  if (right) return 0;
  throw std::runtime_error("the gradient check failed: backward is wrong");
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter02);
}
