#include "common/digits/strokes.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>

namespace nn {

namespace {

// A style as it stands in the table below: "x,y" for each point in the order
// of the pen. "!" after a point makes it a corner, "/" lifts the pen. The
// plain two, for one, goes through nine points and turns at the seventh:
//
//      0 .      2   3
//        |                4
//        |  1
//     50 |              5
//        |         6
//    100 7          8          9
//        0        50         100
struct Sketch {
  std::size_t digit;
  const char* name;
  double weight;
  const char* path;
};

constexpr Sketch kSketches[] = {
    {0, "round", 4, "54,0 14,20 12,66 46,88 82,68 86,22 52,1"},
    {0, "narrow", 3, "50,0 24,24 24,66 46,88 70,64 70,22 46,0"},
    {0, "with an overlap", 2.5,
     "60,4 22,12 10,58 44,88 82,68 82,22 54,0 28,10"},
    {0, "with the pen crossing inside", 1.5,
     "40,18 24,8 10,50 36,86 78,68 80,18 46,2 48,20"},
    {0, "leaf", 2.5, "78,2 30,24 10,66 32,88 72,62 86,18 66,2 50,12"},
    {0, "lying", 1, "70,10 20,20 2,58 36,80 84,62 94,22 64,8"},
    {0, "left open", 1, "36,2 12,34 14,70 44,88 80,66 84,24 58,4"},
    {0, "with a line across", 0.7,
     "54,2 14,22 12,66 42,88 80,66 84,22 56,2 44,36 24,66"},
    {1, "a single line", 12, "56,0 50,42 44,84"},
    {1, "a leaning line", 4, "65,0 50,42 35,84"},
    {1, "a bowed line", 2, "55,0 48,25 47,59 50,84"},
    {1, "with a flag", 1.2, "37,20 55,0! 50,42 47,84"},
    {1, "with a flag and a base", 0.8,
     "33,18 53,0! 50,42 47,82 / 21,83 48,82 75,82"},
    {2, "plain", 4, "14,24 30,4 58,0 76,18 66,51 40,77 10,97! 48,95 88,96"},
    {2, "with a loop", 5,
     "14,22 36,2 66,4 76,26 64,59 40,86 16,96 4,86 16,77 44,84 68,94 94,90"},
    {2, "with a narrow loop", 3,
     "20,20 40,2 64,8 66,32 50,65 22,96 10,94 24,82 50,90 86,98"},
    {2, "angular", 2.5, "10,10 40,4 80,4 74,18 46,61 8,97! 50,96 94,94"},
    {2, "with a swan's neck", 3,
     "28,30 30,8 54,0 66,18 60,53 44,79 22,98! 46,92 78,98"},
    {2, "low and wide", 1.5,
     "6,30 36,12 66,14 66,34 36,65 2,84! 40,80 80,84 124,81"},
    {2, "with a base that rises", 1,
     "20,26 34,4 62,2 72,24 56,61 26,92! 50,94 74,98 92,84"},
    {2, "with a big loop", 1.5,
     "24,18 48,2 74,10 78,39 64,73 36,96 10,92 10,69 36,65 60,82 86,98"},
    {2, "with a loop and a long tail", 1.5,
     "20,34 38,14 62,16 62,40 42,68 12,90 4,76 30,70 66,80 112,68"},
    {3, "round", 5, "16,14 42,0 68,12 62,36 36,48! 66,54 76,76 52,98 10,92"},
    {3, "with a flat top", 1.5,
     "16,6 44,4 76,2! 58,24 40,42! 70,50 80,74 54,98 12,92"},
    {3, "with a loop in the middle", 2,
     "18,18 44,2 70,10 62,36 38,50 30,46 42,42 70,54 76,78 50,98 10,90"},
    {3, "with a small head", 2,
     "30,10 48,0 66,10 58,28 40,38! 72,46 80,72 50,98 6,88"},
    {3, "with a small belly", 2,
     "8,20 36,2 70,6 72,30 36,54! 58,60 62,80 42,96 14,96"},
    {3, "flowing", 3, "20,16 46,0 72,10 66,32 50,46 60,54 66,74 44,96 6,94"},
    {3, "curled at the end", 2,
     "20,10 46,0 68,14 56,38 36,46! 64,52 72,76 46,98 18,90 16,76"},
    {3, "with a short end", 2,
     "4,14 34,2 68,6 66,28 42,44! 66,54 70,78 54,98 38,100"},
    {4, "open, two strokes", 5,
     "22,4 18,33 12,59! 44,57 82,53 / 72,0 66,53 60,100"},
    {4, "open and round", 3, "16,2 8,33 16,57 44,57 76,43 / 80,0 76,43 66,100"},
    {4, "open, bar ends at the stem", 3,
     "18,8 10,39 18,55 46,55 70,49 / 74,4 70,53 68,100"},
    {4, "open, crossing low", 3,
     "38,2 24,37 8,69! 46,67 92,65 / 74,18 60,63 48,100"},
    {4, "open, short leg", 2.5,
     "16,8 8,43 6,69 34,73 84,69 / 80,0 76,53 72,100"},
    {4, "closed", 1.5, "64,0 34,35 4,65! 50,65 94,63 / 64,0 62,53 60,100"},
    {4, "nearly closed", 0.5,
     "56,4 30,22 12,53 24,59 48,53 72,43 / 68,6 62,53 52,100"},
    {4, "in one stroke", 1.5,
     "22,2 14,28 18,53 44,53 68,28 80,2! 70,51 58,100"},
    {4, "slanted, long bar", 2,
     "34,0 18,33 2,59 30,61 64,55 100,49 / 80,6 58,59 40,100"},
    {5, "with a separate bar", 4,
     "26,6 24,24 20,42! 46,36 70,54 68,80 44,98 6,92 / 26,6 52,6 90,2"},
    {5, "in one stroke", 4,
     "90,2 60,6 34,8! 28,26 24,40 50,46 68,66 56,90 28,100 0,88"},
    {5, "like an S", 3.5, "84,4 56,4 36,14 36,34 56,54 62,76 42,96 4,94"},
    {5, "with a long bar", 3,
     "46,14 36,32 28,50! 56,52 66,70 44,92 0,92 / 46,14 76,10 122,4"},
    {5, "upright and round", 3,
     "22,4 20,24 18,44! 46,34 74,48 74,80 44,100 8,88 / 22,4 48,2 80,4"},
    {5, "with a short bar", 2,
     "34,10 28,34 28,48 52,54 64,74 48,94 18,98 / 36,12 50,8 68,2"},
    {5, "with a small belly", 2.5,
     "92,0 62,10 38,16 30,30 34,46 52,54 58,68 40,82 4,88"},
    {5, "with a big belly", 2.5,
     "44,4 36,18 30,34! 60,32 84,54 74,88 36,100 4,82 / 44,4 66,4 96,0"},
    {5, "low and wide", 1.5,
     "40,20 32,36 26,54 54,50 72,64 50,86 -6,80 / 40,20 80,16 130,8"},
    {6, "round", 4, "60,0 34,22 18,61 26,91 52,100 74,85 70,65 48,60 24,76"},
    {6, "straight back", 3,
     "44,0 32,28 20,65 24,93 48,98 70,82 66,61 44,60 22,76"},
    {6, "with a small loop", 3,
     "66,0 40,24 22,63 24,91 44,100 58,87 54,72 38,72 26,87"},
    {6, "with a wide loop", 4,
     "40,0 22,30 12,67 28,94 58,96 86,78 80,58 52,60 26,80"},
    {6, "with a hook at the top", 1.5,
     "76,12 62,2 36,20 18,60 26,91 50,100 70,83 62,63 42,61 24,74"},
    {6, "with a flat loop that runs on", 2,
     "52,0 36,30 20,72 26,94 50,94 78,76 76,63 50,71 20,87"},
    {6, "slim", 2, "48,0 40,30 34,69 38,94 52,98 62,85 58,72 46,71 36,83"},
    {6, "with a big loop", 1.5,
     "40,0 14,26 4,65 22,96 60,98 84,72 74,42 46,44 28,69 34,82"},
    {6, "like a b", 1.5, "34,0 18,38 14,80 40,98 80,86 86,64 58,58 26,78"},
    {7, "plain", 6, "12,8 44,6 78,4! 62,44 48,100"},
    {7, "with a hook", 3, "14,26 18,6 46,8 78,4! 60,48 48,100"},
    {7, "round at the turn", 3, "10,14 38,4 70,4 74,26 62,60 54,100"},
    {7, "upright", 3, "10,8 42,6 72,4! 68,50 66,100"},
    {7, "with a bar", 2.5, "14,8 46,6 78,4! 62,44 46,100 / 26,54 56,52 88,50"},
    {7, "with a rising top", 2.5, "12,28 40,22 80,2! 58,46 36,100"},
    {7, "with a hook, round", 2,
     "12,34 14,12 34,10 60,12 78,6 72,36 58,68 50,100"},
    {7, "wide, short leg", 1.5, "0,16 40,12 86,8! 68,42 44,84"},
    {8, "in one stroke from the right", 5,
     "74,12 48,0 24,16 36,40 66,64 64,92 38,100 20,82 36,56 66,32 76,8"},
    {8, "two rings", 2,
     "48,2 26,12 26,34 48,46 70,34 70,12 46,2 / 48,46 22,60 20,86 48,100 "
     "76,86 74,60 46,46"},
    {8, "slim", 2.5,
     "64,14 48,0 32,14 38,38 58,66 56,92 40,100 30,84 42,58 60,34 64,12"},
    {8, "with an open end", 2.5,
     "86,2 58,2 30,12 32,32 58,52 64,78 44,98 24,86 36,62 66,36 92,14"},
    {8, "with a small belly", 2.5,
     "78,22 58,0 24,6 22,32 46,52 56,76 42,98 26,88 34,66 66,42 78,18"},
    {8, "from the middle", 1.5,
     "48,48 28,34 34,8 60,4 68,26 46,48 24,70 32,96 60,98 72,76 46,46"},
    {8, "with a small head", 2,
     "60,12 46,2 34,14 40,32 66,58 68,90 38,100 18,78 36,48 56,28 62,10"},
    {8, "with a slim belly", 2.5,
     "72,22 60,0 32,8 28,34 46,54 54,78 44,100 32,88 40,62 62,44 74,20"},
    {8, "wide and flat", 1.5,
     "96,10 60,2 22,10 28,34 60,54 66,82 34,96 6,82 30,60 72,40 98,8"},
    {9, "straight stem", 5,
     "68,13 46,2 22,22 22,46 44,53 64,33 70,11! 64,59 56,100"},
    {9, "in one round stroke", 4,
     "66,24 54,2 28,11 18,37 36,53 60,37 70,13 66,55 50,100"},
    {9, "with a hook", 1.5,
     "66,18 44,2 22,20 26,46 50,48 68,18 70,55 60,92 38,100 18,88"},
    {9, "with a small loop", 3,
     "60,9 42,2 26,18 30,37 48,35 62,11! 58,57 54,100"},
    {9, "with a wide loop", 3,
     "72,18 44,4 12,24 10,44 36,51 64,37 76,13! 70,59 60,100"},
    {9, "with a big loop", 2,
     "74,15 46,0 14,20 8,55 30,73 60,51 74,11! 70,62 66,100"},
    {9, "loop left open", 2,
     "66,4 38,11 20,35 30,53 54,46 72,29 / 74,7 68,55 54,100"},
    {9, "leaning back", 2, "62,15 42,2 18,18 22,42 46,46 62,22! 68,62 76,100"},
    {9, "the loop's end crosses", 1.5,
     "84,7 54,4 28,20 28,44 52,44 72,15! 62,62 48,100"},
    {9, "like a g", 1.5,
     "70,4 40,6 20,26 28,46 52,42 68,28 72,40 62,72 44,100"},
};

WritingStyle read(const Sketch& sketch) {
  WritingStyle style{sketch.name, sketch.weight, {Stroke()}};
  std::istringstream path(sketch.path);
  for (std::string word; path >> word;) {
    if (word == "/") {
      style.strokes.emplace_back();
      continue;
    }
    const Point point = {double(std::stoi(word)),
                         double(std::stoi(word.substr(word.find(',') + 1)))};
    Stroke& stroke = style.strokes.back();
    stroke.push_back(point);
    if (word.back() == '!') stroke.push_back(point);
  }
  return style;
}

// The two ends of the piece of curve from b to c stand before and after it.
Point catmull_rom(Point a, Point b, Point c, Point d, double t) {
  const auto along = [t](double p, double q, double r, double s) {
    const double linear = r - p;
    const double square = 2 * p - 5 * q + 4 * r - s;
    const double cube = 3 * (q - r) + s - p;
    return q + 0.5 * t * (linear + t * (square + t * cube));
  };
  return {along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)};
}

double distance(Point a, Point b) {
  const double x = b.x - a.x;
  const double y = b.y - a.y;
  return std::sqrt(x * x + y * y);
}

}  // namespace

const std::vector<WritingStyle>& styles_of(int digit) {
  static const auto table = [] {
    std::array<std::vector<WritingStyle>, 10> styles;
    for (const Sketch& sketch : kSketches) {
      styles.at(sketch.digit).push_back(read(sketch));
    }
    return styles;
  }();
  return table.at(static_cast<std::size_t>(digit));
}

std::vector<Point> flatten(const Stroke& stroke, double spacing) {
  std::vector<Point> line = {stroke.front()};
  const std::size_t last = stroke.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    const Point b = stroke[i];
    const Point c = stroke[i + 1];
    const double length = distance(b, c);
    if (length == 0) continue;  // a corner
    const Point a = stroke[i > 0 ? i - 1 : 0];
    const Point d = stroke[i + 2 <= last ? i + 2 : last];
    const int pieces = static_cast<int>(length / spacing) + 1;
    for (int k = 1; k <= pieces; ++k) {
      line.push_back(catmull_rom(a, b, c, d, k / static_cast<double>(pieces)));
    }
  }
  return line;
}

}  // namespace nn
