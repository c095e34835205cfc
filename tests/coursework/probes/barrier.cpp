#include "06_averaging/barrier.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

void report_barrier(const std::string& name, const std::vector<double>& losses,
                    Report& report) {
  std::vector<nn::LinePoint> line;
  const auto steps = static_cast<double>(losses.size() - 1);
  for (const double loss : losses) {
    const double t = static_cast<double>(line.size()) / steps;
    // The accuracy has no part in it.
    line.push_back({t, {loss, 1 - t}});
  }
  report.close("the barrier, losses " + name, nn::barrier(line));
}

std::vector<double> random_losses(std::size_t count, nn::Rng& rng) {
  std::vector<double> losses(count);
  for (double& loss : losses) loss = rng.uniform(0, 3);
  return losses;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_barrier("1, 5, 2", {1, 5, 2}, report);
  report_barrier("1, 1, 1", {1, 1, 1}, report);
  report_barrier("2, 1, 2", {2, 1, 2}, report);
  report_barrier("1, 1, 1, 3", {1, 1, 1, 3}, report);
  report_barrier("0.5, 0.6, 0.9, 0.7, 0.3", {0.5, 0.6, 0.9, 0.7, 0.3}, report);
  report_barrier("of eleven points", random_losses(11, rng), report);
  if (!thorough) return;

  report_barrier("of two points, 1 and 4", {1, 4}, report);
  report_barrier("of two points, 4 and 1", {4, 1}, report);
  report_barrier("that fall all the way", {5, 4, 3, 2, 1}, report);
  report_barrier("of an even number of points", random_losses(8, rng), report);
  report_barrier("of a hundred points", random_losses(100, rng), report);
}
