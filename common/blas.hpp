#pragma once

#include <string>

namespace nn {

/// Makes BLAS compute each product on the calling thread alone. Products of
/// this network are too small to be worth sharing, the order of additions
/// then never depends on the number of threads, and tasks that run side by
/// side do not fight for the cores.
void use_one_blas_thread();

/// Which BLAS computes, and which of its kernels it chose for this machine:
/// "OpenBLAS 0.3.21, SkylakeX kernels".
std::string blas_description();

}  // namespace nn
