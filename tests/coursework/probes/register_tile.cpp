#include <fmt/format.h>

#include "08_parallel_matrix/tile.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

constexpr std::size_t kRows = nn::kPlainRows;
constexpr std::size_t kColumns = nn::kPlainColumns;

// A tile of a matrix with more rows, whose other numbers must stay.
void report_tile(std::size_t depth, bool add, bool packed, nn::Rng& rng,
                 Report& report) {
  const nn::Matrix A = random_matrix(kRows + 3, depth, rng);
  const nn::Matrix B = packed ? random_matrix(kColumns + 1, depth, rng)
                              : random_matrix(depth + 2, kColumns, rng);
  nn::Matrix C = random_matrix(kRows + 2, kColumns + 1, rng);
  nn::multiply_plain_tile(kRows, kColumns,
                          {.depth = depth,
                           .a = A.memptr(),
                           .a_step = A.n_rows,
                           .b = B.memptr(),
                           .b_step = packed ? B.n_rows : 1,
                           .b_column_step = packed ? 1 : B.n_rows,
                           .c = C.memptr() + 1,
                           .c_step = C.n_rows,
                           .add = add});
  report.close(
      fmt::format("C {} A * B over {} steps, B's {} in one piece, and what "
                  "lies around the tile",
                  add ? "= C +" : "=", depth, packed ? "rows" : "columns"),
      values_of(C));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_tile(5, false, false, rng, report);
  report_tile(5, true, false, rng, report);
  report_tile(7, false, true, rng, report);
  if (!thorough) return;
  report_tile(1, true, true, rng, report);
  report_tile(0, false, false, rng, report);
  report_tile(0, true, false, rng, report);
  report_tile(40, true, true, rng, report);
}
