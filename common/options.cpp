#include "common/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "common/error.hpp"
#include "common/text.hpp"

// CLI11 takes the command line apart. The checks of values, the messages and
// the help are ours: they teach. CLI11 stays out of the header because it
// takes long to compile.

namespace nn {

namespace {

// ---- Reading values --------------------------------------------------------

// What the user typed, short enough to repeat.
std::string shortened(const std::string& value) {
  return value.size() <= 60 ? value : value.substr(0, 57) + "...";
}

[[noreturn]] void refuse(const std::string& name, const std::string& value,
                         const std::string& reason) {
  throw InputError(name + " " + shortened(value) + ": must be " + reason);
}

bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1e3", "0x10" and "5 " are no whole numbers here; "99999999999" is one that
// is out of range.
template <typename Whole>
Whole read_whole(const std::string& name, const std::string& text, Whole low,
                 Whole high, const std::string& range) {
  if (!is_whole_number(text)) refuse(name, text, "a whole number " + range);
  Whole value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < low || value > high) {
    refuse(name, text, range);
  }
  return value;
}

// strtod would also take "inf", "nan", "0x1p3" and leading spaces.
double read_real(const std::string& name, const std::string& text, double low,
                 double high, const std::string& range) {
  const bool plain =
      text.find_first_not_of("0123456789.eE+-") == std::string::npos;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (!plain || text.empty() || *end != '\0') {
    refuse(name, text, "a number " + range);
  }
  if (!(value >= low && value <= high)) refuse(name, text, range);
  return value;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// ---- Writing values --------------------------------------------------------

// The fewest decimals that read back as the same number: 0.1, 0.000001.
std::string shortest(double value) {
  for (int decimals = 0; decimals < 17; ++decimals) {
    std::string text = fixed(value, decimals);
    if (std::strtod(text.c_str(), nullptr) == value) return text;
  }
  return std::to_string(value);
}

std::string range_text(const std::string& low, const std::string& high) {
  return "from " + low + " to " + high;
}

template <typename Whole>
std::string whole_range(Whole low, Whole high) {
  return range_text(std::to_string(low), std::to_string(high));
}

std::string with_commas(const std::vector<int>& values) {
  std::string text;
  for (const int value : values) {
    text += (text.empty() ? "" : ",") + std::to_string(value);
  }
  return text;
}

// "writeup, default or best"
std::string alternatives(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 < choices.size() ? ", " : " or ";
    text += choices[i];
  }
  return text;
}

// ---- The nearest name ------------------------------------------------------

// The edits (insert, delete, replace a letter) that turn a into b.
// Source: Wagner and Fischer (1974), one row kept.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// Small differences are typing errors, large ones other words.
bool is_near(std::string_view typed, std::string_view name) {
  if (typed.size() >= 3 && name.starts_with(typed)) return true;
  return edit_distance(typed, name) <=
         std::min<std::size_t>(2, (name.size() + 1) / 3);
}

std::string nearest(std::string_view typed,
                    const std::vector<std::string>& names) {
  std::string best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(typed, name);
    if (!is_near(typed, name) || distance >= best_distance) continue;
    best = name;
    best_distance = distance;
  }
  return best;
}

std::string without_dashes(const std::string& name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

// ---- Laying out the help ---------------------------------------------------

constexpr std::size_t kHelpWidth = 80;

// Stands for a space at which no line is broken: "default 20".
constexpr char kNoBreak = '\x01';

std::string unbroken(std::string text) {
  std::replace(text.begin(), text.end(), ' ', kNoBreak);
  return text;
}

// Words in lines of at most kHelpWidth columns. The first line continues one
// that is `column` wide; the others start with `indent` spaces.
std::string wrapped(const std::string& text, std::size_t indent,
                    std::size_t column) {
  std::istringstream words(text);
  std::string result;
  bool line_is_empty = true;
  for (std::string word; words >> word; line_is_empty = false) {
    std::replace(word.begin(), word.end(), kNoBreak, ' ');
    const std::size_t width = display_width(word) + (line_is_empty ? 0 : 1);
    if (!line_is_empty && column + width > kHelpWidth) {
      result += "\n" + std::string(indent, ' ') + word;
      column = indent + display_width(word);
    } else {
      result += (line_is_empty ? "" : " ") + word;
      column += width;
    }
  }
  return result + "\n";
}

// A name on the left, its explanation on the right.
std::string entry(const std::string& left, const std::string& right) {
  constexpr std::size_t kIndent = 20;
  std::string text = pad_right("  " + left, kIndent - 1) + " ";
  // A long name has a line of its own.
  if (display_width(text) > kIndent) {
    text = "  " + left + "\n" + std::string(kIndent, ' ');
  }
  return text + wrapped(right, kIndent, kIndent);
}

// "passes over the training images; from 1 to 100000; default 10"
std::string explanation(const std::string& help, const std::string& range,
                        const std::string& default_value) {
  std::string text = help;
  if (!range.empty()) text += "; " + unbroken(range);
  if (default_value.empty()) return text;
  const std::string word = "default " + default_value;
  constexpr std::size_t kShort = 30;
  return text + "; " + (word.size() <= kShort ? unbroken(word) : word);
}

}  // namespace

