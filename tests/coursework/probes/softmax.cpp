#include <fmt/format.h>

#include "02_propagation/activation.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

template <typename Real>
void report_columns(std::string_view name, const nn::Mat<Real>& P,
                    Report& report) {
  report.exact(fmt::format("the shape of P, {}", name), size_of(P));
  report.close(fmt::format("P column by column, {}", name), values_of(P));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t classes = 3 + rng.below(4);
  const std::size_t images = 2 + rng.below(4);
  nn::Matrix P;
  std::vector<float> s;
  nn::softmax(random_matrix(classes, images, rng), P, s);
  report_columns(fmt::format("{} classes, {} images", classes, images), P,
                 report);

  nn::softmax(random_matrix(3, 5, rng), P, s);
  report_columns("a second call, with the same P and s", P, report);

  nn::Matrix Z = random_matrix(3, 4, rng);
  Z.col(0) += 1000;
  Z.col(1) -= 1000;
  Z(2, 3) = 200;
  nn::softmax(Z, P, s);
  report_columns("scores around 1000, around -1000, and one of 200", P, report);

  const nn::Mat<double> D = {{2, 800}, {1, 801}};
  nn::Mat<double> in_double;
  std::vector<double> t;
  nn::softmax(D, in_double, t);
  report_columns("in double", in_double, report);
  if (!thorough) return;

  nn::softmax(random_matrix(1, 3, rng), P, s);
  report_columns("a single class", P, report);
  nn::softmax(nn::Matrix(4, 0), P, s);
  report_columns("no images", P, report);
  Z = random_matrix(3, 2, rng);
  Z(0, 0) = 1000;
  Z(2, 1) = -1000;
  nn::softmax(Z, P, s);
  report_columns("one score 1000 above the others, one below", P, report);
}
