#include "06_averaging/assignment.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace nn {

namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

// [STATE]
// Prices u of the workers and v of the jobs. For each worker i who has a job,
// and every job j,
//
//     slack(i, j) = cost(i, j) - u[i] - v[j] >= 0,    cost = -gain,
//
// and it is 0 for the pairs of `worker`. So once all have a job, no other way
// can earn more. A worker who still waits has the price 0 and may well have
// negative slacks.
struct Market {
  explicit Market(const Mat<double>& gain)
      : cost(-gain.t()),
        u(gain.n_rows),
        v(gain.n_rows),
        worker(gain.n_rows, kNobody) {}

  double slack(std::size_t i, std::size_t j) const {
    return cost(j, i) - u[i] - v[j];
  }

  Mat<double> cost;  // column i is worker i's: the search goes down a column
  std::vector<double> u, v;
  std::vector<std::size_t> worker;  // who has job j, or nobody
};
// [/STATE]

// [SEARCH]
// The search for a free job: worker `first` takes a job, whoever has it takes
// another, and so on. Job j is reached by the worker who has the job
// before[j]; by `first` where that is nobody.
struct Search {
  explicit Search(std::size_t n)
      : distance(n, std::numeric_limits<double>::infinity()),
        before(n, kNobody),
        reached(n, false) {}

  std::vector<double> distance;  // the slacks on the way, added up
  std::vector<std::size_t> before;
  std::vector<bool> reached;
};
// [/SEARCH]

// [NEXT_JOB]
// Worker i has the job `at`, which is `so_far` away; or, at first, none, and
// `at` is nobody. From there a job that is not reached is its slack further:
// where that is nearer than by the ways before, not as near, the job's distance
// and what comes before it change. Returns the nearest job that is not reached,
// of equals the one with the lowest number. One is always left.
std::size_t next_job(const Market& market, std::size_t i, std::size_t at,
                     double so_far, Search& search) {
  // BEGIN SOLUTION next_job
  std::size_t nearest = kNobody;
  for (std::size_t j = 0; j < search.distance.size(); ++j) {
    if (search.reached[j]) continue;
    const double through = so_far + market.slack(i, j);
    if (through < search.distance[j]) {
      search.distance[j] = through;
      search.before[j] = at;
    }
    if (nearest == kNobody || search.distance[j] < search.distance[nearest]) {
      nearest = j;
    }
  }
  return nearest;
  // END SOLUTION
}
// [/NEXT_JOB]

// [PRICES]
// Changes the prices so that the slacks on the way to the free job, which is
// `so_far` away, become 0, and no worker with a job, `first` now among them,
// has a negative one.
void reprice(std::size_t first, std::size_t free, const Search& search,
             Market& market) {
  const double so_far = search.distance[free];
  market.u[first] += so_far;
  for (std::size_t j = 0; j < search.reached.size(); ++j) {
    if (!search.reached[j] || j == free) continue;
    market.v[j] -= so_far - search.distance[j];
    market.u[market.worker[j]] += so_far - search.distance[j];
  }
}
// [/PRICES]

// [PATH]
// Gives worker `first` a job, and others another if need be. Dijkstra's
// algorithm, where a step to a job is as long as its slack. Only those of
// `first` may be negative, and each path has exactly one of them, its first.
void find_job_for(std::size_t first, Market& market) {
  Search search(market.worker.size());
  std::size_t at = kNobody;  // the job that we have come to,
  double so_far = 0;         // how far that is,
  std::size_t i = first;     // and the worker who looks for another
  while (i != kNobody) {
    at = next_job(market, i, at, so_far, search);
    so_far = search.distance[at];
    search.reached[at] = true;
    i = market.worker[at];
  }
  reprice(first, at, search, market);
  // From the free job back to `first`: each worker moves one job on.
  for (; search.before[at] != kNobody; at = search.before[at]) {
    market.worker[at] = market.worker[search.before[at]];
  }
  market.worker[at] = first;
}
// [/PATH]

void require_square_and_finite(const Mat<double>& gain) {
  if (gain.n_rows != gain.n_cols) {
    throw std::invalid_argument(
        fmt::format("best_assignment: {} is not square", shape_of(gain)));
  }
  if (!gain.is_finite()) {
    throw std::invalid_argument("best_assignment: a gain is not finite");
  }
}

}  // namespace

// [ASSIGNMENT]
std::vector<std::size_t> best_assignment(const Mat<double>& gain) {
  require_square_and_finite(gain);
  Market market(gain);
  for (std::size_t i = 0; i < gain.n_rows; ++i) find_job_for(i, market);
  std::vector<std::size_t> job(gain.n_rows);
  for (std::size_t j = 0; j < job.size(); ++j) job[market.worker[j]] = j;
  return job;
}
// [/ASSIGNMENT]

double total_gain(const Mat<double>& gain,
                  const std::vector<std::size_t>& job) {
  double total = 0;
  for (std::size_t i = 0; i < job.size(); ++i) total += gain(i, job[i]);
  return total;
}

}  // namespace nn
