#pragma once

#include "02_propagation/network.hpp"

namespace nn {

// [OUTER]
/// The step of a round goes from `average` to `next`. Nesterov's momentum:
///
///     velocity = momentum * velocity + step
///     average = average + rate * (step + momentum * velocity)
///
/// At rate 1 and without momentum the new average is `next`, to the bit.
/// @param velocity has no layers before the first step; is changed
/// @param average of the round before; is changed
/// Source: Douillard et al., "DiLoCo" (2023); Sutskever et al. (2013),
/// section 2.
inline void outer_step(double rate, double momentum, const Network& next,
                       Network& velocity, Network& average) {
  // BEGIN SOLUTION outer_step
  Network step = next;
  add_scaled(-1.0f, average, step);
  if (velocity.layers.empty()) velocity = zero_network(widths_of(next));
  scale(static_cast<float>(momentum), velocity);
  add_scaled(1.0f, step, velocity);
  if (rate == 1 && momentum == 0) {
    average = next;
    return;
  }
  add_scaled(static_cast<float>(rate), step, average);
  add_scaled(static_cast<float>(rate * momentum), velocity, average);
  // END SOLUTION
}
// [/OUTER]

}  // namespace nn
