#include "07_speedup/program/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "07_speedup/program/report.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// The largest measured number of workers with a core each.
std::size_t most_workers(const Findings& findings) {
  std::size_t most = 0;
  for (const Cell& cell : findings.cells) {
    if (cell.workers <= findings.cores) most = std::max(most, cell.workers);
  }
  return most == 0 ? findings.cells.front().workers : most;
}

const Cell& cell_of(const Findings& findings, std::size_t way,
                    std::size_t executor) {
  const std::size_t workers = most_workers(findings);
  return *std::ranges::find_if(findings.cells, [&](const Cell& cell) {
    return cell.way == way && cell.executor == executor &&
           cell.workers == workers;
  });
}

constexpr std::size_t kEven = 0, kSkewed = 2;  // places in all_ways()
constexpr std::size_t kStealing = 2;           // and in kExecutors

const Curve& curve_of(const Findings& findings, std::size_t way) {
  return *std::ranges::find(findings.curves, all_ways()[way].name, &Curve::way);
}

// "29.5 on 59 workers, 58.0 on 60": of two of the curve's points.
std::string speedups_on(const Curve& curve, std::size_t few, std::size_t many) {
  std::string text;
  for (std::size_t i = 0; i < curve.workers.size(); ++i) {
    const std::size_t p = curve.workers[i];
    if (p != few && p != many) continue;
    const bool is_first = text.empty();
    text += fmt::format("{}{} on {}", is_first ? "" : ", ",
                        speed(curve.speedups[kStealing][i]),
                        is_first ? counted(p, "worker") : thousands(p));
  }
  return text;
}

}  // namespace

std::string speedup_sentence(const Findings& findings) {
  const auto of = [&](std::size_t way, std::size_t executor) {
    return cell_of(findings, way, executor).measured.median;
  };
  return fmt::format(
      "On {}: stealing {:.2f} on even shards, {:.2f} on skewed; static "
      "{:.2f}, {:.2f}.",
      counted(most_workers(findings), "worker"), of(kEven, kStealing),
      of(kSkewed, kStealing), of(kEven, 0), of(kSkewed, 0));
}

// The last step of equal tasks is between one worker less than tasks, and one
// a task.
std::string even_sentence(const Findings& findings) {
  const Curve& even = curve_of(findings, kEven);
  const std::size_t each = std::min(findings.tasks, even.workers.back());
  return fmt::format("Even (simulated): {}; {} equal tasks allow {}.",
                     speedups_on(even, each - 1, each),
                     thousands(findings.tasks), speed(even.bound.back()));
}

std::string skewed_sentence(const Findings& findings) {
  const Curve& skewed = curve_of(findings, kSkewed);
  const std::size_t most = skewed.workers.back();
  return fmt::format("Skewed (simulated): {}; the longest allows {}.",
                     speedups_on(skewed, std::min(findings.tasks, most), most),
                     speed(skewed.bound.back()));
}

std::string bottleneck_sentence(const Findings& findings) {
  const StageTimes serial = medians(findings.stages.front());
  const StageTimes shared = medians(findings.stages.back());
  const auto shares = what_if(serial);
  const double whole = total(serial);
  return fmt::format(
      "Loading is {} of a run, aggregating {}: sharing them, too, turns "
      "{:.2f} into {:.2f}.",
      percent(shares[0].share, 0), percent(shares[3].share, 1),
      whole / mixed_total(serial, shared, {2}),
      whole / mixed_total(serial, shared, {0, 2, 3}));
}

std::string busy_warning(const Findings& findings) {
  const Cell& even = cell_of(findings, kEven, 0);
  const auto ideal =
      static_cast<double>(std::min(even.workers, findings.cores));
  if (even.ceiling > 0.85 * ideal) return "";
  return fmt::format(
      "The machine was busy, or its cores share a core: {} gained {:.2f}.",
      counted(even.workers, "bare thread"), even.ceiling);
}

}  // namespace nn
