#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "02_propagation/propagation.hpp"
#include "common/dataset.hpp"

namespace nn {

/// The probability of each class for many images, a column an image.
/// Computed a thousand images at a time, so that memory stays small.
/// @param images (inputs x N)
/// @returns P (classes x N)
Matrix predict(const Engine& engine, const Network& network,
               const Matrix& images);

/// The share of columns of P whose largest element stands at the label.
/// @param P (classes x N), N > 0
/// @param labels N labels
/// @throws std::invalid_argument if there is not one label a column
double accuracy(const Matrix& P, std::span<const std::uint8_t> labels);

/// C(i, j): how many images of an i the network takes for a j. It takes an
/// image for the class of its largest probability, the first one on a tie.
/// @param P (classes x N), N > 0
/// @param labels N labels below `classes`
/// @returns C (classes x classes), of classes that do not occur, too
/// @throws std::invalid_argument if there is not one label a column, or none
arma::umat confusion_matrix(const Matrix& P,
                            std::span<const std::uint8_t> labels);

/// An image that the network gets wrong.
struct Misread {
  std::size_t image;   ///< its column
  std::uint8_t label;  ///< the digit that it shows
  std::uint8_t guess;  ///< the digit that the network takes it for
  float confidence;    ///< the probability that the network gives its guess
};

/// The misread images of which the network is surest, the surest first.
/// @param P (classes x N)
/// @param labels N labels
/// @param count how many at most
std::vector<Misread> worst_misreads(const Matrix& P,
                                    std::span<const std::uint8_t> labels,
                                    std::size_t count);

}  // namespace nn
