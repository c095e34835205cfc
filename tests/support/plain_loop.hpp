#pragma once

#include <armadillo>
#include <cmath>
#include <cstdint>
#include <span>

#include "02_propagation/network.hpp"
#include "common/dataset.hpp"
#include "common/rng.hpp"

namespace nn::benchmarks {

/// One hidden layer, written by hand with nothing but Armadillo: what the
/// trainers of this book are compared with.
class PlainLoop {
 public:
  /// @param seed of the order of the images
  /// @param batch images a step
  PlainLoop(const Network& start, std::uint64_t seed, arma::uword batch)
      : W1(start.layers[0].W),
        W2(start.layers[1].W),
        b1(start.layers[0].b),
        b2(start.layers[1].b),
        batch_(batch),
        rng_(seed) {}

  /// Goes once over the images, in full batches only.
  /// @returns about the mean loss
  double epoch(const Dataset& data) {
    if (order_.is_empty()) {
      order_ = arma::regspace<arma::uvec>(0, data.size() - 1);
    }
    rng_.shuffle(std::span(order_.memptr(), order_.n_elem));
    double loss = 0;
    for (arma::uword first = 0; first + batch_ <= data.size();
         first += batch_) {
      loss += step(data, order_.subvec(first, first + batch_ - 1));
    }
    return loss / static_cast<double>(data.size());
  }

  arma::fmat W1, W2;  ///< weights
  arma::fvec b1, b2;  ///< biases

 private:
  // [PLAIN_STEP]
  double step(const Dataset& data, const arma::uvec& batch) {
    constexpr float rate = 0.1f;
    X = data.images.cols(batch);
    A1 = W1 * X;
    A1.each_col() += b1;
    A1 = arma::clamp(A1, 0.0f, arma::fdatum::inf);
    P = W2 * A1;
    P.each_col() += b2;
    P.each_row() -= arma::max(P, 0);
    P = arma::exp(P);
    P.each_row() /= arma::sum(P, 0);
    double loss = 0;
    for (arma::uword j = 0; j < batch.n_elem; ++j) {
      float& p = P(data.labels[batch[j]], j);
      loss -= std::log(p);
      p -= 1;  // P becomes P - Y
    }
    P /= static_cast<float>(batch.n_elem);
    delta = W2.t() * P;
    delta.elem(arma::find(A1 == 0)).zeros();
    W2 -= rate * P * A1.t();
    b2 -= rate * arma::sum(P, 1);
    W1 -= rate * delta * X.t();
    b1 -= rate * arma::sum(delta, 1);
    return loss;
  }
  // [/PLAIN_STEP]

  arma::fmat X, A1, P, delta;
  arma::uvec order_;
  arma::uword batch_;
  Rng rng_;
};

}  // namespace nn::benchmarks
