// Chapter 8: matrix products that beat the library.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>

#include "01_matrix/peak.hpp"
#include "01_matrix/products.hpp"
#include "07_speedup/program/ceiling.hpp"
#include "08_parallel_matrix/blocks.hpp"
#include "08_parallel_matrix/cores/pinning.hpp"
#include "08_parallel_matrix/ladder/ladder.hpp"
#include "08_parallel_matrix/program/ladder_table.hpp"
#include "08_parallel_matrix/program/laps.hpp"
#include "08_parallel_matrix/program/race.hpp"
#include "08_parallel_matrix/program/settings.hpp"
#include "08_parallel_matrix/program/sweep_table.hpp"
#include "08_parallel_matrix/program/training.hpp"
#include "common/blas.hpp"
#include "common/files/result_file.hpp"
#include "common/program/interrupt.hpp"
#include "common/program/program.hpp"
#include "common/terminal/progress.hpp"

namespace {

using namespace nn;

void with_armadillo(const Matrix& A, const Matrix& B, Matrix& C) {
  C = A * B;
}

// Each is a row of the first table and a column of the second. Add your own
// here.
// [LADDER]
std::vector<Rung> ladder(WorkStealingPool& pool) {
  const std::size_t threads = pool.thread_count();
  const auto on = [&pool](auto product) {
    return std::bind_front(product, std::ref(pool));
  };
  return {
      {"ordered", "down the columns: chapter 1", multiply<float>},
      {"tiles", "a tile of C stays in registers", multiply_in_tiles},
      {"blocks", "a block of A stays in the cache", multiply_in_blocks},
      {"packed", "blocks are copied in the order of use", multiply_packed},
      {"vectors", "larger tiles, of whole registers", multiply_with_vectors},
      {"cores", "C is cut in a part for each core", on(multiply_on_cores),
       threads},
      {"divided", "the longest side is cut in half", on(multiply_divided),
       threads},
      {"blas", "the library, on one core", with_armadillo},
  };
}
// [/LADDER]

void describe_machine(double peak) {
  const Blocks& blocks = machine_blocks();
  std::cout << fmt::format(
      "One core of this machine can do {:.1f} GFLOP/s, in {} registers of {} "
      "floats.\nOur tile is {} x {}, our blocks are {} deep and {} rows high.\n"
      "The library is {}.\n\n",
      peak, kRegisters, kLanes, kTileRows, kTileColumns, blocks.depth,
      blocks.rows, blas_description());
  std::cout.flush();  // worth reading meanwhile
}

void climb(const MatrixSettings& settings, WorkStealingPool& pool,
           ResultFile& csv) {
  const double peak = measure_peak_gflops(0.5);
  describe_machine(peak);
  const std::vector<Rung> rungs = ladder(pool);
  const std::vector<Size> sizes = ladder_sizes(settings.largest);
  const std::size_t n = std::min<std::size_t>(settings.largest, 1024);
  const Size square{n, n, n};
  const Size layer{128, 784, 64};
  Rng rng(settings.common.seed);
  LiveLines live(std::cout, standard_output(), 1, settings.common.quiet);
  const std::vector<Speed> speeds =
      measure_ladder(pool, rungs, sizes, peak, rng,
                     [&](const std::string& what) { live.set(0, what); });
  const bool same_bits =
      gives_same_bits(rungs, layer, rng) && gives_same_bits(rungs, square, rng);
  live.clear();
  csv.write(ladder_csv(speeds));
  std::cout << fmt::format("Rung by rung, {}:\n\n", square.name());
  print_rungs(std::cout, standard_output(), rungs, speeds, square);
  std::cout << "\nEvery size, in GFLOP/s:\n\n";
  print_sizes(std::cout, standard_output(), rungs, speeds);
  std::cout << '\n' << ladder_summary(rungs, speeds, square, layer, same_bits);
}

void sweep(const MatrixSettings& settings, ResultFile& csv) {
  const double peak = measure_peak_gflops(0.5);
  describe_machine(peak);
  std::string rows = "what,height,width,gflops,share_of_peak\n";
  Rng rng(settings.common.seed);
  std::cout << "Tiles, from the first cache, in shares of the peak:\n\n";
  sweep_tiles(std::cout, standard_output(), peak, rows);
  std::cout << "\nBlocks, at 1024 x 1024 x 1024:\n\n";
  sweep_blocks(std::cout, standard_output(), peak, rng, rows);
  csv.write(rows);
}

// [CHAPTER]
int chapter08(CommandLine& line) {
  Laps laps;  // the race has begun
  MatrixSettings settings;
  read_settings(line, settings);
  if (settings.race || settings.best) {
    run_race(settings.contest, laps);
    return 0;
  }
  use_one_blas_thread();
  ResultFile csv(settings.common.csv);
  WorkStealingPool pool(settings.common.threads);
  if (pool.thread_count() <= usable_cores()) pin_workers(pool);
  if (!settings.engine.empty()) {
    train_with_engine(settings, pool, csv);
    return 0;
  }
  end_at_first_interrupt();
  if (settings.sweep) {
    sweep(settings, csv);
  } else {
    climb(settings, pool, csv);
  }
  return 0;
}
// [/CHAPTER]

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter08);
}
