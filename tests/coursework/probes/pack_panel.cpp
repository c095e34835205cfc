#include <fmt/format.h>

#include "08_parallel_matrix/packing.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

// Numbers that lie apart in both directions.
void report_panel(std::size_t rows, std::size_t depth, std::size_t width,
                  nn::Rng& rng, Report& report) {
  const nn::Matrix wide = random_matrix(2 * rows, 3 * depth, rng);
  const nn::View A{wide.memptr(), rows, depth, 2, 3 * wide.n_rows};
  std::vector<float> to(depth * width + 64, 9);
  nn::pack_panel(A, width, to.data());
  report.exact(fmt::format("{} rows of {} steps, {} wide, and what lies behind",
                           rows, depth, width),
               values_of(to));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_panel(3, 5, 3, rng, report);
  report_panel(3, 4, 5, rng, report);
  report_panel(2 + rng.below(4), 2 + rng.below(4), 6, rng, report);
  if (!thorough) return;
  report_panel(1, 7, 1, rng, report);
  report_panel(1, 2, 4, rng, report);
  report_panel(4, 0, 4, rng, report);
  report_panel(11, 9, 12, rng, report);
}
