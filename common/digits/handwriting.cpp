#include "common/digits/handwriting.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/digits/raster.hpp"
#include "common/digits/strokes.hpp"
#include "common/rng.hpp"

namespace nn {

namespace {

using Strokes = std::vector<Stroke>;
using Grey = std::array<std::uint8_t, kBoxSize * kBoxSize>;

// How unsteady the hand is: the standard deviations of what varies, in the
// frame of the strokes, 100 high. They are chosen so that the digits look
// like those of MNIST and are as hard: the network of chapter 3 is right on
// 98% of them after 60,000 examples and on 88% after 1,000.
constexpr double kStep = 4.3;    // of a point from where it should be
constexpr double kDrift = 0.6;   // how much of that the next point inherits
constexpr double kBend = 9;      // of a pin of the rubber sheet
constexpr double kWidth = 0.13;  // relative
constexpr double kSlant = 0.24;  // sideways for each step up
constexpr double kTilt = 0.11;   // up for each step sideways
constexpr double kPen = 0.17;    // of the square root of its width
constexpr double kPress = 0.15;  // how much thicker towards one side
constexpr double kNoise = 0.3;   // of the grey at the rim: the most, here

// Curves are drawn as straight pieces about this long: some 1.4 pixels.
constexpr double kPiece = 8;

// ---- The hand ---------------------------------------------------------------

const WritingStyle& pick_style(int digit, Rng& rng) {
  const std::vector<WritingStyle>& styles = styles_of(digit);
  double total = 0;
  for (const WritingStyle& style : styles) total += style.weight;
  double left = rng.uniform(0, total);
  for (const WritingStyle& style : styles) {
    left -= style.weight;
    if (left < 0) return style;
  }
  return styles.back();
}

Point random_step(double deviation, Rng& rng) {
  const double x = deviation * rng.normal();
  return {x, deviation * rng.normal()};
}

// No hand puts a stroke, or a point of it, where it was put before. The error
// drifts: part of it is carried on from point to point, so curves stay smooth.
Stroke jitter(const Stroke& stroke, Rng& rng) {
  Point error = random_step(kStep, rng);
  Stroke result = {{stroke[0].x + error.x, stroke[0].y + error.y}};
  for (std::size_t i = 1; i < stroke.size(); ++i) {
    if (stroke[i] != stroke[i - 1]) {  // a corner stays one
      const Point step = random_step(kStep, rng);
      error = {kDrift * error.x + step.x, kDrift * error.y + step.y};
    }
    result.push_back({stroke[i].x + error.x, stroke[i].y + error.y});
  }
  return result;
}

// A sheet of rubber: 4 x 4 pins, each pushed a little, carry it along.
// Source: Sederberg and Parry, "Free-form deformation of solid geometric
// models" (1986).
class Sheet {
 public:
  explicit Sheet(Rng& rng) {
    for (Point& push : pushes_) push = random_step(kBend, rng);
  }

  Point bend(Point p) const {
    const std::array<double, 4> wx = weights((p.x - 10) / 80);
    const std::array<double, 4> wy = weights(p.y / 100);
    Point result = p;
    for (std::size_t i = 0; i < pushes_.size(); ++i) {
      const double weight = wx[i % 4] * wy[i / 4];
      result.x += weight * pushes_[i].x;
      result.y += weight * pushes_[i].y;
    }
    return result;
  }

 private:
  // Bernstein's polynomials of degree 3: how much each pin counts at t.
  static std::array<double, 4> weights(double t) {
    t = std::clamp(t, 0.0, 1.0);
    const double s = 1 - t;
    return {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
  }

  std::array<Point, 16> pushes_;
};

// Slant leans the uprights, tilt the horizontals.
struct Posture {
  double width;
  double slant;
  double tilt;

  explicit Posture(Rng& rng)
      : width(1 + kWidth * rng.normal()),
        slant(0.12 + kSlant * rng.normal()),
        tilt(kTilt * rng.normal()) {
    width = std::clamp(width, 0.5, 1.6);
    slant = std::clamp(slant, -0.7, 0.9);
  }

  Point apply(Point p) const {
    const double x = (p.x - 50) * width;
    const double y = p.y - 50;
    return {x - slant * y, y - tilt * x};
  }
};

Strokes write(const WritingStyle& style, Rng& rng) {
  const Sheet sheet(rng);
  const Posture posture(rng);
  Strokes strokes;
  for (const Stroke& stroke : style.strokes) {
    Stroke points = jitter(stroke, rng);
    for (Point& p : points) p = posture.apply(sheet.bend(p));
    strokes.push_back(flatten(points, kPiece));
  }
  return strokes;
}

// ---- The pen ----------------------------------------------------------------

// Half the width of the line in the frame of the strokes, 100 high, and how
// much it grows from one side of the digit to the other.
struct Pen {
  double radius;
  double grows_right;
  double grows_down;

