#include "05_work_stealing/program/comparison_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "04_work_balancing/program/report.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"
#include "common/terminal/timeline.hpp"

namespace nn {

namespace {

// ---- Pictures --------------------------------------------------------------

double longest_last_lap(const Heat& heat) {
  double seconds = 0;
  for (const Entry& entry : heat.entries) {
    seconds = std::max(seconds, entry.seconds.back());
  }
  return seconds;
}

}  // namespace

void print_heat(std::ostream& out, const Terminal& terminal, const Heat& heat,
                std::size_t workers) {
  std::vector<ExecutorCounters> counters;
  for (const Entry& entry : heat.entries) {
    out << entry.executor << '\n';
    draw_timeline(out, terminal, entry.spans, workers, longest_last_lap(heat));
    out << '\n';
    counters.push_back({entry.executor, entry.counters});
  }
  print_counters(out, terminal, counters);
}

// ---- Speed -----------------------------------------------------------------

namespace {

double speedup(const Comparison& comparison, const Entry& entry) {
  return fastest(comparison.serial) / fastest(entry);
}

}  // namespace

void print_speedups(std::ostream& out, const Terminal& terminal,
                    const std::vector<Comparison>& comparisons) {
  Table table(
      {"shards", "serial", "static", "balancing", "stealing", "bare threads"});
  for (const Comparison& comparison : comparisons) {
    for (const Heat& heat : comparison.heats) {
      std::vector<std::string> row = {heat.options.name,
                                      duration(fastest(comparison.serial))};
      for (const Entry& entry : heat.entries) {
        row.push_back(fmt::format("{:.2f}", speedup(comparison, entry)));
      }
      row.push_back(
          fmt::format("{:.2f}", speedup(comparison, comparison.bare)));
      table.row(row);
    }
  }
  table.print(out, terminal);
}

namespace {

// By how much the laps of one and the same executor differ.
double spread(const Entry& entry) {
  const auto [least, most] =
      std::minmax_element(entry.seconds.begin(), entry.seconds.end());
  return *most / *least - 1;
}

// A few laps that happen to agree prove little: to tell less than this apart
// takes the pairs of `make bench05`.
constexpr double kLeastNoise = 0.05;
// And "equal within a half" would tell nothing.
constexpr double kTooNoisy = 0.2;

double largest_spread(const Comparison& comparison, const Heat& heat) {
  double largest = std::max(kLeastNoise, spread(comparison.bare));
  for (const Entry& entry : heat.entries) {
    largest = std::max(largest, spread(entry));
  }
  return largest;
}

// [GAIN]
// The laps of one executor differ by noise. So a difference between two
// executors that is no larger is noise, too.
std::string verdict(const Entry& entry, const Entry& other, double gain,
                    double noise) {
  if (entry.seconds.size() < 2) return "one lap is too few to tell";
  if (std::abs(gain) > noise) {
    return fmt::format("{} {} {} {} {}", entry.executor,
                       gain < 0 ? "loses" : "gains", percent(std::abs(gain), 1),
                       gain < 0 ? "to" : "over", other.executor);
  }
  if (noise > kTooNoisy) {
    return fmt::format("too noisy to tell: equal work took up to {} longer",
                       percent(noise, 0));
  }
  return fmt::format("{} equals {} within {}", entry.executor, other.executor,
                     percent(std::ceil(100 * noise) / 100, 0));
}
// [/GAIN]

}  // namespace

std::string gain_sentence(const Comparison& comparison, const Heat& heat,
                          std::size_t entry, std::size_t other) {
  const Entry& a = heat.entries.at(entry);
  const Entry& b = heat.entries.at(other);
  const double one = speedup(comparison, a);
  const double two = speedup(comparison, b);
  return fmt::format(
      "{} ({:.2f} and {:.2f}; bare threads {:.2f})",
      verdict(a, b, one / two - 1, largest_spread(comparison, heat)), one, two,
      speedup(comparison, comparison.bare));
}

// ---- Digests ---------------------------------------------------------------

void print_digests(std::ostream& out, const Terminal& terminal,
                   const std::vector<Comparison>& comparisons) {
  std::vector<std::string> header = {"executor"};
  std::vector<std::string> serial = {"serial"};
  for (const Comparison& comparison : comparisons) {
    header.push_back(comparison.title);
    serial.push_back(digest_text(comparison.serial.digest));
  }
  Table table(header);
  table.row(serial);
  const std::vector<Entry>& entries = comparisons.front().heats.front().entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::vector<std::string> row = {entries[i].executor};
    for (const Comparison& comparison : comparisons) {
      row.push_back(digest_text(comparison.heats.front().entries[i].digest));
    }
    table.row(row);
  }
  table.print(out, terminal);
}

// ---- Files -----------------------------------------------------------------

std::vector<TraceGroup> trace_groups(const std::vector<Comparison>& comparisons,
                                     std::size_t workers) {
  std::vector<TraceGroup> groups;
  for (const Comparison& comparison : comparisons) {
    for (const Heat& heat : comparison.heats) {
      for (const Entry& entry : heat.entries) {
        groups.push_back(
            {heat.options.name + ": " + entry.executor, entry.spans, workers});
      }
    }
  }
  return groups;
}

namespace {

std::string csv_rows(const std::string& shards, const Entry& serial,
                     const Entry& entry) {
  std::string rows;
  for (std::size_t lap = 0; lap < entry.seconds.size(); ++lap) {
    rows += fmt::format("\"{}\",{},{},{:.6f},{:.4f}\n", shards, entry.executor,
                        lap + 1, entry.seconds[lap],
                        serial.seconds[lap] / entry.seconds[lap]);
  }
  return rows;
}

}  // namespace

std::string comparison_csv(const std::vector<Comparison>& comparisons) {
  std::string text = "shards,executor,lap,seconds,speedup\n";
  for (const auto& [title, serial, bare, heats] : comparisons) {
    text += csv_rows(title, serial, serial) + csv_rows(title, serial, bare);
    for (const Heat& heat : heats) {
      for (const Entry& entry : heat.entries) {
        text += csv_rows(heat.options.name, serial, entry);
      }
    }
  }
  return text;
}

}  // namespace nn
