#include "06_averaging/program/verdict.hpp"

#include <fmt/format.h>

#include <cmath>

#include "common/terminal/text.hpp"

namespace nn {

namespace {

const char* words_for(Culprit culprit) {
  switch (culprit) {
    case Culprit::none:
      return "Neither idea nor code failed here";
    case Culprit::idea:
      return "The idea was wrong, not the code";
    default:
      return "Idea or code: this run cannot tell";
  }
}

}  // namespace

Culprit culprit_of(const std::vector<AverageRow>& rows,
                   std::size_t test_images) {
  // A share of N images has a standard error of at most sqrt(1/4 / N), and the
  // difference of two shares one of sqrt(2) times that.
  const double noise = 2 * std::sqrt(0.5 / static_cast<double>(test_images));
  const AverageRow& all = rows.back();
  const double lost = rows.front().different - all.different;
  const double regained = all.matched - all.different;
  if (lost <= noise) return Culprit::none;
  return regained > noise && regained >= lost / 2 ? Culprit::idea
                                                  : Culprit::unsure;
}

std::string verdict(const std::vector<AverageRow>& rows,
                    std::size_t test_images) {
  const AverageRow& all = rows.back();
  return fmt::format(
      "{}: {} averaged have {}, one of them {}.\n"
      "With their units in one order the same code gives {}; shuffled twins, "
      "{}.\n",
      words_for(culprit_of(rows, test_images)), thousands(all.networks),
      percent(all.different, 1), percent(rows.front().different, 1),
      percent(all.matched, 1), percent(all.twins, 1));
}

}  // namespace nn
