/// @file
/// A probe calls one exercise with values that a seed determines, and reports
/// what came out. It holds no expected values: whoever runs it compares the
/// report with that of another implementation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "common/matrix.hpp"
#include "common/rng.hpp"
#include "coursework/probes/report.hpp"

namespace nn::probe {

/// The elements of a matrix, a vector or a list, column by column.
template <typename Numbers>
std::vector<double> values_of(const Numbers& numbers) {
  std::vector<double> values;
  for (const auto x : numbers) values.push_back(static_cast<double>(x));
  return values;
}

/// The number of rows and that of columns.
template <typename Real>
std::vector<double> size_of(const Mat<Real>& A) {
  return {static_cast<double>(A.n_rows), static_cast<double>(A.n_cols)};
}

/// 1 if the call throws such an error, 0 if it throws nothing.
template <typename Error = std::invalid_argument, typename Call>
double throws(const Call& call) {
  try {
    call();
  } catch (const Error&) {
    return 1;
  }
  return 0;
}

/// Numbers between -1 and 1.
Matrix random_matrix(std::size_t rows, std::size_t columns, Rng& rng);

/// `count` labels below `classes`.
std::vector<std::uint8_t> random_labels(std::size_t count, std::size_t classes,
                                        Rng& rng);

}  // namespace nn::probe

/// What each probe defines. `thorough` adds cases that a student does not see.
void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report);
