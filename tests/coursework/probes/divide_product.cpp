#include <fmt/format.h>

#include "08_parallel_matrix/cores/divide_product.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

// What a divided product did.
struct Seen {
  double forks = 0;
  double largest = 0;  // multiply-adds of a leaf
};

// Three loops. Whole numbers, so that every order of the sums is right.
void multiply_leaf(const nn::View& A, const nn::View& B, const nn::Target& C,
                   nn::Into into) {
  for (std::size_t j = 0; j < B.columns; ++j) {
    for (std::size_t i = 0; i < A.rows; ++i) {
      float sum = into == nn::Into::add ? *C.at(i, j) : 0;
      for (std::size_t k = 0; k < A.columns; ++k) {
        sum += *A.at(i, k) * *B.at(k, j);
      }
      *C.at(i, j) = sum;
    }
  }
}

nn::Matrix small_numbers(std::size_t rows, std::size_t columns, nn::Rng& rng) {
  nn::Matrix A(rows, columns);
  for (float& a : A) a = static_cast<float>(rng.below(9)) - 4;
  return A;
}

void report_product(std::size_t m, std::size_t p, std::size_t n, nn::Into into,
                    std::size_t leaf, nn::Rng& rng, Report& report) {
  const nn::Matrix A = small_numbers(m, p, rng), B = small_numbers(p, n, rng);
  nn::Matrix C = small_numbers(m, n, rng);
  Seen seen;
  const auto fork = [&seen](const auto& f, const auto& g) {
    ++seen.forks;
    g();  // either may come first
    f();
  };
  const auto multiply = [&seen](const nn::View& a, const nn::View& b,
                                const nn::Target& c, nn::Into how) {
    const auto work = static_cast<double>(a.rows * a.columns * b.columns);
    seen.largest = std::max(seen.largest, work);
    multiply_leaf(a, b, c, how);
  };
  nn::divide_product(nn::view(A), nn::view(B), nn::Target{C.memptr(), m}, into,
                     leaf, fork, multiply);
  const std::string what =
      fmt::format("C {} A * B, {} x {} x {}, leaves of {}",
                  into == nn::Into::add ? "= C +" : "=", m, p, n, leaf);
  report.exact(what, values_of(C));
  report.exact(what + ": whether it forked",
               std::vector<double>{seen.forks > 0 ? 1.0 : 0.0});
  report.exact(what + ": whether every leaf is small enough",
               std::vector<double>{
                   seen.largest <= static_cast<double>(leaf) ? 1.0 : 0.0});
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  using nn::Into;
  report_product(4, 5, 6, Into::overwrite, 1000, rng, report);
  report_product(40, 5, 6, Into::overwrite, 700, rng, report);
  report_product(6, 5, 50, Into::overwrite, 800, rng, report);
  report_product(5, 60, 6, Into::overwrite, 700, rng, report);
  report_product(9, 60, 30, Into::add, 100, rng, report);
  if (!thorough) return;
  report_product(7, 6, 5, Into::overwrite, 1, rng, report);
  report_product(7, 6, 5, Into::add, 1, rng, report);
  report_product(0, 3, 4, Into::overwrite, 1, rng, report);
  report_product(3, 0, 4, Into::overwrite, 1, rng, report);
  report_product(40, 40, 40, Into::overwrite, 1000, rng, report);
  report_product(64, 30, 64, Into::add, 5000, rng, report);
}
