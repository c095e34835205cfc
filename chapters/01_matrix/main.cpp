// Chapter 1: matrices, by hand.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "01_matrix/loop_orders.hpp"
#include "01_matrix/operations.hpp"
#include "01_matrix/peak.hpp"
#include "01_matrix/products.hpp"
#include "common/blas.hpp"
#include "common/clock.hpp"
#include "common/files/result_file.hpp"
#include "common/program/interrupt.hpp"
#include "common/program/program.hpp"
#include "common/random_matrix.hpp"
#include "common/rng.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace {

using namespace nn;

// ---- Small matrices, to be checked with a pencil ---------------------------

void print(const char* name, const Matrix& A) {
  std::cout << fmt::format("{} {}:\n", name, shape_of(A));
  for (arma::uword i = 0; i < A.n_rows; ++i) {
    for (arma::uword j = 0; j < A.n_cols; ++j) {
      std::cout << fmt::format("{:6.0f}", A(i, j));
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

using Product = std::function<void(const Matrix&, const Matrix&, Matrix&)>;

// [TIME]
// The best of several runs: whatever else the machine does only adds time.
double measure_gflops(const Product& product, const Matrix& A,
                      const Matrix& B) {
  const double operations = 2.0 * static_cast<double>(A.n_rows) *
                            static_cast<double>(A.n_cols) *
                            static_cast<double>(B.n_cols);
  Matrix C;
  double best = 0;
  const Stopwatch watch;
  std::size_t runs = 0;
  do {
    const double seconds = seconds_of([&] { product(A, B, C); });
    best = std::max(best, operations / seconds / 1e9);
  } while (++runs < 3 || watch.seconds() < 0.05);
  return best;
}
// [/TIME]

struct Size {
  arma::uword m, p, n;
  std::string name() const { return fmt::format("{} x {} x {}", m, p, n); }
};

// What all measurements share.
struct Session {
  bool quiet;
  Rng rng;
  double peak = measure_peak_gflops();
  std::string csv = "size,order,gflops,share_of_peak\n";
};

// Measures products of two random matrices of one size.
class Bench {
 public:
  Bench(const Size& size, Session& session)
      : size_(size),
        session_(session),
        A_(random_matrix(size.m, size.p, session.rng)),
        B_(random_matrix(size.p, size.n, session.rng)) {}

  // Adds two cells to a row of a table: the speed, and its share of the peak.
  void measure(const char* name, const Product& product,
               std::vector<std::string>& row) {
    const double gflops = measure_gflops(product, A_, B_);
    const double share = gflops / session_.peak;
    row.push_back(fmt::format("{:.1f}", gflops));
    row.push_back(percent(share, 1));
    session_.csv +=
        fmt::format("{},{},{:.2f},{:.4f}\n", size_.name(), name, gflops, share);
  }

 private:
  Size size_;
  Session& session_;
  Matrix A_, B_;
};

void compare_orders(arma::uword n, Session& session) {
  const Size size = {n, n, n};
  Bench bench(size, session);
  Table table({"loops", "the inner loop walks", "GFLOP/s", "of peak"});
  LiveLines live(std::cout, standard_output(), 1, session.quiet);
  for (const LoopOrder& order : kLoopOrders) {
    live.set(0, fmt::format("Measuring {} with {}", size.name(), order.name));
    std::vector<std::string> row = {order.name, order.steps};
    bench.measure(order.name, std::bind_front(multiply_in_order, order), row);
    table.row(row);
  }
  live.clear();
  std::cout << "Six orders of the same three loops, " << size.name() << ":\n\n";
  table.print(std::cout, standard_output());
}

void with_armadillo(const Matrix& A, const Matrix& B, Matrix& C) {
  C = A * B;
}

// Each is a column of the table. Add your own here.
// [CONTENDERS]
struct Contender {
  const char* name;
  void (*product)(const Matrix& A, const Matrix& B, Matrix& C);
};

constexpr Contender kContenders[] = {
    {"obvious", multiply_obvious<float>},
    {"ordered", multiply<float>},
    {"armadillo", with_armadillo},
};
// [/CONTENDERS]

// Squares, and last the product of this book: 128 units, 784 pixels, and as
// many images as there are columns.
std::vector<Size> sizes_up_to(arma::uword largest) {
  std::vector<Size> sizes;
  for (arma::uword n = 32; n <= largest; n *= 2) {
    sizes.push_back({n, n, n});
  }
  sizes.push_back({128, 784, 32});
  sizes.push_back({128, 784, 1000});
  return sizes;
}

void compare_sizes(arma::uword largest, Session& session) {
  std::vector<std::string> header = {"m x p x n"};
  for (const Contender& contender : kContenders) {
    header.insert(header.end(), {contender.name, "of peak"});
  }
  Table table(header);
  LiveLines live(std::cout, standard_output(), 1, session.quiet);
  for (const Size& size : sizes_up_to(largest)) {
    live.set(0, "Measuring " + size.name());
    Bench bench(size, session);
    std::vector<std::string> row = {size.name()};
    for (const Contender& contender : kContenders) {
      bench.measure(contender.name, contender.product, row);
    }
    table.row(row);
  }
  live.clear();
  std::cout << "\nThree ways over growing sizes, in GFLOP/s:\n\n";
  table.print(std::cout, standard_output());
}

void compare_speeds(arma::uword largest, Session& session) {
  std::cout << fmt::format(
      "One core of this machine can do {:.1f} GFLOP/s: multiplications and\n"
      "additions on numbers that are already in its registers.\n"
      "Armadillo computes with {}.\n\n",
      session.peak, blas_description());
  std::cout.flush();  // worth reading meanwhile
  compare_orders(std::min<arma::uword>(largest, 256), session);
  compare_sizes(largest, session);
}

void explain() {
  std::cout << R"(
Higher is better. All compute the same sums. They differ in the order in which
they walk through memory.

obvious    ijk: each step of k jumps a whole column ahead in A, and each
           addition waits for the one before.
ordered    jki: the inner loop walks straight down a column of A and one of C.
           Its additions are independent, and the compiler does 8 or 16 of
           them at once.
armadillo  the same, on blocks that stay in the cache and in the registers.
)";
}

int chapter01(CommandLine& line) {
  CommonOptions options;
  std::size_t largest = 512;
  line.describe(
      "Multiplies small matrices, so that you can check them with a pencil, "
      "then times large ones: the six orders of the loops, and three ways over "
      "growing sizes.");
  line.take(options, {"--seed", "--csv", "--quiet"});
  line.integer("--largest", largest, 32, 4096,
               "rows and columns of the largest square matrix");
  line.example("./chapter01 --largest 1024", "see the obvious order suffer");
  line.parse();

  ResultFile csv(options.csv);
  end_at_first_interrupt();
  use_one_blas_thread();
  if (!options.quiet) show_small_matrices();
  Session session = {.quiet = options.quiet, .rng = Rng(options.seed)};
  compare_speeds(largest, session);
  csv.write(session.csv);
  if (!options.quiet) explain();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return nn::run_program(argc, argv, chapter01);
}
