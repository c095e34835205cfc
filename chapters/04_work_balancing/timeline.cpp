#include "04_work_balancing/timeline.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "common/text.hpp"

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

struct Glyphs {
  const char* block[2];
  const char* idle;
};

Glyphs glyphs_of(const Terminal& terminal) {
  if (terminal.utf8) return {{"█", "▒"}, "·"};
  return {{"#", "="}, "."};
}

bool begins_at(const Columns& columns, std::size_t c) {
  return columns[c] != kNobody && (c == 0 || columns[c] != columns[c - 1]);
}

std::string drawn_blocks(const Columns& columns, const Terminal& terminal) {
  const Glyphs glyphs = glyphs_of(terminal);
  const Style style[2] = {Style::cyan, Style::yellow};
  std::string row;
  std::size_t shade = 1;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (begins_at(columns, c)) shade = 1 - shade;
    row += columns[c] == kNobody
               ? styled(terminal, Style::dim, glyphs.idle)
               : styled(terminal, style[shade], glyphs.block[shade]);
  }
  return row;
}

// A number where its task begins, unless the one before it is in the way.
std::string numbers_of(const Columns& columns) {
  std::string row;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (!begins_at(columns, c) || (c > 0 && row.size() >= c)) continue;
    const std::string number = std::to_string(columns[c]);
    if (c + number.size() > columns.size()) break;
    row = pad_right(row, c) + number;
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
  const std::string indent(8 + std::to_string(rows - 1).size() + 1, ' ');
  const std::size_t width =
      std::max<std::size_t>(terminal.width, indent.size() + 21) -
      indent.size() - 1;
  for (std::size_t worker = 0; worker < rows; ++worker) {
    const Columns columns = columns_of(spans, worker, width, seconds);
    out << pad_right("worker " + std::to_string(worker), indent.size())
        << drawn_blocks(columns, terminal) << '\n'
        << drawn_numbers(columns, terminal, indent);
  }
  if (workers > rows) out << "and " << workers - rows << " more workers\n";
  out << indent << "0 s" << pad_left(duration(seconds), width - 3) << '\n';
}

}  // namespace nn
