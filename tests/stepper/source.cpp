#include "stepper/source.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace nn::model {
namespace {

constexpr const char* kHeader = "chapters/05_work_stealing/growing_deque.hpp";
constexpr const char* kMutations = "tests/model/mutations.txt";

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error(path + ": not here: run this in the root");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string without_comment(const std::string& line) {
  const std::string code = line.substr(0, line.find("//"));
  return code.substr(0, code.find_last_not_of(' ') + 1);
}

std::size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// The only line from `from` to `to` with the text, counted from 0 on.
std::size_t only(const std::vector<std::string>& lines, std::size_t from,
                 std::size_t to, const std::string& text) {
  const auto has_it = [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  };
  const auto first = lines.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last = lines.begin() + static_cast<std::ptrdiff_t>(to);
  if (std::count_if(first, last, has_it) != 1)
    throw std::runtime_error(std::string(kHeader) + ": '" + text +
                             "' does not stand there exactly once, as " +
                             kMutations + " and tests/stepper expect");
  return static_cast<std::size_t>(std::find_if(first, last, has_it) -
                                  lines.begin());
}

struct NamedOrder {
  std::string_view name;
  Order order;
};
constexpr std::array<NamedOrder, 5> kOrders{{{"relaxed", Order::relaxed},
                                             {"acquire", Order::acquire},
                                             {"release", Order::release},
                                             {"acq_rel", Order::acq_rel},
                                             {"seq_cst", Order::seq_cst}}};

// The first order of a text: for a compare-and-swap, that of success.
Order first_order(const std::string& text) {
  std::size_t first = std::string::npos;
  Order order = Order::seq_cst;
  for (const auto& [name, value] : kOrders) {
    if (text.find(name) >= first) continue;
    first = text.find(name);
    order = value;
  }
  if (first == std::string::npos)
    throw std::runtime_error(std::string(kMutations) + ": no order in '" +
                             text + "'");
  return order;
}

}  // namespace

void Weakening::apply(Where where, Request& request) const {
  if (where.line != line || !std::string_view(where.file).ends_with(kHeader))
    return;
  if (store) {
    request.reads = false;
    request.expected = nullptr;
  } else {
    request.order = order;
  }
}

DequeSource::DequeSource()
    : lines_(lines_of(kHeader)), mutations_(lines_of(kMutations)) {}

const char* DequeSource::path() {
  return kHeader;
}

std::vector<DequeSource::Line> DequeSource::region(
    const std::string& name) const {
  const std::size_t first = only(lines_, 0, lines_.size(), "// [" + name + "]");
  const std::size_t last = only(lines_, 0, lines_.size(), "// [/" + name + "]");
  std::vector<Line> result;
  std::size_t indent = std::string::npos;
  for (std::size_t i = first + 1; i < last; ++i) {
    const std::string code = without_comment(lines_[i]);
    if (code.empty()) continue;
    indent = std::min(indent, indent_of(code));
    result.push_back({static_cast<int>(i) + 1, code});
  }
  for (Line& line : result) line.text.erase(0, indent);
  return result;
}

int DequeSource::line_with(const std::string& region_name,
                           const std::string& text) const {
  const auto lines = region(region_name);
  const auto from = static_cast<std::size_t>(lines.front().number) - 1;
  const auto to = static_cast<std::size_t>(lines.back().number);
  return static_cast<int>(only(lines_, from, to, text)) + 1;
}

Weakening DequeSource::weakening(const std::string& name) const {
  auto entry =
      std::find(mutations_.begin(), mutations_.end(), "== growing: " + name);
  std::string before, after;
  for (; entry != mutations_.end() && !entry->empty(); ++entry) {
    if (entry->starts_with("- ")) before = entry->substr(2);
    if (entry->starts_with("+ ")) after = entry->substr(2);
  }
  if (before.empty() || after.empty())
    throw std::runtime_error(std::string(kMutations) +
                             ": has no 'growing: " + name + "'");
  const std::size_t at = only(lines_, 0, lines_.size(), before);
  std::string text = lines_[at];
  text.replace(text.find(before), before.size(), after);
  text = without_comment(text);
  text.erase(0, indent_of(text));
  const bool store = after.find("top_.store(") != std::string::npos;
  return {name, static_cast<int>(at) + 1, text, store, first_order(after)};
}

}  // namespace nn::model
