/// @file
/// What no schedule can beat, and how far from that the greedy ones can be.
#pragma once

#include <cstddef>
#include <span>

#include "07_speedup/list_scheduling.hpp"

namespace nn {

/// T_1: the time that one worker takes for all tasks.
Ticks total(std::span<const Ticks> tasks);
/// The longest task; 0 if there are none.
Ticks longest(std::span<const Ticks> tasks);

/// No schedule of the tasks on P workers is shorter: all workers together do
/// at most P ticks of work a tick, and a task is not cut.
double least_time(std::span<const Ticks> tasks, std::size_t workers);

/// No list schedule is longer, whatever the list's order:
/// T_1/P + (1 - 1/P) longest.
/// Source: Graham, "Bounds for certain multiprocessing anomalies" (1966).
double list_bound(std::span<const Ticks> tasks, std::size_t workers);

/// How many times the best possible time the list schedule takes at most if the
/// longest task stands first: 4/3 - 1/(3P).
/// Source: Graham, "Bounds on multiprocessing timing anomalies" (1969).
double longest_first_ratio(std::size_t workers);

/// The time of the best schedule of all, found by search: for a dozen tasks.
/// @throws std::invalid_argument if there are no workers
Ticks optimal_makespan(std::span<const Ticks> tasks, std::size_t workers);

/// T_1 of jobs.
Ticks total(std::span<const Job> jobs);
/// T_inf: the longest chain of jobs each of which waits for the one before, so
/// the time on as many workers as you like.
/// @param jobs each waits for such only as stand before it in the list
/// @throws std::invalid_argument if one does not
Ticks critical_path(std::span<const Job> jobs);
/// No list schedule of the jobs is longer: T_1/P + (1 - 1/P) T_inf.
double list_bound(std::span<const Job> jobs, std::size_t workers);

/// The expected time of n tasks of one tick each, all in one worker's queue at
/// first, if an idle worker asks a random other once a tick and gets *half* of
/// its queue: at most n/P + 3.65 log2(n), but for a constant.
/// Source: Tchiboukdjian, Gast, Trystram, Roch and Bernard, "A tighter analysis
/// of work stealing" (2010).
double steal_half_bound(std::size_t tasks, std::size_t workers);

}  // namespace nn
