#pragma once

#include <cstdint>
#include <span>

#include "04_work_balancing/schedule/schedules.hpp"
#include "05_work_stealing/program/comparison.hpp"

namespace nn {

/// As WorkStealingPool's workers take their tasks, on the virtual clock.
/// @param seed of the victims, as in WorkStealingPool::Options
Schedule stolen_schedule(const VirtualWork& work, std::uint64_t seed);

/// The comparison of compare(), on the virtual clock: one lap, and no digests,
/// as nothing is trained.
/// @param options the number of laps is ignored
/// @param contestants how the executors are made; the deque is a growing one
Comparison compare_on_virtual_clock(std::span<const Shard> shards,
                                    const ComparisonOptions& options,
                                    const ContestantOptions& contestants);

}  // namespace nn
