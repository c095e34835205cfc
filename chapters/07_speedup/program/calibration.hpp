/// @file
/// What the moves of the executors cost on this machine.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "07_speedup/program/measurement.hpp"
#include "07_speedup/simulator.hpp"

namespace nn {

/// The costs of each executor (its place in kPolicies) on each number of
/// workers.
using Costs = std::map<std::pair<std::size_t, std::size_t>, MoveCosts>;

/// Costs that were measured once, on two cores of an AMD EPYC: for simulations
/// that are to give the same numbers on every machine.
MoveCosts recorded_costs(Policy policy);

/// Measures what it takes to look, to move and to carry on the pools' own
/// queues, by one thread, and to wake a worker.
/// @returns one a policy, with `submit` and `run` still 0
std::vector<MoveCosts> measure_moves();

/// Adds what it takes to submit and to run a task: such that the simulator
/// needs as long for twice as many empty tasks as was measured. How long it
/// needs for the tasks that were *not* used so is then a prediction.
/// @param cores more workers than cores are left out
Costs calibrated_costs(std::span<const Point> points,
                       std::span<const MoveCosts> moves,
                       std::size_t empty_tasks, std::size_t cores);

}  // namespace nn
