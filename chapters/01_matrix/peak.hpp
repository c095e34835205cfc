#pragma once

namespace nn {

/// Measures what one core of this machine can do at best: multiplications and
/// additions that never leave its registers.
/// @param seconds how long to measure, about
/// @returns 10^9 floating-point operations a second, in `float`
double measure_peak_gflops(double seconds = 0.1);

}  // namespace nn
