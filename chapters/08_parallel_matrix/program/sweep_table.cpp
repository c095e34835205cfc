#include "08_parallel_matrix/program/sweep_table.hpp"

#include <fmt/format.h>

#include <ostream>
#include <vector>

#include "08_parallel_matrix/cores/parallel_product.hpp"
#include "08_parallel_matrix/ladder/sweep.hpp"
#include "08_parallel_matrix/program/timing.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

std::vector<std::string> tile_header() {
  std::vector<std::string> header = {"registers high"};
  for (const TileShape& shape : tile_shapes()) {
    if (shape.vectors > 1) break;
    header.push_back(fmt::format("{} wide", shape.columns));
  }
  return header;
}

}  // namespace

void sweep_tiles(std::ostream& out, const Terminal& terminal, double peak,
                 std::string& csv) {
  const std::vector<std::string> header = tile_header();
  Table table(header);
  std::vector<std::string> row;
  for (const TileShape& shape : tile_shapes()) {
    if (row.empty()) row.push_back(fmt::format("{}", shape.vectors));
    const double gflops = measure_tile_gflops(shape, 0.02);
    row.push_back(percent(gflops / peak, 0));
    csv += fmt::format("tile,{},{},{:.2f},{:.4f}\n", shape.vectors,
                       shape.columns, gflops, gflops / peak);
    if (row.size() < header.size()) continue;
    table.row(row);
    row.clear();
  }
  table.print(out, terminal);
}

void sweep_blocks(std::ostream& out, const Terminal& terminal, double peak,
                  Rng& rng, std::string& csv) {
  constexpr std::size_t kRows[] = {32, 128, 512, 1024};
  const Factors factors({1024, 1024, 1024}, rng);
  Table table({"depth", "32 rows", "128 rows", "512 rows", "1024 rows"});
  for (std::size_t depth = 16; depth <= 1024; depth *= 2) {
    std::vector<std::string> cells = {fmt::format("{}", depth)};
    for (const std::size_t rows : kRows) {
      const Blocks blocks{depth, rows, machine_blocks().columns};
      const auto product = [&](const Matrix& A, const Matrix& B, Matrix& C) {
        C.set_size(A.n_rows, B.n_cols);
        multiply_views(view(A), view(B), {C.memptr(), C.n_rows},
                       Into::overwrite, blocks, workspace_of_thread());
      };
      const double gflops = measure_gflops(product, factors);
      cells.push_back(percent(gflops / peak, 0));
      csv += fmt::format("blocks,{},{},{:.2f},{:.4f}\n", depth, rows, gflops,
                         gflops / peak);
    }
    table.row(cells);
  }
  table.print(out, terminal);
}

}  // namespace nn
