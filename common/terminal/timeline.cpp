#include "common/terminal/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kMostRows = 16;
constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

// A worker's row before it is drawn: which task has each column.
using Columns = std::vector<std::size_t>;

double latest_end(std::span<const TaskSpan> spans) {
  double latest = 0;
  for (const TaskSpan& span : spans) latest = std::max(latest, span.end);
  return latest;
}

// The seconds that a span shares with [from, to).
double overlap(const TaskSpan& span, double from, double to) {
  return std::max(0.0, std::min(span.end, to) - std::max(span.start, from));
}

// A column shows the task that had most of its time, or nobody where the
// worker was idle for more than half of it.
std::size_t owner_of(std::span<const TaskSpan> spans, std::size_t worker,
                     double from, double to) {
  std::size_t owner = kNobody;
  double longest = 0;
  double busy = 0;
  for (const TaskSpan& span : spans) {
    if (span.worker != worker) continue;
    const double time = overlap(span, from, to);
    busy += time;
    if (time <= longest) continue;
    longest = time;
    owner = span.task;
  }
  return 2 * busy < to - from ? kNobody : owner;
}

Columns columns_of(std::span<const TaskSpan> spans, std::size_t worker,
                   std::size_t width, double seconds) {
  Columns columns(width);
  const double step = seconds / static_cast<double>(width);
  for (std::size_t c = 0; c < width; ++c) {
    const double from = step * static_cast<double>(c);
    columns[c] = owner_of(spans, worker, from, from + step);
  }
  return columns;
}

bool begins_at(const Columns& columns, std::size_t c) {
  return columns[c] != kNobody && (c == 0 || columns[c] != columns[c - 1]);
}

std::string drawn_blocks(const Columns& columns, const Terminal& terminal) {
  const bool utf8 = terminal.utf8;
  const std::string blocks[] = {
      styled(terminal, Style::cyan, utf8 ? "█" : "#"),
      styled(terminal, Style::yellow, utf8 ? "▒" : "=")};
  const std::string idle = styled(terminal, Style::dim, utf8 ? "·" : ".");
  std::string row;
  std::size_t shade = 1;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (begins_at(columns, c)) shade = 1 - shade;
    row += columns[c] == kNobody ? idle : blocks[shade];
  }
  return row;
}

// A number where its task begins, unless the one before it is in the way.
std::string numbers_of(const Columns& columns) {
  std::string row;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (!begins_at(columns, c) || (c > 0 && row.size() >= c)) continue;
    const std::string number = fmt::to_string(columns[c]);
    if (c + number.size() > columns.size()) break;
    row = fmt::format("{:<{}}{}", row, c, number);
  }
  return row;
}

// The line of numbers; none for a worker that had no task.
std::string drawn_numbers(const Columns& columns, const Terminal& terminal,
                          const std::string& indent) {
  const std::string numbers = numbers_of(columns);
  if (numbers.empty()) return "";
  return indent + styled(terminal, Style::dim, numbers) + "\n";
}

}  // namespace

void draw_timeline(std::ostream& out, const Terminal& terminal,
                   std::span<const TaskSpan> spans, std::size_t workers,
                   double seconds) {
  if (seconds <= 0) seconds = latest_end(spans);
  if (seconds <= 0) return;
  const std::size_t rows = std::min(workers, kMostRows);
  const std::string indent(fmt::format("worker {}  ", rows - 1).size(), ' ');
  const std::size_t width =
      std::max<std::size_t>(terminal.width, indent.size() + 21) -
      indent.size() - 1;
  for (std::size_t worker = 0; worker < rows; ++worker) {
    const Columns columns = columns_of(spans, worker, width, seconds);
    out << fmt::format("{:<{}}{}\n{}", fmt::format("worker {}", worker),
                       indent.size(), drawn_blocks(columns, terminal),
                       drawn_numbers(columns, terminal, indent));
  }
  if (workers > rows)
    out << fmt::format("and {} more workers\n", workers - rows);
  out << fmt::format("{}0 s{:>{}}\n", indent, duration(seconds), width - 3);
}

}  // namespace nn
