#include <memory>

#include "02_propagation/activation.hpp"
#include "coursework/probes/probe.hpp"
#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/work.hpp"

namespace {

constexpr std::size_t kTimes = 12;

struct Scores {
  std::vector<nn::Matrix> Z;  // one for each time
  nn::Matrix P;
  std::vector<float> s;
  std::uint64_t weights;

  void run(nn::probe::Report& report) {
    nn::Matrix sum(Z[0].n_rows, Z[0].n_cols);
    for (std::size_t i = 0; i < kTimes; ++i) {
      nn::softmax(Z[i], P, s);
      sum += P;
    }
    nn::probe::report_sums("P, again and again", sum, weights, report);
  }
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t /*threads*/) {
  const auto scores = std::make_shared<Scores>();
  scores->Z = nn::probe::random_matrices(kTimes, 10, 20'000, rng);
  scores->weights = rng.next();
  return [scores](nn::probe::Report& report) { scores->run(report); };
}
