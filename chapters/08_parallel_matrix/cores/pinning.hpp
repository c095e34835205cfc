/// @file
/// One core for each worker.
#pragma once

#include "05_work_stealing/work_stealing_pool.hpp"

namespace nn {

/// Pins worker i of the pool to the i-th core that this process may use;
/// workers beyond the cores share. Left to itself, a system may wake a worker
/// on the core of the one that called it, though another is free, and move it
/// milliseconds later: for products of microseconds that is never. Where the
/// system cannot pin, nothing happens.
///
/// Call it from outside, while the pool has no other task.
void pin_workers(WorkStealingPool& pool);

}  // namespace nn
