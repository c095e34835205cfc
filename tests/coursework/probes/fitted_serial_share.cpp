#include <string>

#include "07_speedup/laws.hpp"
#include "coursework/probes/probe.hpp"

namespace {

void report_share(double speedup, std::size_t workers,
                  nn::probe::Report& report, const std::string& what) {
  report.close(what + ", " + std::to_string(workers) + " workers",
               nn::fitted_serial_share(speedup, workers));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report_share(2, 2, report, "no serial share");
  report_share(1, 2, report, "no gain");
  report_share(1.6, 2, report, "speedup 1.6");
  report_share(1.0 + rng.uniform(), 2, report, "a random speedup");
  report_share(1.0 + 7 * rng.uniform(), 8, report, "a random speedup");
  if (!thorough) return;

  report_share(0.8, 4, report, "slower than serial");
  report_share(2.2, 2, report, "faster than there are workers");
  report_share(1.0 + 1000 * rng.uniform(), 1024, report, "a random speedup");
  report_share(1.0 + 2 * rng.uniform(), 3, report, "a random speedup");
}
