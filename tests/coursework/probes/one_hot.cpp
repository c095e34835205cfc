#include <fmt/format.h>

#include "01_matrix/operations.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using namespace nn::probe;

using Labels = std::vector<std::uint8_t>;

void report_columns(std::string_view name, const nn::Matrix& Y,
                    Report& report) {
  report.exact(fmt::format("the shape of Y, {}", name), size_of(Y));
  report.exact(fmt::format("Y column by column, {}", name), values_of(Y));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t classes = 3 + rng.below(4);
  nn::Matrix Y;
  Labels labels = random_labels(8, classes, rng);
  nn::one_hot<float>(labels, classes, Y);
  report_columns(fmt::format("8 labels, {} classes", classes), Y, report);

  for (auto& l : labels) l = static_cast<std::uint8_t>((l + 1u) % classes);
  nn::one_hot<float>(labels, classes, Y);
  report_columns("a second call with other labels and the same Y", Y, report);

  labels[2] = static_cast<std::uint8_t>(classes);
  report.exact(
      fmt::format("std::invalid_argument (1) for label {} of {} classes",
                  classes, classes),
      throws([&] { nn::one_hot<float>(labels, classes, Y); }));
  if (!thorough) return;

  nn::one_hot<float>(Labels{255, 0}, 256, Y);
  report_columns("labels 255 and 0 of 256 classes", Y, report);
  nn::one_hot<float>(Labels{}, 4, Y);
  report_columns("no labels, 4 classes", Y, report);
  nn::Mat<double> D;
  nn::one_hot<double>(Labels{1}, 2, D);
  report.exact("label 1 of 2 classes in double", values_of(D));
  report.exact("std::invalid_argument (1) when the last label is too large",
               throws([&] {
                 nn::one_hot<float>(Labels{0, 7}, 7, Y);
               }));
}
