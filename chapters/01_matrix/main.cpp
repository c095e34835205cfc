// Chapter 1: matrices, by hand.

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "01_matrix/engine.hpp"
#include "01_matrix/operations.hpp"
#include "01_matrix/peak.hpp"
#include "01_matrix/products.hpp"
#include "common/atomic_file.hpp"
#include "common/blas.hpp"
#include "common/interrupt.hpp"
#include "common/program.hpp"
#include "common/rng.hpp"
#include "common/table.hpp"
#include "common/text.hpp"

namespace {

using namespace nn;

// ---- Small matrices, to be checked with a pencil ---------------------------

void print(const char* name, const Matrix& A) {
  std::cout << name << " " << shape_of(A) << ":\n";
  for (arma::uword i = 0; i < A.n_rows; ++i) {
    for (arma::uword j = 0; j < A.n_cols; ++j) {
      std::cout << pad_left(fixed(static_cast<double>(A(i, j)), 0), 6);
    }
    std::cout << '\n';
  }
  std::cout << '\n';
}

// [SMALL]
void show_small_matrices() {
  const Matrix A = {{1, 2, 3}, {4, 5, 6}};
  const Matrix B = {{1, 0}, {0, 1}, {10, 100}};
  Matrix C;
  print("A", A);
  print("B", B);
  multiply(A, B, C);
  print("A * B, row of A times column of B", C);
  multiply_left_transposed(A, A, C);
  print("A' * A, without forming A'", C);
  multiply_right_transposed(A, A, C);
  print("A * A', without forming A'", C);
  add_column(Vec<float>{100, 200}, C);
  print("the same, plus the column (100, 200) in every column", C);
}
// [/SMALL]

// ---- Large matrices, to be timed -------------------------------------------

using Product = void (*)(const Matrix&, const Matrix&, Matrix&);

void with_armadillo(const Matrix& A, const Matrix& B, Matrix& C) {
  C = A * B;
}

struct Contender {
  const char* name;
  Product product;
};

constexpr Contender kContenders[] = {
    {"obvious", multiply_obvious<float>},
    {"ordered", multiply<float>},
    {"armadillo", with_armadillo},
};

Matrix random_matrix(arma::uword rows, arma::uword columns, Rng& rng) {
  Matrix A(rows, columns);
  for (float& a : A) a = static_cast<float>(rng.normal());
  return A;
}

// [TIME]
// The best of several runs: whatever else the machine does only adds time.
double measure_gflops(Product product, const Matrix& A, const Matrix& B) {
  using Clock = std::chrono::steady_clock;
  const double operations = 2.0 * static_cast<double>(A.n_rows) *
                            static_cast<double>(A.n_cols) *
                            static_cast<double>(B.n_cols);
  Matrix C;
  double best = 0;
  const auto start = Clock::now();
  int runs = 0;
  do {
    throw_if_interrupted();
    const auto before = Clock::now();
    product(A, B, C);
    const std::chrono::duration<double> time = Clock::now() - before;
    best = std::max(best, operations / time.count() / 1e9);
  } while (++runs < 3 || Clock::now() - start < std::chrono::milliseconds(50));
  return best;
}
// [/TIME]

struct Size {
  arma::uword m, p, n;
  std::string name() const {
    return std::to_string(m) + " x " + std::to_string(p) + " x " +
           std::to_string(n);
  }
};

// Squares, and last the product of this book: 128 units, 784 pixels, and as
// many images as there are columns.
std::vector<Size> sizes_up_to(int largest) {
  std::vector<Size> sizes;
  for (arma::uword n = 32; n <= static_cast<arma::uword>(largest); n *= 2) {
    sizes.push_back({n, n, n});
  }
  sizes.push_back({128, 784, 32});
  sizes.push_back({128, 784, 1000});
  return sizes;
}

// Fills one row of the table, and the same figures as a line of CSV each.
void measure_size(const Size& size, double peak, Rng& rng, Table& table,
                  std::string& csv) {
  const Matrix A = random_matrix(size.m, size.p, rng);
  const Matrix B = random_matrix(size.p, size.n, rng);
  std::vector<std::string> row = {size.name()};
  for (const Contender& contender : kContenders) {
    const double gflops = measure_gflops(contender.product, A, B);
    row.push_back(fixed(gflops, 1));
    row.push_back(percent(gflops / peak, 0));
    csv += size.name() + "," + contender.name + "," + fixed(gflops, 2) + "," +
           fixed(gflops / peak, 4) + "\n";
  }
  table.row(row);
}

std::string compare_speeds(int largest, Rng& rng) {
  const double peak = measure_peak_gflops();
  std::cout << "One core of this machine can do " << fixed(peak, 1)
            << " GFLOP/s: multiplications and\nadditions on numbers that are "
               "already in its registers.\nArmadillo computes with "
            << blas_description() << ".\n\n";
  std::string csv = "size,order,gflops,share_of_peak\n";
  Table table({"m x p x n", "obvious", "of peak", "ordered", "of peak",
               "Armadillo", "of peak"});
  for (const Size& size : sizes_up_to(largest)) {
    measure_size(size, peak, rng, table, csv);
  }
  table.print(std::cout, standard_output());
  return csv;
}

void explain() {
  std::cout << R"(
GFLOP/s, higher is better. All three compute the same sums. They differ in
the order in which they walk through memory.

obvious    for i, j, k: each step of k jumps a whole column ahead in A. Every
           number that arrives brings 15 neighbours along that nobody uses,
           and each addition waits for the one before.
ordered    for j, k, i: the inner loop walks straight down a column of A and
           one of C. Neighbours are used, additions are independent, and the
           compiler does 8 or 16 of them at once.
Armadillo  the same, on blocks that stay in the cache and in the registers.
           Chapter 8 builds one.
)";
}

int chapter01(CommandLine& line) {
  CommonOptions options;
  int largest = 512;
  line.describe(
      "Multiplies small matrices, so that you can check them with a pencil, "
      "then times three ways to multiply large ones.");
  line.take(options, {"--seed", "--csv", "--quiet"});
  line.integer("--largest", largest, 32, 4096,
               "rows and columns of the largest square matrix");
  line.example("./chapter01 --largest 1024", "see the obvious order suffer");
  line.parse();

  use_one_blas_thread();
  if (!options.quiet) show_small_matrices();
  Rng rng(options.seed);
  const std::string csv = compare_speeds(largest, rng);
  if (!options.quiet) explain();
  if (options.csv.empty()) return 0;
  AtomicFile file(options.csv);
  file.write(csv);
  file.commit();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter01);
}
