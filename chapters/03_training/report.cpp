#include "03_training/report.hpp"

#include <cmath>
#include <string>

#include "common/picture.hpp"
#include "common/table.hpp"
#include "common/text.hpp"

namespace nn {

// [CONFUSION]
void print_confusion(std::ostream& out, const Terminal& terminal,
                     const Matrix& P, std::span<const std::uint8_t> labels) {
  const arma::umat C = confusion_matrix(P, labels);
  std::vector<std::string> header = {"shown"};
  for (arma::uword j = 0; j < C.n_cols; ++j) {
    header.push_back("as " + std::to_string(j));
  }
  header.emplace_back("right");
  Table table(header);
  for (arma::uword i = 0; i < C.n_rows; ++i) {
    std::vector<std::string> row = {std::to_string(i)};
    for (arma::uword j = 0; j < C.n_cols; ++j) {
      row.push_back(C(i, j) == 0 ? "-" : std::to_string(C(i, j)));
    }
    const double shown = static_cast<double>(arma::accu(C.row(i)));
    const double right = static_cast<double>(C(i, i));
    row.push_back(shown == 0 ? "-" : percent(right / shown, 1));
    table.row(row);
  }
  table.print(out, terminal);
}
// [/CONFUSION]

// [MISTAKES]
void draw_mistakes(std::ostream& out, const Terminal& terminal,
                   const Dataset& test, const Matrix& P, std::size_t count) {
  std::vector<Picture> pictures;
  for (const Mistake& m : worst_mistakes(P, test.labels, count)) {
    Picture picture;
    picture.pixels = {test.images.colptr(m.image), test.images.n_rows};
    picture.rows = test.rows;
    picture.columns = test.columns;
    picture.caption = "a " + std::to_string(m.label) + ", taken for " +
                      std::to_string(m.guess) + "\n(" +
                      percent(m.confidence, 1) + " sure)";
    pictures.push_back(picture);
  }
  draw_pictures(out, terminal, pictures);
}
// [/MISTAKES]

void print_probabilities(std::ostream& out, const Matrix& P) {
  for (arma::uword i = 0; i < P.n_rows; ++i) {
    const double p = static_cast<double>(P(i, 0));
    const auto length = static_cast<std::size_t>(std::lround(40 * p));
    out << "  " << i << "  " << pad_left(percent(p, 1), 6) << "  "
        << std::string(length, '#') << '\n';
  }
}

}  // namespace nn
