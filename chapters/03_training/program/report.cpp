#include "03_training/program/report.hpp"

#include <fmt/format.h>

#include <iostream>
#include <stdexcept>
#include <string>

#include "common/terminal/picture.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

// [CONFUSION]
void print_confusion(std::ostream& out, const Terminal& terminal,
                     const Matrix& P, std::span<const std::uint8_t> labels) {
  const arma::umat C = confusion_matrix(P, labels);
  std::vector<std::string> header = {"shown"};
  for (arma::uword j = 0; j < C.n_cols; ++j) {
    header.push_back(fmt::format("as {}", j));
  }
  header.emplace_back("right");
  Table table(header);
  for (arma::uword i = 0; i < C.n_rows; ++i) {
    std::vector<std::string> row = {fmt::to_string(i)};
    for (arma::uword j = 0; j < C.n_cols; ++j) {
      row.push_back(C(i, j) == 0 ? "-" : fmt::to_string(C(i, j)));
    }
    const double shown = static_cast<double>(arma::accu(C.row(i)));
    const double right = static_cast<double>(C(i, i));
    row.push_back(shown == 0 ? "-" : percent(right / shown, 1));
    table.row(row);
  }
  table.print(out, terminal);
}
// [/CONFUSION]

// [MISREADS]
void draw_misreads(std::ostream& out, const Terminal& terminal,
                   const Dataset& test, const Matrix& P, std::size_t count) {
  std::vector<Picture> pictures;
  for (const Misread& m : worst_misreads(P, test.labels, count)) {
    Picture picture;
    picture.pixels = {test.images.colptr(m.image), test.images.n_rows};
    picture.size = test.image_size;
    picture.caption = fmt::format("a {}, taken for {}\n({} sure)", m.label,
                                  m.guess, percent(m.confidence, 1));
    pictures.push_back(picture);
  }
  draw_pictures(out, terminal, pictures);
}
// [/MISREADS]

// [REPORT_TROUBLE]
void report_trouble(Run& run) {
  const TrainingOptions& options = run.settings.training;
  measure_data(run.data.train, options.batch, options.shuffle,
               run.measurements);
  measure_network(*run.engine, run.model.network, run.data.train,
                  run.measurements);
  const std::vector<std::string> found = diagnose(run.measurements);
  if (!run.measurements.diverged.empty() && run.settings.fault.empty()) {
    throw std::runtime_error(found.front());
  }
  for (const std::string& line : found) {
    std::cout << fmt::format("\nDiagnosis: {}.\n", line);
  }
}
// [/REPORT_TROUBLE]

namespace {

void print_accuracy(const std::string& which, const Matrix& P,
                    std::span<const std::uint8_t> labels) {
  std::cout << fmt::format("{} accuracy: {} of {} images.\n", which,
                           percent(accuracy(P, labels)),
                           thousands(labels.size()));
}

}  // namespace

// [REPORT]
void report(Run& run) {
  const Dataset& train = run.data.train;
  Dataset& test = run.data.test;
  const Network& network = run.model.network;
  const Terminal terminal = standard_output();
  const Matrix P = predict(*run.engine, network, test.images);
  std::cout << '\n';
  print_accuracy(run.settings.validate ? "Validation" : "Test", P, test.labels);
  print_accuracy("Training", predict(*run.engine, network, train.images),
                 train.labels);
  std::cout << fmt::format("Digest of all weights: {}.\n",
                           digest_text(digest(network)));
  if (run.settings.common.quiet) return;
  std::cout << "\nWhat it takes for what:\n\n";
  print_confusion(std::cout, terminal, P, test.labels);
  std::cout << "\nWhere it is surest and wrong:\n\n";
  run.model.standardisation.undo(test.images);
  draw_misreads(std::cout, terminal, test, P, terminal.width / 30);
}
// [/REPORT]

}  // namespace nn
