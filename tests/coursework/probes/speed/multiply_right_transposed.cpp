#include <memory>

#include "01_matrix/products.hpp"
#include "coursework/probes/probe.hpp"
#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/work.hpp"

namespace {

// Each of some matrices with each of some others.
constexpr std::size_t kFirst = 6, kSecond = 5, kTimes = kFirst * kSecond;

struct Product {
  std::vector<nn::Matrix> A, B;
  nn::Matrix C;
  std::uint64_t weights;

  void run(nn::probe::Report& report) {
    nn::Matrix sum(A[0].n_rows, B[0].n_rows);
    for (std::size_t i = 0; i < kTimes; ++i) {
      nn::multiply_right_transposed(A[i % kFirst], B[i / kFirst], C);
      // Otherwise one product of sums would do for all.
      sum += static_cast<float>(1 + i % 7) * C;
    }
    nn::probe::report_sums("A * B', again and again", sum, weights, report);
  }
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t /*threads*/) {
  const auto product = std::make_shared<Product>();
  product->A = nn::probe::random_matrices(kFirst, 128, 256, rng);
  product->B = nn::probe::random_matrices(kSecond, 192, 256, rng);
  product->weights = rng.next();
  return [product](nn::probe::Report& report) { product->run(report); };
}
