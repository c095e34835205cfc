#include "common/terminal/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "common/terminal/text.hpp"

namespace nn {

namespace {

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

// A number, with a unit or not, or what stands in for a missing one; but no
// fingerprint, in which digits follow letters.
bool looks_numeric(std::string_view cell) {
  if (cell.empty() || cell == "-" || cell == "nan" || cell == "inf") {
    return true;
  }
  if (cell.front() == '-' || cell.front() == '+') cell.remove_prefix(1);
  const auto mixed = std::adjacent_find(
      cell.begin(), cell.end(),
      [](char a, char b) { return is_letter(a) && is_digit(b); });
  return !cell.empty() && is_digit(cell.front()) && mixed == cell.end();
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

Table::Table(std::vector<std::string> header) : rows_{std::move(header)} {}

void Table::row(std::vector<std::string> cells) {
  if (cells.size() != rows_[0].size()) {
    throw std::invalid_argument(
        fmt::format("table: a row of {} cells under {} titles", cells.size(),
                    rows_[0].size()));
  }
  rows_.push_back(std::move(cells));
}

std::size_t Table::width_of(std::size_t column) const {
  std::size_t width = 0;
  for (const auto& row : rows_) {
    width = std::max(width, display_width(row[column]));
  }
  return width;
}

bool Table::is_numeric(std::size_t column) const {
  return rows_.size() > 1 &&
         std::all_of(rows_.begin() + 1, rows_.end(), [column](const auto& row) {
           return looks_numeric(row[column]);
         });
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
  std::vector<std::string> lines(rows_.size());
  std::string rule;
  for (std::size_t j = 0; j < rows_[0].size(); ++j) {
    const std::string gap = j == 0 ? "" : "  ";
    const std::size_t width = width_of(j);
    const bool numeric = is_numeric(j);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i] += gap + (numeric ? fmt::format("{:>{}}", rows_[i][j], width)
                                 : fmt::format("{:<{}}", rows_[i][j], width));
    }
    rule += gap + (terminal.utf8 ? fmt::format("{:─<{}}", "", width)
                                 : fmt::format("{:-<{}}", "", width));
  }
  out << fmt::format("{}\n{}\n",
                     styled(terminal, Style::bold, trimmed(lines[0])), rule);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    out << fmt::format("{}\n", trimmed(lines[i]));
  }
}

}  // namespace nn
