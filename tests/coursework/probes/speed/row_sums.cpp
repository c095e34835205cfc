#include <memory>

#include "01_matrix/operations.hpp"
#include "coursework/probes/probe.hpp"
#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/work.hpp"

namespace {

constexpr std::size_t kTimes = 200, kChanges = 16;

struct Sums {
  nn::Matrix A;
  std::vector<nn::probe::Change> changes;
  std::uint64_t weights;

  void run(nn::probe::Report& report) {
    arma::fvec sums, all(A.n_rows);
    for (std::size_t i = 0; i < kTimes; ++i) {
      for (std::size_t k = 0; k < kChanges; ++k) {
        const auto& change = changes[i * kChanges + k];
        A(change.row, change.column) += change.by;
      }
      nn::row_sums(A, sums);
      all += sums;
    }
    nn::probe::report_sums("the row sums, again and again", all, weights,
                           report);
  }
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t /*threads*/) {
  const auto sums = std::make_shared<Sums>();
  sums->A = nn::probe::random_matrix(1000, 700, rng);
  sums->changes = nn::probe::random_changes(kTimes * kChanges, sums->A, rng);
  sums->weights = rng.next();
  return [sums](nn::probe::Report& report) { sums->run(report); };
}
