#include <fmt/format.h>

#include "03_training/evaluation.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

void report_matrix(const std::string& name, const nn::Matrix& P,
                   const std::vector<std::uint8_t>& labels, Report& report) {
  const arma::umat C = nn::confusion_matrix(P, labels);
  report.exact("the shape of C, " + name, size_of(C));
  report.exact("C column by column, " + name, values_of(C));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t classes = 3 + rng.below(3);
  const nn::Matrix P = random_matrix(classes, 40, rng);
  report_matrix(fmt::format("40 images, {} classes", classes), P,
                random_labels(40, classes, rng), report);
  nn::Matrix unsure = random_matrix(10, 12, rng);
  unsure.rows(5, 9) -= 2;
  report_matrix("10 classes, of which 5 to 9 are neither shown nor read",
                unsure, random_labels(12, 2, rng), report);
  const nn::Matrix ties = {{1, 0, 2}, {1, 3, 2}, {0, 3, 2}};
  report_matrix("images with two or three equal scores, labels 0, 2 and 1",
                ties, {0, 2, 1}, report);
  if (!thorough) return;

  report_matrix("a single image", random_matrix(4, 1, rng), {3}, report);
  report_matrix("a single class", random_matrix(1, 300, rng),
                std::vector<std::uint8_t>(300, std::uint8_t{0}), report);
}
