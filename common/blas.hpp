#pragma once

#include <cstddef>
#include <string>

namespace nn {

/// Makes BLAS compute each product on the calling thread alone. Products of
/// this network are too small to be worth sharing, the order of additions
/// then never depends on the number of threads, and tasks that run side by
/// side do not fight for the cores.
void use_one_blas_thread();

/// Takes the memory that BLAS works in, before the first product: one that
/// finds none would look for it for ever. `run_program` calls this for the
/// thread that it runs on.
/// @param others how many more threads will multiply
/// @throws std::runtime_error if there is too little memory for that
void take_blas_memory(std::size_t others = 0);

/// Which BLAS computes, and which of its kernels it chose for this machine:
/// "OpenBLAS 0.3.21, SkylakeX kernels".
std::string blas_description();

}  // namespace nn
