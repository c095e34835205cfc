#include <algorithm>
#include <cmath>
#include <queue>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/error.hpp"
#include "common/png.hpp"

// From somebody's own picture to what MNIST would have made of it, in the
// order of digit_from_picture at the end of this file.

namespace nn {

namespace {

using Index = arma::uword;

// MNIST: a digit fills a box of 20 x 20 in an image of 28 x 28.
constexpr double kBoxShare = 20.0 / 28.0;

// The value below which `share` of the values lie. NaN never gets here.
float quantile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(
      share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

float middle_of(const Matrix& values) {
  return quantile({values.begin(), values.end()}, 0.5);
}

// ---- 1. Take the paper away ------------------------------------------------

// How wide a strip along an edge is taken for paper.
Index strip(Index length) {
  return std::max<Index>(1, length / 20);
}

// From -1/2 to 1/2 along a side.
float along(Index i, Index length) {
  if (length < 2) return 0;
  return static_cast<float>(i) / static_cast<float>(length - 1) - 0.5F;
}

// The paper, as a plane through the medians of the four edges. A photograph
// is darker on one side than on the other; a median does not mind if the ink
// touches an edge.
Matrix paper_of(const Matrix& grey) {
  const Index rows = grey.n_rows;
  const Index columns = grey.n_cols;
  const float top = middle_of(grey.head_rows(strip(rows)));
  const float bottom = middle_of(grey.tail_rows(strip(rows)));
  const float left = middle_of(grey.head_cols(strip(columns)));
  const float right = middle_of(grey.tail_cols(strip(columns)));
  Matrix paper(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) {
      paper(i, j) = (top + bottom + left + right) / 4 +
                    (bottom - top) * along(i, rows) +
                    (right - left) * along(j, columns);
    }
  }
  return paper;
}

// How far the paper itself strays from the plane, on nine tenths of the edge.
float noise_of(const Matrix& difference) {
  std::vector<float> edge;
  const Index last_row = difference.n_rows - 1;
  const Index last_column = difference.n_cols - 1;
  for (Index i = 0; i <= last_row; ++i) {
    edge.push_back(std::abs(difference(i, 0)));
    edge.push_back(std::abs(difference(i, last_column)));
  }
  for (Index j = 0; j <= last_column; ++j) {
    edge.push_back(std::abs(difference(0, j)));
    edge.push_back(std::abs(difference(last_row, j)));
  }
  return quantile(std::move(edge), 0.9);
}

// What full ink reaches: most of those pixels that are more ink than paper.
float full_ink(const Matrix& strength) {
  const float half = strength.max() / 2;
  std::vector<float> inked;
  for (const float value : strength) {
    if (value > half) inked.push_back(value);
  }
  return quantile(std::move(inked), 0.8);
}

// The ink in [0, 1]: 0 is paper, 1 full ink, edges in between.
Matrix ink_of(const Matrix& grey) {
  Matrix difference = grey - paper_of(grey);
  // The ink is what stands out most: darker if the cubes add up to less
  // than 0. Paper adds next to nothing.
  if (arma::accu(difference % arma::square(difference)) < 0) {
    difference = -difference;
  }
  const float paper = 2 * noise_of(difference);
  const float full = full_ink(difference);
  constexpr float kFaintest = 0.06F;
  if (full < kFaintest || full < 2 * paper) {
    throw InputError(
        "the picture is blank: nothing stands out from its background; draw "
        "one digit, dark on light or light on dark");
  }
  return arma::clamp((difference - paper) / (full - paper), 0.0F, 1.0F);
}

// ---- 2. Find the digit -----------------------------------------------------

constexpr float kIsInk = 0.1F;

// Rows and columns, both ends included.
struct Box {
  Index top, bottom, left, right;
};

// Pixels of ink that touch one another, corners included.
struct Part {
  double mass = 0;
  std::vector<Index> pixels;
};

// All that is connected with `start`, taken out of `left_over`.
Part take_part(Matrix& left_over, Index start) {
  Part part;
  std::queue<Index> open;
  const auto visit = [&](Index at) {
    if (left_over[at] <= kIsInk) return;
    part.mass += static_cast<double>(left_over[at]);
    part.pixels.push_back(at);
    left_over[at] = 0;
    open.push(at);
  };
  const Index rows = left_over.n_rows;
  visit(start);
  while (!open.empty()) {
    const Index i = open.front() % rows;
    const Index j = open.front() / rows;
    open.pop();
    for (Index c = j - (j > 0); c <= j + 1 && c < left_over.n_cols; ++c) {
      for (Index r = i - (i > 0); r <= i + 1 && r < rows; ++r) {
        visit(r + c * rows);
      }
    }
  }
  return part;
}

// Specks are no part of the digit: whatever has less than 1/25 of the ink of
// the largest part goes. The bar of a 5 or of a Z-like 7 has more.
Matrix without_specks(const Matrix& ink) {
  Matrix left_over = ink;
  std::vector<Part> parts;
  double largest = 0;
  for (Index at = 0; at < ink.n_elem; ++at) {
    if (left_over[at] <= kIsInk) continue;
    parts.push_back(take_part(left_over, at));
    largest = std::max(largest, parts.back().mass);
  }
  Matrix kept(ink.n_rows, ink.n_cols, arma::fill::zeros);
  for (const Part& part : parts) {
    if (part.mass * 25 < largest) continue;
    for (const Index at : part.pixels) kept[at] = ink[at];
  }
  return kept;
}

// The smallest box around all ink; there is some.
Box bounds(const Matrix& ink) {
  Box box = {ink.n_rows, 0, ink.n_cols, 0};
  for (Index j = 0; j < ink.n_cols; ++j) {
    for (Index i = 0; i < ink.n_rows; ++i) {
      if (ink(i, j) <= 0) continue;
      box = {std::min(box.top, i), std::max(box.bottom, i),
             std::min(box.left, j), std::max(box.right, j)};
    }
  }
  return box;
}

Matrix cropped(const Matrix& ink) {
  const Box box = bounds(ink);
  return ink.submat(box.top, box.left, box.bottom, box.right);
}

// ---- 3. Thicken a thin pen -------------------------------------------------

Matrix with_margin(const Matrix& ink, Index margin) {
  Matrix wide(ink.n_rows + 2 * margin, ink.n_cols + 2 * margin,
              arma::fill::zeros);
  wide.submat(margin, margin, arma::size(ink)) = ink;
  return wide;
}

// A stroke of width w and length l has the area w*l and an outline of 2*l.
// Outlines counted along the grid are too long by 4/pi, averaged over all
// directions.
double pen_width(const Matrix& ink) {
  const Matrix padded = with_margin(ink, 1);
  const double outline =
      static_cast<double>(arma::accu(arma::abs(arma::diff(padded, 1, 0)))) +
      static_cast<double>(arma::accu(arma::abs(arma::diff(padded, 1, 1))));
  return 2 * static_cast<double>(arma::accu(ink)) / (outline * 0.785398);
}

// One sweep of the distance transform: each pixel looks at four neighbours
// that the sweep has passed.
// Source: Borgefors, "Distance transformations in digital images" (1986).
void sweep(Matrix& distance, bool forward) {
  const auto rows = static_cast<std::ptrdiff_t>(distance.n_rows);
  const auto columns = static_cast<std::ptrdiff_t>(distance.n_cols);
  const std::ptrdiff_t step = forward ? -1 : 1;
  for (std::ptrdiff_t n = 0; n < rows * columns; ++n) {
    const std::ptrdiff_t at = forward ? n : rows * columns - 1 - n;
    const std::ptrdiff_t i = at % rows;
    const std::ptrdiff_t j = at / rows;
    const auto look = [&](std::ptrdiff_t r, std::ptrdiff_t c, float length) {
      if (r < 0 || r >= rows || c < 0 || c >= columns) return;
      float& here = distance[static_cast<Index>(at)];
      const float there =
          distance(static_cast<Index>(r), static_cast<Index>(c));
      here = std::min(here, there + length);
    };
    look(i + step, j, 1);
    look(i - 1, j + step, 1.41421F);
    look(i, j + step, 1);
    look(i + 1, j + step, 1.41421F);
  }
}

// Ink spread by `radius` pixels in every direction.
Matrix spread(const Matrix& ink, double radius) {
  Matrix wide = with_margin(ink, static_cast<Index>(std::ceil(radius)) + 1);
  Matrix distance(arma::size(wide), arma::fill::value(1e9F));
  distance.elem(arma::find(wide > 0.5F)).zeros();
  sweep(distance, true);
  sweep(distance, false);
  const auto reach = static_cast<float>(radius + 0.5);
  return arma::max(wide, arma::clamp(reach - distance, 0.0F, 1.0F));
}

// In MNIST's images the pen is 2.4 pixels wide; one in ten is thinner than
// 1.8. A network has hardly seen thinner ones.
Matrix thick_enough(const Matrix& ink, double scale, double unit) {
  const double width = pen_width(ink);
  if (width * scale >= 1.8 * unit) return ink;
  return cropped(spread(ink, (2.2 * unit / scale - width) / 2));
}

// ---- 4. Scale it into the box ----------------------------------------------

// Weights (to x from) with which `from` pixels average into `to`: new pixel i
// covers the old ones from i*from/to to (i+1)*from/to.
Matrix averaging(Index to, Index from) {
  Matrix weights(to, from, arma::fill::zeros);
  const double step = static_cast<double>(from) / static_cast<double>(to);
  for (Index i = 0; i < to; ++i) {
    const double begin = static_cast<double>(i) * step;
    for (Index k = 0; k < from; ++k) {
      const auto left = static_cast<double>(k);
      const double covered =
          std::min(begin + step, left + 1) - std::max(begin, left);
      if (covered > 0) weights(i, k) = static_cast<float>(covered / step);
    }
  }
  return weights;
}

// The scale at which the ink just fits into the box.
double fitting_scale(const Matrix& ink, double box_rows, double box_columns) {
  return std::min(box_rows / static_cast<double>(ink.n_rows),
                  box_columns / static_cast<double>(ink.n_cols));
}

Index scaled(Index length, double scale) {
  return static_cast<Index>(
      std::max(1L, std::lround(static_cast<double>(length) * scale)));
}

Matrix resized(const Matrix& ink, double scale) {
  const Matrix down = averaging(scaled(ink.n_rows, scale), ink.n_rows);
  const Matrix across = averaging(scaled(ink.n_cols, scale), ink.n_cols);
  const Matrix small = down * ink * across.t();
  return small / small.max();
}

// ---- 5. Centre it by mass --------------------------------------------------

// Where to put the first of `length` pixels so that the centre of their mass
// comes to lie on pixel size/2, as it does in MNIST, and all of them inside.
Index placed(const Matrix& mass, Index size) {
  const Index length = mass.n_elem;
  double moment = 0;
  for (Index i = 0; i < length; ++i) {
    moment += static_cast<double>(i) * static_cast<double>(mass[i]);
  }
  const double centre = moment / static_cast<double>(arma::accu(mass));
  const Index middle = size / 2;
  const long offset = std::lround(static_cast<double>(middle) - centre);
  return static_cast<Index>(
      std::clamp(offset, 0L, static_cast<long>(size - length)));
}

Matrix centred(const Matrix& ink, Index rows, Index columns) {
  Matrix image(rows, columns, arma::fill::zeros);
  const Matrix row_mass = arma::sum(ink, 1);
  const Matrix column_mass = arma::sum(ink, 0);
  image.submat(placed(row_mass, rows), placed(column_mass, columns),
               arma::size(ink)) = ink;
  return image;
}

}  // namespace

Matrix digit_from_picture(const Matrix& grey, std::size_t rows,
                          std::size_t columns) {
  if (rows < 4 || columns < 4 || grey.empty() || !grey.is_finite()) {
    throw std::invalid_argument(
        "digit_from_picture: a finite picture and at least 4 x 4 pixels are "
        "needed; the picture is " +
        shape_of(grey));
  }
  const double box_rows = std::round(static_cast<double>(rows) * kBoxShare);
  const double box_columns =
      std::round(static_cast<double>(columns) * kBoxShare);
  Matrix ink = cropped(without_specks(ink_of(grey)));
  ink = thick_enough(ink, fitting_scale(ink, box_rows, box_columns),
                     static_cast<double>(rows) / 28.0);
  const Matrix small = resized(ink, fitting_scale(ink, box_rows, box_columns));
  const Matrix image = centred(small, rows, columns);
  // MNIST's pixels come row after row, ours stand column after column.
  return arma::vectorise(image, 1).t();
}

}  // namespace nn
