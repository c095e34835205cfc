#pragma once

#include <cstddef>

#include "02_propagation/network.hpp"
#include "common/matrix.hpp"

namespace nn {

/// How much alike the units of hidden layer l of two networks are: their
/// weights in, their biases and their weights out,
///
///     S = W1 V1' + b c' + W2' V2        for one hidden layer,
///
/// if the other layers of both are in one order already.
/// @returns S (units x units); S(i, j) compares unit i of `reference` with
///          unit j of `network`
/// @throws std::invalid_argument if their widths differ
Mat<double> likeness(const Network& reference, const Network& network,
                     std::size_t l);

}  // namespace nn
