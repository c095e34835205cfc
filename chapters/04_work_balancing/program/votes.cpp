#include "04_work_balancing/program/votes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "common/terminal/picture.hpp"
#include "common/terminal/progress.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

using Lines = std::vector<std::string>;

Lines picture_lines(const Terminal& terminal, const Dataset& test,
                    std::size_t image) {
  std::stringstream drawn;
  draw_pictures(drawn, terminal,
                {{.pixels = {test.images.colptr(image), test.images.n_rows},
                  .size = test.image_size}});
  Lines lines;
  for (std::string line; std::getline(drawn, line);) lines.push_back(line);
  return lines;
}

constexpr std::size_t kLongestBar = 40;
constexpr std::size_t kShortestBar = 8;  // of the class with the most votes
constexpr std::size_t kBeforeBar = 9;    // columns for a digit and its votes

// A bar for each class that has votes, in another colour for the right one.
Lines vote_lines(const Terminal& terminal, const arma::fvec& votes,
                 std::size_t label, std::size_t longest_bar) {
  const auto models = static_cast<std::size_t>(arma::accu(votes));
  Lines lines = {"votes of " + counted(models, "model"), ""};
  for (std::size_t k = 0; k < votes.n_elem; ++k) {
    const auto count = static_cast<std::size_t>(votes[k]);
    if (count == 0) continue;
    const auto most = static_cast<std::size_t>(votes.max());
    const std::size_t length = 1 + count * (longest_bar - 1) / most;
    const std::string bar = drawn_bar(terminal, length, length, length);
    const Style style = k == label ? Style::yellow : Style::cyan;
    lines.push_back(
        fmt::format("{}  {:>4}  {}", k, count, styled(terminal, style, bar)));
  }
  return lines;
}

constexpr std::size_t kGap = 4;

// Adds text to the right of a picture. Its lines are `width` columns wide, or
// less where they have no colours, whose codes count as columns here.
void put_beside(Lines& lines, std::size_t width, const Lines& text) {
  lines.resize(std::max(lines.size(), text.size()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i].empty()) continue;
    lines[i] = fmt::format("{:<{}}{:{}}{}", lines[i], width, "", kGap, text[i]);
  }
}

// The votes stand beside the picture, or below it where there is no room.
void print_picture(std::ostream& out, const Terminal& terminal,
                   const Dataset& test, std::size_t image,
                   const Matrix& votes) {
  const std::size_t width = test.image_size.width;
  const std::size_t used = width + kGap + kBeforeBar + 1;
  const bool has_room = used + kShortestBar <= terminal.width;
  const std::size_t longest_bar =
      has_room ? std::min(terminal.width - used, kLongestBar) : kShortestBar;
  Lines lines = picture_lines(terminal, test, image);
  const Lines bars =
      vote_lines(terminal, votes.col(image), test.labels[image], longest_bar);
  if (has_room) {
    put_beside(lines, width, bars);
  } else {
    lines.push_back("");
    lines.insert(lines.end(), bars.begin(), bars.end());
  }
  for (const std::string& line : lines) out << line << '\n';
}

}  // namespace

void print_votes(std::ostream& out, const Terminal& terminal,
                 const Dataset& test, const AllCombinations& results) {
  const auto& [different, same, alone] = results;
  const std::size_t image = most_disputed(different, test.labels);
  out << fmt::format("Test image {} shows a {}.\n\n", thousands(image),
                     test.labels[image]);
  print_picture(out, terminal, test, image, different.votes);
  out << '\n';
  Table table({"guess of", "different starts", "one start"});
  const auto guess = [&](const Answers& answers) {
    return std::to_string(answers.guesses[image]);
  };
  table.row(
      {"average of weights", guess(different.weights), guess(same.weights)});
  table.row({"average of predictions", guess(different.predictions),
             guess(same.predictions)});
  table.row({"majority vote", guess(different.vote), guess(same.vote)});
  table.row({"one network on all images", guess(alone), "-"});
  table.print(out, terminal);
}

}  // namespace nn
