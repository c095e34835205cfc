#include "05_work_stealing/comparison_report.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "04_work_balancing/report.hpp"
#include "04_work_balancing/settings.hpp"
#include "04_work_balancing/timeline.hpp"
#include "common/table.hpp"
#include "common/text.hpp"

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
        row.push_back(fixed(speedup(comparison, entry), 2));
      }
      row.push_back(fixed(speedup(comparison, comparison.bare), 2));
      table.row(row);
    }
  }
  table.print(out, terminal);
}

std::string gain_sentence(const Comparison& comparison, const Heat& heat,
                          std::size_t entry, std::size_t other) {
  const double one = speedup(comparison, heat.entries.at(entry));
  const double two = speedup(comparison, heat.entries.at(other));
  const double gain = one / two - 1;
  return heat.entries[entry].executor + (gain < 0 ? " loses " : " gains ") +
         percent(std::abs(gain), 1) + (gain < 0 ? " to " : " over ") +
         heat.entries[other].executor + " (" + fixed(one, 2) + " and " +
         fixed(two, 2) + "; ceiling " +
         fixed(speedup(comparison, comparison.bare), 2) + ")";
}

// ---- Digests ---------------------------------------------------------------

void print_digests(std::ostream& out, const Terminal& terminal,
                   const std::vector<Comparison>& comparisons,
                   const std::vector<std::string>& titles) {
  std::vector<std::string> header = {"executor"};
  header.insert(header.end(), titles.begin(), titles.end());
  Table table(header);
  std::vector<std::string> serial = {"serial"};
  for (const Comparison& comparison : comparisons) {
    serial.push_back(digest_text(comparison.serial.digest));
  }
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

std::string csv_rows(const std::string& shards, const Entry& entry) {
  std::string rows;
  for (std::size_t lap = 0; lap < entry.seconds.size(); ++lap) {
    rows += "\"" + shards + "\"," + entry.executor + "," +
            std::to_string(lap + 1) + "," + fixed(entry.seconds[lap], 6) + "," +
            fixed(entry.speedups[lap], 4) + "\n";
  }
  return rows;
}

}  // namespace

std::string comparison_csv(const std::vector<Comparison>& comparisons,
                           const std::vector<std::string>& titles) {
  std::string text = "shards,executor,lap,seconds,speedup\n";
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    text += csv_rows(titles.at(i), comparisons[i].serial);
    text += csv_rows(titles.at(i), comparisons[i].bare);
    for (const Heat& heat : comparisons[i].heats) {
      for (const Entry& entry : heat.entries) {
        text += csv_rows(heat.options.name, entry);
      }
    }
  }
  return text;
}

}  // namespace nn
