#include "common/table.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "common/text.hpp"

namespace nn {

namespace {

const char* const kColumnGap = "  ";

// The cell without colour sequences.
std::string_view without_style(std::string_view cell) {
  while (cell.starts_with("\x1b[")) {
    cell.remove_prefix(std::min(cell.find('m'), cell.size() - 1) + 1);
  }
  return cell.substr(0, cell.find('\x1b'));
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

// A number, with a unit or not, or what stands in for a missing one; but no
// fingerprint, in which digits follow letters.
bool looks_numeric(std::string_view cell) {
  cell = without_style(cell);
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

Table::Table(std::vector<std::string> header) : header_(std::move(header)) {}

void Table::row(std::vector<std::string> cells) {
  if (cells.size() != header_.size()) {
    throw std::invalid_argument("table: a row of " +
                                std::to_string(cells.size()) + " cells under " +
                                std::to_string(header_.size()) + " titles");
  }
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> result;
  for (std::size_t j = 0; j < header_.size(); ++j) {
    std::size_t width = display_width(header_[j]);
    for (const auto& row : rows_)
      width = std::max(width, display_width(row[j]));
    result.push_back(width);
  }
  return result;
}

bool Table::is_numeric(std::size_t column) const {
  return !rows_.empty() &&
         std::all_of(rows_.begin(), rows_.end(), [column](const auto& row) {
           return looks_numeric(row[column]);
         });
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
  const std::vector<std::size_t> width = widths();
  const auto joined = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      if (j > 0) line += kColumnGap;
      line += is_numeric(j) ? pad_left(cells[j], width[j])
                            : pad_right(cells[j], width[j]);
    }
    return trimmed(line);
  };
  std::string rule;
  for (std::size_t j = 0; j < width.size(); ++j) {
    if (j > 0) rule += kColumnGap;
    for (std::size_t i = 0; i < width[j]; ++i) {
      rule += terminal.utf8 ? "─" : "-";
    }
  }
  out << styled(terminal, Style::bold, joined(header_)) << '\n' << rule << '\n';
  for (const auto& row : rows_) out << joined(row) << '\n';
}

}  // namespace nn