// ---- Stating the options ---------------------------------------------------

CommandLine::CommandLine(std::string name, std::vector<std::string> arguments)
    : name_(std::move(name)), arguments_(std::move(arguments)) {}

void CommandLine::describe(const std::string& paragraph) {
  paragraphs_.push_back(paragraph);
}

void CommandLine::add(Option option) {
  if (find(option.name) != nullptr || !option.name.starts_with("--")) {
    throw std::logic_error("option " + option.name +
                           ": stated twice, or without two dashes");
  }
  options_.push_back(std::move(option));
}

void CommandLine::integer(const std::string& name, int& value, int low,
                          int high, const std::string& help) {
  const std::string range = whole_range(low, high);
  add({name, "N", help, "a whole number", range, std::to_string(value),
       [=, &value](const std::string& text) {
         value = read_whole(name, text, low, high, range);
       }});
}

void CommandLine::integer(const std::string& name, std::uint64_t& value,
                          std::uint64_t low, std::uint64_t high,
                          const std::string& help) {
  const std::string range = whole_range(low, high);
  add({name, "N", help, "a whole number", range, std::to_string(value),
       [=, &value](const std::string& text) {
         value = read_whole(name, text, low, high, range);
       }});
}

void CommandLine::real(const std::string& name, double& value, double low,
                       double high, const std::string& help) {
  const std::string range = range_text(shortest(low), shortest(high));
  add({name, "X", help, "a number", range, shortest(value),
       [=, &value](const std::string& text) {
         value = read_real(name, text, low, high, range);
       }});
}

void CommandLine::integers(const std::string& name, std::vector<int>& values,
                           int low, int high, const std::string& help) {
  const std::string range = whole_range(low, high);
  add({name, "N,...", help, "whole numbers", range, with_commas(values),
       [=, &values](const std::string& text) {
         std::vector<int> read;
         for (const std::string& part : split_at_commas(text)) {
           if (!is_whole_number(part)) {
             refuse(name, text,
                    "whole numbers " + range +
                        " with commas between, such as 128,64");
           }
           read.push_back(read_whole(name, part, low, high, range));
         }
         values = read;
       }});
}

void CommandLine::choice(const std::string& name, std::string& value,
                         const std::vector<std::string>& choices,
                         const std::string& help) {
  const std::string range = alternatives(choices);
  add({name, "NAME", help, "", range, value,
       [=, &value](const std::string& text) {
         if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
           refuse(name, text, range);
         }
         value = text;
       }});
}

void CommandLine::text(const std::string& name, std::string& value,
                       const std::string& placeholder,
                       const std::string& help) {
  add({name, placeholder, help, placeholder, "", value,
       [&value](const std::string& text) { value = text; }});
}

void CommandLine::flag(const std::string& name, bool& value,
                       const std::string& help) {
  add({name, "", help, "", "", "",
       [&value](const std::string&) { value = true; }});
}

void CommandLine::default_is(const std::string& description) {
  options_.back().default_value = description;
}

void CommandLine::example(const std::string& command, const std::string& what) {
  examples_.push_back({command, what});
}

// ---- The common options ----------------------------------------------------

void CommandLine::take(CommonOptions& options,
                       const std::vector<std::string>& names) {
  for (const std::string& name : names) take_one(options, name);
}

void CommandLine::take_one(CommonOptions& options, std::string_view name) {
  if (name == "--data") {
    text("--data", options.data, "DIR", "folder with the MNIST files");
    default_is(
        "$MNIST_DIR if set, else data/mnist if there, else digits "
        "that the program draws itself");
  } else if (name == "--seed") {
    integer("--seed", options.seed, std::uint64_t{0},
            std::numeric_limits<std::uint64_t>::max(),
            "seed of all random numbers: the same seed, the same result");
  } else if (name == "--threads") {
    integer("--threads", options.threads, 1, 1024, "worker threads");
    if (options.threads == 0) default_is("one per core");
    threads_ = &options.threads;
  } else if (name == "--epochs") {
    integer("--epochs", options.epochs, 1, 100000,
            "passes over the training images");
  } else if (name == "--batch") {
    integer("--batch", options.batch, 1, 1000000,
            "images per step of training");
  } else if (name == "--rate") {
    real("--rate", options.rate, 0.000001, 100,
         "learning rate: how far each step goes");
  } else if (name == "--hidden") {
    integers("--hidden", options.hidden, 1, 16384,
             "units of each hidden layer, first to last");
  } else if (name == "--limit") {
    integer("--limit", options.limit, 1, 10000000,
            "training images used at most");
    if (options.limit == 0) default_is("all");
  } else if (name == "--quiet") {
    flag("--quiet", options.quiet, "results only: no progress");
  } else if (name == "--csv") {
    text("--csv", options.csv, "FILE", "write the figures there");
  } else {
    throw std::logic_error("no common option " + std::string(name));
  }
}

