/// @file
/// What the runs under the stopwatch report: a few numbers that many others
/// went into, as the clock runs until they have arrived.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "coursework/probes/probe.hpp"

namespace nn::probe {

/// Eight sums of the numbers, in each of which each number counts as much as
/// the seed says, and may count negatively: what is wrong anywhere shows, and
/// nothing else has the same sums.
template <typename Numbers>
void report_sums(std::string_view name, const Numbers& numbers,
                 std::uint64_t seed, Report& report) {
  std::array<double, 8> sums{};
  std::uint64_t bits = seed | 1;
  for (const auto x : numbers) {
    bits ^= bits << 13;
    bits ^= bits >> 7;
    bits ^= bits << 17;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      sums[k] += static_cast<double>(x) *
                 static_cast<double>(static_cast<std::int8_t>(bits >> 8 * k));
    }
  }
  report.close(name, sums);
}

/// Where something changes, and by how much.
struct Change {
  std::size_t row, column;
  float by;
};

/// Changes at places of a matrix that nobody knows beforehand: what was
/// computed before them is of no use afterwards.
inline std::vector<Change> random_changes(std::size_t count, const Matrix& A,
                                          Rng& rng) {
  std::vector<Change> changes(count);
  for (auto& change : changes)
    change = {rng.below(A.n_rows), rng.below(A.n_cols),
              static_cast<float>(rng.uniform(-1, 1))};
  return changes;
}

/// `count` matrices that differ everywhere.
inline std::vector<Matrix> random_matrices(std::size_t count, std::size_t rows,
                                           std::size_t columns, Rng& rng) {
  std::vector<Matrix> matrices(count);
  for (auto& A : matrices) A = random_matrix(rows, columns, rng);
  return matrices;
}

}  // namespace nn::probe
