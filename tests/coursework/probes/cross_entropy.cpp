#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "02_propagation/activation.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

using Labels = std::vector<std::uint8_t>;

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t classes = 3 + rng.below(3);
  const std::size_t images = classes + 1 + rng.below(3);
  nn::Matrix Z = random_matrix(classes, images, rng);
  const Labels labels = random_labels(images, classes, rng);
  report.close(
      fmt::format("the mean loss of {} images, {} classes", images, classes),
      nn::cross_entropy<float>(Z, labels));

  Z += 128;
  report.close("scores around 128: the loss",
               nn::cross_entropy<float>(Z, labels));

  const nn::Matrix sure = {{200, -200}, {0, 0}};
  report.close("sure and wrong, by 200: the loss",
               nn::cross_entropy<float>(sure, Labels{1, 0}));
  report.close("sure and right: the loss",
               nn::cross_entropy<float>(sure, Labels{0, 1}));
  if (!thorough) return;

  report.close("a single class: the loss",
               nn::cross_entropy<float>(random_matrix(1, 3, rng),
                                        Labels(3, std::uint8_t{0})));
  Z = random_matrix(3, 4, rng);
  Z.row(2) -= 1000;
  report.close("every label has a score 1000 below the others: the loss",
               nn::cross_entropy<float>(Z, Labels{2, 2, 2, 2}));
  Z(1, 2) = std::numeric_limits<float>::quiet_NaN();
  report.exact("a score is NaN: whether the loss is finite",
               std::isfinite(nn::cross_entropy<float>(Z, Labels{0, 1, 2, 0})));
  const nn::Mat<double> D = {{0, 900}, {0, -900}};
  report.close("in double, scores of 900 and -900: the loss",
               nn::cross_entropy<double>(D, Labels{0, 1}));
}
