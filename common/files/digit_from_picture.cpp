#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "common/error.hpp"
#include "common/files/png.hpp"

// From somebody's own picture to what MNIST would have made of it, in the
// order of digit_from_picture at the end of this file.

namespace nn {

namespace {

using Index = arma::uword;
using Values = Vec<float>;

// MNIST: a digit fills a box of 20 x 20 in an image of 28 x 28.
constexpr double kBoxShare = 20.0 / 28.0;

// The value below which `share` of the values lie. NaN never gets here.
float quantile(Values values, double share) {
  const auto at =
      static_cast<Index>(share * static_cast<double>(values.n_elem - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

float middle_of(const Matrix& values) {
  return quantile(arma::vectorise(values), 0.5);
}

// ---- 1. Take the paper away ------------------------------------------------

// How wide a strip along an edge is taken for paper.
Index strip(Index length) {
  return std::max<Index>(1, length / 20);
}

// The paper, as a plane through the medians of the four edges. A photograph
// is darker on one side than on the other; a median does not mind if the ink
// touches an edge.
Matrix paper_of(const Matrix& grey) {
  const float top = middle_of(grey.head_rows(strip(grey.n_rows)));
  const float bottom = middle_of(grey.tail_rows(strip(grey.n_rows)));
  const float left = middle_of(grey.head_cols(strip(grey.n_cols)));
  const float right = middle_of(grey.tail_cols(strip(grey.n_cols)));
  const float middle = (top + bottom + left + right) / 4;
  Matrix paper(arma::size(grey), arma::fill::value(middle));
  paper.each_col() +=
      (bottom - top) * arma::linspace<Values>(-0.5, 0.5, grey.n_rows);
  paper.each_row() +=
      (right - left) * arma::linspace<Values>(-0.5, 0.5, grey.n_cols).t();
  return paper;
}

// How far the paper itself strays from the plane, on nine tenths of the edge.
float noise_of(const Matrix& difference) {
  const Matrix d = arma::abs(difference);
  const Values sides = arma::join_cols(d.col(0), d.col(d.n_cols - 1));
  const Values ends = arma::join_rows(d.row(0), d.row(d.n_rows - 1)).t();
  return quantile(arma::join_cols(sides, ends), 0.9);
}

// The strength of full ink: that of most pixels that are more ink than paper.
float full_ink(const Matrix& strength) {
  const Values inked = strength.elem(arma::find(strength > strength.max() / 2));
  return inked.empty() ? 0 : quantile(inked, 0.8);
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

// With a margin of paper, so that each pixel inside has its neighbours.
Matrix with_margin(const Matrix& ink, Index margin) {
  Matrix wide(ink.n_rows + 2 * margin, ink.n_cols + 2 * margin,
              arma::fill::zeros);
  wide.submat(margin, margin, arma::size(ink)) = ink;
  return wide;
}

// Without the paper around all ink; there is some.
Matrix cropped(const Matrix& ink) {
  const arma::uvec rows = arma::find(arma::max(ink, 1) > 0);
  const arma::uvec columns = arma::find(arma::max(ink, 0) > 0);
  return ink.submat(rows.front(), columns.front(), rows.back(), columns.back());
}

constexpr float kIsInk = 0.1F;

// The pixels of ink that are connected with `start`, corners included, taken
// out of `left_over`, which has a margin.
arma::uvec take_part(Matrix& left_over, Index start) {
  const Index down = 1;
  const Index right = left_over.n_rows;
  std::vector<Index> part;
  const auto take = [&](Index at) {
    if (left_over[at] <= kIsInk) return;
    left_over[at] = 0;
    part.push_back(at);
  };
  take(start);
  for (std::size_t k = 0; k < part.size(); ++k) {
    const Index at = part[k];
    for (const Index column : {at - right, at, at + right}) {
      for (const Index next : {column - down, column, column + down}) {
        take(next);
      }
    }
  }
  return part;
}

// Specks are no part of the digit: whatever has less than 1/25 of the ink of
// the largest part goes. The bar of a 5 or of a Z-like 7 has more.
Matrix without_specks(const Matrix& ink) {
  const Matrix all = with_margin(ink, 1);
  Matrix left_over = all;
  std::vector<arma::uvec> parts;
  std::vector<float> masses;
  for (Index at = 0; at < all.n_elem; ++at) {
    if (left_over[at] <= kIsInk) continue;
    parts.push_back(take_part(left_over, at));
    masses.push_back(arma::accu(all.elem(parts.back())));
  }
  const float least = *std::max_element(masses.begin(), masses.end()) / 25;
  Matrix kept(arma::size(all), arma::fill::zeros);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (masses[k] >= least) kept.elem(parts[k]) = all.elem(parts[k]);
  }
  return kept;
}

// ---- 3. Thicken a thin pen -------------------------------------------------

// A stroke of width w and length l has the area w*l and an outline of 2*l.
// Outlines counted along the grid are too long by 4/pi, averaged over all
// directions.
double pen_width(const Matrix& ink) {
  const Matrix padded = with_margin(ink, 1);
  const float outline = arma::accu(arma::abs(arma::diff(padded, 1, 0))) +
                        arma::accu(arma::abs(arma::diff(padded, 1, 1)));
  return 2 * double{arma::accu(ink)} / (double{outline} * 0.785398);
}

// One sweep of the distance transform: each pixel looks at four neighbours
// that the sweep has passed. The pixels along the edge are left out.
// Source: Borgefors, "Distance transformations in digital images" (1986).
void sweep(Matrix& distance) {
  constexpr float kDiagonal = 1.41421F;
  for (Index j = 1; j + 1 < distance.n_cols; ++j) {
    for (Index i = 1; i + 1 < distance.n_rows; ++i) {
      distance(i, j) =
          std::min({distance(i, j), distance(i - 1, j) + 1,
                    distance(i - 1, j - 1) + kDiagonal, distance(i, j - 1) + 1,
                    distance(i + 1, j - 1) + kDiagonal});
    }
  }
}

// Ink spread by `radius` pixels in every direction.
Matrix spread(const Matrix& ink, double radius) {
  const Matrix wide =
      with_margin(ink, static_cast<Index>(std::ceil(radius)) + 1);
  Matrix distance(arma::size(wide), arma::fill::value(1e9F));
  distance.elem(arma::find(wide > 0.5F)).zeros();
  for (int direction = 0; direction < 2; ++direction) {
    sweep(distance);
    distance = arma::flipud(arma::fliplr(distance));
  }
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

// The scale at which the ink just fits into the box of such an image.
double fitting_scale(const Matrix& ink, ImageSize image) {
  const auto share = [](std::size_t side, Index length) {
    return std::round(static_cast<double>(side) * kBoxShare) /
           static_cast<double>(length);
  };
  return std::min(share(image.height, ink.n_rows),
                  share(image.width, ink.n_cols));
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

// Where to put the first pixel of a line of them so that the centre of their
// mass comes to lie on pixel size/2, as it does in MNIST, and all inside.
Index placed(const Values& mass, Index size) {
  const Index middle = size / 2;
  const auto last = static_cast<float>(mass.n_elem - 1);
  const Values places = arma::regspace<Values>(0, last);
  const float centre = arma::dot(places, mass) / arma::accu(mass);
  const long offset = std::lround(static_cast<float>(middle) - centre);
  return static_cast<Index>(
      std::clamp(offset, 0L, static_cast<long>(size - mass.n_elem)));
}

Matrix centred(const Matrix& ink, ImageSize size) {
  Matrix image(size.height, size.width, arma::fill::zeros);
  const Index top = placed(arma::sum(ink, 1), size.height);
  const Index left = placed(arma::sum(ink, 0).t(), size.width);
  image.submat(top, left, arma::size(ink)) = ink;
  return image;
}

}  // namespace

Matrix digit_from_picture(const Matrix& grey, ImageSize size) {
  if (size.height < 4 || size.width < 4 || grey.empty() || !grey.is_finite()) {
    throw std::invalid_argument(
        "digit_from_picture: a finite picture and at least 4 x 4 pixels are "
        "needed; the picture is " +
        shape_of(grey));
  }
  const double unit = static_cast<double>(size.height) / 28.0;
  Matrix ink = cropped(without_specks(ink_of(grey)));
  ink = thick_enough(ink, fitting_scale(ink, size), unit);
  const Matrix image = centred(resized(ink, fitting_scale(ink, size)), size);
  // MNIST's pixels come row after row, ours stand column after column.
  return arma::vectorise(image, 1).t();
}

}  // namespace nn
