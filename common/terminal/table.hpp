#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "common/terminal/terminal.hpp"

namespace nn {

/// A table with aligned columns. A column whose cells are all numbers, units
/// or not ("97.5%", "1.2 s", "-"), stands right-aligned, any other left.
///
///     Table table({"combination", "accuracy"});
///     table.row({"average of weights", percent(0.1011)});
///     table.print(std::cout, standard_output());
class Table {
 public:
  /// @param header one title per column
  explicit Table(std::vector<std::string> header);

  /// Adds a row.
  /// @throws std::invalid_argument if there is not one cell a column
  void row(std::vector<std::string> cells);

  /// Writes header, rule and rows; lines have no spaces at their end.
  void print(std::ostream& out, const Terminal& terminal = {}) const;

 private:
  std::size_t width_of(std::size_t column) const;
  bool is_numeric(std::size_t column) const;

  std::vector<std::vector<std::string>> rows_;  // the header first
};

}  // namespace nn
