/// @file
/// Times every rung of the ladder.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "05_work_stealing/work_stealing_pool.hpp"
#include "08_parallel_matrix/program/timing.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// One way to multiply.
struct Rung {
  std::string name;         ///< as in the tables and the CSV
  std::string idea;         ///< what it adds to the rung below
  Product product;          ///< computes it
  std::size_t threads = 1;  ///< on how many threads
};

/// The speed of one rung at one size.
struct Speed {
  Size size;         ///< of the product
  std::string rung;  ///< its name
  double gflops;     ///< 10^9 operations a second
  double share;      ///< of the peak of as many cores as it uses
};

/// Squares up to `largest` and the products of the book's network.
std::vector<Size> ladder_sizes(std::size_t largest);

/// Measures all rungs at all sizes, in a task of the pool.
/// @param peak of one core, in GFLOP/s
/// @param tell is called with a line about what is being measured
std::vector<Speed> measure_ladder(
    WorkStealingPool& pool, const std::vector<Rung>& rungs,
    const std::vector<Size>& sizes, double peak, Rng& rng,
    const std::function<void(const std::string&)>& tell);

/// Each rung at one size, with its share of the peak.
void print_rungs(std::ostream& out, const Terminal& terminal,
                 const std::vector<Rung>& rungs,
                 const std::vector<Speed>& speeds, const Size& size);

/// Every rung over every size, in GFLOP/s.
void print_sizes(std::ostream& out, const Terminal& terminal,
                 const std::vector<Rung>& rungs,
                 const std::vector<Speed>& speeds);

/// "size,rung,gflops,share_of_peak", and a row for each speed.
std::string ladder_csv(const std::vector<Speed>& speeds);

/// Whether the rungs on several threads compute the bits of the one below.
bool gives_same_bits(const std::vector<Rung>& rungs, const Size& size,
                     Rng& rng);

/// Three lines that sum it up.
/// @param square the largest square
/// @param layer the first layer of the book's network
/// @param same_bits what gives_same_bits() found
std::string ladder_summary(const std::vector<Rung>& rungs,
                           const std::vector<Speed>& speeds, const Size& square,
                           const Size& layer, bool same_bits);

}  // namespace nn
