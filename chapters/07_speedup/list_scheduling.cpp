#include "07_speedup/list_scheduling.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <stdexcept>

namespace nn {

namespace {

void require_processors(std::size_t processors) {
  if (processors == 0) {
    throw std::invalid_argument("list scheduling: no processors");
  }
}

// [STATE]
// What is known at one moment of the schedule.
struct Progress {
  std::vector<bool> begun;     // one a job
  std::vector<Ticks> ends_at;  // one a job, once begun
  std::vector<Ticks> free_at;  // one a processor
};

bool may_begin(const Job& job, const Progress& progress, Ticks now) {
  return std::ranges::all_of(job.after, [&](std::size_t before) {
    return progress.begun.at(before) && progress.ends_at[before] <= now;
  });
}
// [/STATE]

// [FIRST]
// The first job of the list that may begin now; jobs.size() if there is none.
std::size_t first_ready(std::span<const Job> jobs, const Progress& progress,
                        Ticks now) {
  // BEGIN SOLUTION first_ready
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    if (!progress.begun[k] && may_begin(jobs[k], progress, now)) return k;
  }
  return jobs.size();
  // END SOLUTION
}
// [/FIRST]

// The next moment at which a running job ends.
Ticks next_end(const Progress& progress, Ticks now) {
  Ticks next = -1;
  for (const Ticks end : progress.free_at) {
    if (end > now && (next < 0 || end < next)) next = end;
  }
  if (next < 0) {
    throw std::invalid_argument("list scheduling: jobs wait for each other");
  }
  return next;
}

// [BEGIN]
// Lets each free processor begin a job, as far as there are any.
void begin_jobs(std::span<const Job> jobs, Ticks now, Progress& progress,
                std::vector<Placed>& schedule) {
  for (std::size_t i = 0; i < progress.free_at.size(); ++i) {
    if (progress.free_at[i] > now) continue;
    const std::size_t k = first_ready(jobs, progress, now);
    if (k == jobs.size()) return;
    progress.begun[k] = true;
    progress.ends_at[k] = progress.free_at[i] = now + jobs[k].length;
    schedule.push_back({k, i, now, progress.ends_at[k]});
  }
}
// [/BEGIN]

void require_known(std::span<const Job> jobs) {
  for (const Job& job : jobs) {
    for (const std::size_t before : job.after) {
      if (before < jobs.size()) continue;
      throw std::invalid_argument("list scheduling: a job waits for none");
    }
    if (job.length <= 0) {
      throw std::invalid_argument("list scheduling: a job takes no time");
    }
  }
}

}  // namespace

// [SCHEDULE]
std::vector<Placed> list_schedule(std::span<const Job> jobs,
                                  std::size_t processors) {
  require_processors(processors);
  require_known(jobs);
  Progress progress{std::vector<bool>(jobs.size()),
                    std::vector<Ticks>(jobs.size()),
                    std::vector<Ticks>(processors)};
  std::vector<Placed> schedule;
  Ticks now = 0;
  begin_jobs(jobs, now, progress, schedule);
  while (schedule.size() < jobs.size()) {
    now = next_end(progress, now);
    begin_jobs(jobs, now, progress, schedule);
  }
  return schedule;
}
// [/SCHEDULE]

Ticks makespan(std::span<const Placed> schedule) {
  Ticks last = 0;
  for (const Placed& placed : schedule) last = std::max(last, placed.end);
  return last;
}

// [LIST]
Ticks list_makespan(std::span<const Ticks> tasks, std::size_t processors) {
  require_processors(processors);
  std::priority_queue<Ticks, std::vector<Ticks>, std::greater<>> free_at;
  for (std::size_t i = 0; i < processors; ++i) free_at.push(0);
  Ticks last = 0;
  for (const Ticks task : tasks) {
    const Ticks end = free_at.top() + task;
    free_at.pop();
    free_at.push(end);
    last = std::max(last, end);
  }
  return last;
}

std::vector<Ticks> longest_first(std::span<const Ticks> tasks) {
  std::vector<Ticks> sorted(tasks.begin(), tasks.end());
  std::ranges::stable_sort(sorted, std::greater<>());
  return sorted;
}
// [/LIST]

}  // namespace nn
