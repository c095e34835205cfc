#include "03_training/program/own_digit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>

#include "03_training/evaluation.hpp"
#include "03_training/program/model_file.hpp"
#include "common/error.hpp"
#include "common/files/png.hpp"
#include "common/terminal/picture.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// The probability of each digit as a bar. P is (10 x 1).
void print_probabilities(std::ostream& out, const Matrix& P) {
  for (arma::uword i = 0; i < P.n_rows; ++i) {
    const double p = static_cast<double>(P(i, 0));
    const auto length = static_cast<std::size_t>(std::lround(40 * p));
    out << fmt::format("  {}  {:>6}  {:#<{}}\n", i, percent(p, 1), "", length);
  }
}

void require_room_for_a_digit(const std::string& path, ImageSize size) {
  if (std::min(size.height, size.width) >= 4) return;
  throw InputError(
      fmt::format("{}: this network reads images of {}, too small for a "
                  "picture of a digit: it takes 4 x 4",
                  path, to_string(size)));
}

void draw(const Matrix& digit, ImageSize size) {
  Picture picture;
  picture.pixels = {digit.memptr(), digit.n_elem};
  picture.size = size;
  picture.caption = "What the network sees:";
  draw_pictures(std::cout, standard_output(), {picture});
}

}  // namespace

// [PREDICT_PICTURE]
void predict_picture(const Settings& settings) {
  const Model model = load_model(settings.load);
  require_room_for_a_digit(settings.load, model.image_size);
  Matrix digit = read_digit(settings.predict, model.image_size);
  if (model.dark_ink) invert(digit);
  draw(digit, model.image_size);
  model.standardisation.apply(digit);
  const auto engine = make_engine(settings.engine);
  const Matrix P = predict(*engine, model.network, digit);
  std::cout << '\n';
  print_probabilities(std::cout, P);
  std::cout << fmt::format("\nThis is a {}.\n", P.index_max());
}
// [/PREDICT_PICTURE]

}  // namespace nn