// ---- Reading the command line ----------------------------------------------

const CommandLine::Option* CommandLine::find(std::string_view name) const {
  const auto found =
      std::find_if(options_.begin(), options_.end(),
                   [&](const Option& option) { return option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

bool CommandLine::given(std::string_view name) const {
  const Option* option = find(name);
  return option != nullptr && option->given;
}

namespace {

int cores() {
  // 0 where the system does not say.
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

void CommandLine::refuse_without_value(const Option& option) {
  if (option.placeholder.empty()) {
    throw InputError(option.name + ": takes no value");
  }
  std::string wanted = option.kind;
  if (!option.range.empty())
    wanted += (wanted.empty() ? "" : " ") + option.range;
  throw InputError(option.name + ": needs a value, " + wanted);
}

// "--epochs=" has a value that is empty. CLI11 would take the next argument.
void CommandLine::refuse_empty_values() const {
  for (const std::string& argument : arguments_) {
    if (!argument.ends_with('=')) continue;
    const Option* option = find(argument.substr(0, argument.size() - 1));
    if (option != nullptr) refuse_without_value(*option);
  }
}

// CLI11's message starts with the option's name: a value is missing, or a
// switch, named without dashes, has one.
void CommandLine::refuse_mismatch(const std::string& message) const {
  const std::string name = message.substr(0, message.find_first_of(": "));
  for (const char* dashes : {"", "--"}) {
    const Option* option = find(dashes + name);
    if (option != nullptr) refuse_without_value(*option);
  }
  throw InputError(message);
}

void CommandLine::refuse_unknown(const std::string& argument) const {
  if (!argument.starts_with('-') || without_dashes(argument).empty()) {
    throw InputError("unexpected argument " + shortened(argument) +
                     ": only options are taken; see --help");
  }
  const std::string typed = argument.substr(0, argument.find('='));
  std::vector<std::string> names = {"help"};
  for (const Option& option : options_) {
    names.push_back(without_dashes(option.name));
  }
  const std::string guess = nearest(without_dashes(typed), names);
  throw InputError("unknown option " + shortened(typed) + ": " +
                   (guess.empty() ? "" : "did you mean --" + guess + "? ") +
                   "see --help");
}

void CommandLine::set(Option& option, const std::vector<std::string>& values) {
  if (values.empty()) return;
  if (values.size() > 1) {
    throw InputError(option.name + ": given twice; give it once");
  }
  // "--data --quiet": the name of an option stands where a value belongs.
  const bool is_option = find(values[0]) != nullptr || values[0] == "--help";
  if (!option.placeholder.empty() && (values[0].empty() || is_option)) {
    refuse_without_value(option);
  }
  option.set(values[0]);
  option.given = true;
}

void CommandLine::parse() {
  refuse_empty_values();
  CLI::App app;
  app.allow_extras();
  std::vector<CLI::Option*> parsed;
  for (const Option& option : options_) {
    CLI::Option* added =
        option.placeholder.empty()
            ? app.add_flag(option.name)->disable_flag_override()
            : app.add_option(option.name);
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    parsed.push_back(added);
  }
  try {
    app.parse(std::vector<std::string>(arguments_.rbegin(), arguments_.rend()));
  } catch (const CLI::CallForHelp&) {
    throw HelpRequested{help()};
  } catch (const CLI::ParseError& error) {
    refuse_mismatch(error.what());
  }
  // First the values: after "--csv --data small" it is --csv that lacks one,
  // not "small" that is too many.
  for (std::size_t i = 0; i < options_.size(); ++i) {
    set(options_[i], parsed[i]->results());
  }
  if (!app.remaining().empty()) refuse_unknown(app.remaining().front());
  if (threads_ != nullptr && *threads_ == 0) *threads_ = cores();
}

// ---- Help ------------------------------------------------------------------

std::string CommandLine::help() const {
  std::string text;
  for (const std::string& paragraph : paragraphs_) {
    text += wrapped(paragraph, 0, 0) + "\n";
  }
  text += "Usage: ./" + name_ + " [options]\n\nOptions:\n";
  for (const Option& option : options_) {
    std::string left = option.name;
    if (!option.placeholder.empty()) left += " " + option.placeholder;
    text += entry(left,
                  explanation(option.help, option.range, option.default_value));
  }
  text += entry("--help, -h", "print this text");
  if (!examples_.empty()) text += "\nExamples:\n";
  for (const Example& example : examples_) {
    text +=
        "  " + example.command + "\n" + "      " + wrapped(example.what, 6, 6);
  }
  return text;
}

}  // namespace nn
