#include <string>
#include <vector>

#include "07_speedup/busy_set.hpp"
#include "coursework/probes/probe.hpp"

namespace {

// Where the next busy queue is, from each place on.
void report_next(const std::string& what, std::size_t count,
                 const std::vector<std::size_t>& busy,
                 nn::probe::Report& report) {
  nn::BusySet set(count);
  for (const std::size_t i : busy) set.mark(i, true);
  std::vector<double> found;
  for (std::size_t first = 0; first < count; ++first) {
    found.push_back(static_cast<double>(set.next(first)));
  }
  report.exact(std::to_string(count) + " queues, busy: " + what +
                   "; the next one from each place on",
               found);
}

std::vector<std::size_t> random_places(std::size_t count, std::size_t how_many,
                                       nn::Rng& rng) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < how_many; ++i) places.push_back(rng.below(count));
  return places;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report_next("none", 5, {}, report);
  report_next("1 and 3", 5, {1, 3}, report);
  report_next("0", 64, {0}, report);
  report_next("63, 64 and 100", 130, {63, 64, 100}, report);
  report_next("3 at random", 200, random_places(200, 3, rng), report);
  if (!thorough) return;

  report_next("none", 64, {}, report);
  report_next("none", 200, {}, report);
  report_next("5", 70, {5}, report);
  report_next("69", 70, {69}, report);
  report_next("10 and 20, both in the first word", 300, {10, 20}, report);
  report_next("20 at random", 1024, random_places(1024, 20, rng), report);
  report_next("all of one", 1, {0}, report);
}
