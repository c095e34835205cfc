#pragma once

#include <cstddef>
#include <vector>

#include "common/matrix.hpp"

namespace nn {

/// The assignment problem: n workers and n jobs, `gain(i, j)` is what worker i
/// earns with job j, and each gets one. Which way earns most?
///
/// In O(n^3) additions, and where several ways are best, always the same one.
/// @param gain (n x n), finite; n may be 0
/// @returns the job of each worker
/// @throws std::invalid_argument if `gain` is not square or not finite
/// Source: the Hungarian method (Kuhn 1955), with a shortest augmenting path
/// for each worker (Jonker and Volgenant 1987).
std::vector<std::size_t> best_assignment(const Mat<double>& gain);

/// What an assignment earns together.
/// @param job of each worker
double total_gain(const Mat<double>& gain, const std::vector<std::size_t>& job);

}  // namespace nn
