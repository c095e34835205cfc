#include "08_parallel_matrix/program/laps.hpp"

#include <ctime>

namespace nn {

// The processor time so far, all of which went by while we were loaded.
Laps::Laps() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  parts_.emplace_back("start of the process",
                      static_cast<double>(used.tv_sec) +
                          1e-9 * static_cast<double>(used.tv_nsec));
}

void Laps::end(const std::string& part) {
  const double now = steady_seconds();
  if (parts_.back().first != part) parts_.emplace_back(part, 0);
  parts_.back().second += now - last_;
  last_ = now;
}

double Laps::total() const {
  double sum = 0;
  for (const auto& [part, seconds] : parts_) sum += seconds;
  return sum;
}

}  // namespace nn