  explicit Pen(Rng& rng)
      : radius(1.09 + kPen * rng.normal()),
        grows_right(kPress * rng.normal()),
        grows_down(kPress * rng.normal()) {
    radius = 6.1 * std::clamp(radius * radius, 0.65, 2.4);
  }

  // The radius at a place in the box; right and down run from -1/2 to 1/2.
  double at(double right, double down) const {
    return radius * (1 + grows_right * right + grows_down * down);
  }

  double widest() const {
    return at(grows_right > 0 ? 0.5 : -0.5, grows_down > 0 ? 0.5 : -0.5);
  }
};

// Scales lines and pen so that what they draw fills the box in its longer
// direction and lies in the middle of the other: proportions are kept.
void fit(Strokes& lines, Pen& pen) {
  Point low = lines.front().front();
  Point high = low;
  for (const Stroke& line : lines) {
    for (const Point p : line) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
  }
  const Point middle = {(low.x + high.x) / 2, (low.y + high.y) / 2};
  const double longer = std::max(high.x - low.x, high.y - low.y);
  const double scale = kBoxSize / (longer + 2 * pen.widest());
  const double centre = kBoxSize / 2.0;
  for (Stroke& line : lines) {
    for (Point& p : line) {
      p = {centre + (p.x - middle.x) * scale,
           centre + (p.y - middle.y) * scale};
    }
  }
  pen.radius *= scale;
}

Canvas draw(const Strokes& lines, double reach) {
  Canvas canvas(reach);
  for (const Stroke& line : lines) {
    for (std::size_t i = 1; i < line.size(); ++i) {
      canvas.line(line[i - 1], line[i]);
    }
  }
  return canvas;
}

// ---- The scanner ------------------------------------------------------------

// Noise falls where ink meets paper: both are clean by themselves.
std::uint8_t expose(double ink, Rng& rng) {
  if (ink == 0) return 0;
  if (ink == 1) return 255;
  ink += 4 * ink * (1 - ink) * rng.uniform(-kNoise, kNoise);
  return static_cast<std::uint8_t>(
      std::lround(255 * std::clamp(ink, 0.0, 1.0)));
}

Grey scan(const Canvas& canvas, const Pen& pen, Rng& rng) {
  Grey grey{};
  for (std::size_t row = 0; row < kBoxSize; ++row) {
    const double down = static_cast<double>(row) / kBoxSize - 0.5;
    for (std::size_t column = 0; column < kBoxSize; ++column) {
      const double right = static_cast<double>(column) / kBoxSize - 0.5;
      const double ink = canvas.ink(row, column, pen.at(right, down));
      grey[row * kBoxSize + column] = expose(ink, rng);
    }
  }
  return grey;
}

// How far to move the box so that its centre of mass comes to the middle of
// the image, in whole pixels; it never leaves the image.
std::size_t offset(std::uint32_t moment, std::uint32_t mass) {
  const double centre = static_cast<double>(moment) / mass;
  const double most = kDigitSize - kBoxSize;
  const double shift = std::clamp(kDigitSize / 2.0 - centre, 0.0, most);
  return static_cast<std::size_t>(std::lround(shift));
}

void place(const Grey& grey, Digit& digit) {
  std::uint32_t mass = 0;
  std::uint32_t across = 0;
  std::uint32_t down = 0;
  for (std::uint32_t row = 0; row < kBoxSize; ++row) {
    for (std::uint32_t column = 0; column < kBoxSize; ++column) {
      const std::uint32_t ink = grey[row * kBoxSize + column];
      mass += ink;
      across += ink * column;
      down += ink * row;
    }
  }
  const std::size_t left = offset(across, mass);
  const std::size_t top = offset(down, mass);
  for (std::size_t row = 0; row < kBoxSize; ++row) {
    std::copy_n(&grey[row * kBoxSize], kBoxSize,
                &digit.pixels[(top + row) * kDigitSize + left]);
  }
}

}  // namespace

Digit draw_digit(std::uint64_t seed, std::uint64_t k) {
  Rng rng(seed, k);
  Digit digit;
  digit.label = static_cast<std::uint8_t>(rng.below(10));
  Strokes lines = write(pick_style(digit.label, rng), rng);
  Pen pen(rng);
  fit(lines, pen);
  place(scan(draw(lines, pen.widest()), pen, rng), digit);
  return digit;
}

}  // namespace nn
