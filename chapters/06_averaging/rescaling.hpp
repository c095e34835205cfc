#pragma once

#include <span>

#include "01_matrix/engine.hpp"
#include "02_propagation/network.hpp"
#include "04_work_balancing/pool/executor.hpp"
#include "common/matrix.hpp"

namespace nn {

/// How a hidden layer's Z is spread over some images, unit by unit.
struct Spread {
  Vec<double> mean;       ///< (units)
  Vec<double> deviation;  ///< (units)
};

/// The spread of each hidden layer, the one next to the images first.
/// @param images (inputs x N), N > 0
std::vector<Spread> spread_of(const Engine& engine, const Network& network,
                              const Matrix& images);

/// The average network with each hidden unit scaled and shifted so that, over
/// these images, its Z has the mean and the deviation that the unit in its
/// place has in the networks, on average. Layer after layer, as the scores
/// behind change. A unit that does not vary keeps its weights.
/// @param average of the networks' weights
/// @param networks at least one, of the same widths
/// @param images (inputs x N), N > 0
/// @throws std::invalid_argument if there are none, or widths differ
/// Source: Jordan, Sedghi, Saukh, Entezari and Neyshabur, "REPAIR" (2022).
Network rescaled(Executor& executor, const Engine& engine,
                 const Network& average, std::span<const Network> networks,
                 const Matrix& images);

}  // namespace nn
