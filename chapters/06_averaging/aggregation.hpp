#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "02_propagation/network.hpp"
#include "04_work_balancing/pool/executor.hpp"

namespace nn {

// Three ways to the mean of many networks. Chapter 4's average_weights() copies
// all networks and adds them in a tree of tasks. The tree here copies every
// other one, and the loop and the slices copy none.

/// One thread adds network after network to a sum.
/// @throws std::invalid_argument if there are none, or widths differ
Network average_by_loop(std::span<const Network> networks);

/// A tree of tasks, each of which adds two networks: half as many in each
/// level, so that the last one has nobody to share with. Of each pair that it
/// begins with, it copies the first, to add the second to it.
/// @throws std::invalid_argument if there are none, or widths differ
Network average_by_tree(Executor& executor, std::span<const Network> networks);

/// Each task adds the same slice of all networks, some elements of one layer's
/// W. The sum of a slice stays in the cache, and each weight is read once. The
/// same bits as average_by_loop().
/// @param slices how many tasks a layer, at least 1
/// @throws std::invalid_argument if there are none, or widths differ
Network average_by_slices(Executor& executor, std::span<const Network> networks,
                          std::size_t slices);

/// Reads every weight of all networks and does next to nothing with it: the
/// time it takes is that of the memory. A task a network.
/// @returns the sum of their bits, as integers, so that they must be read
std::uint64_t read_all(Executor& executor, std::span<const Network> networks);

}  // namespace nn
