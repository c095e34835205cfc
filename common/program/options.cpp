#include "common/program/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "common/error.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// ---- Reading values --------------------------------------------------------

// CLI11 would read "-1" as the largest number, "010" as 8 and "nan" as in
// range, so numbers are read here. Each returns false if the text is none in
// range.
bool read_whole(std::string_view text, std::size_t low, std::size_t high,
                std::size_t& value) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return false;
  value = number;
  return low <= number && number <= high;
}

bool read_real(const std::string& text, double low, double high,
               double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  // strtod also takes "inf", "0x1p3" and leading spaces.
  return text.find_first_not_of("0123456789.eE+-") == std::string::npos &&
         *end == '\0' && low <= value && value <= high;
}

// At most 100.
bool read_wholes(std::string_view text, std::size_t low, std::size_t high,
                 std::vector<std::size_t>& values) {
  values.clear();
  while (values.size() < 100) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    if (!read_whole(part, low, high, values.emplace_back())) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
  return false;
}

// What the user typed, short enough to repeat.
std::string shortened(const std::string& value) {
  if (value.empty()) return "''";
  return value.size() <= 60 ? value : value.substr(0, 57) + "...";
}

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  throw InputError(what + ": " + why);
}

// A slip of the finger: between the beginning and the end that two names share,
// at most two letters differ. Or the end was left out.
bool is_near(std::string_view typed, std::string_view name) {
  if (typed.size() >= 5 && name.starts_with(typed)) return true;
  const std::size_t shorter = std::min(typed.size(), name.size());
  std::size_t front = 0;
  while (front < shorter && typed[front] == name[front]) ++front;
  std::size_t back = 0;
  while (front + back < shorter &&
         typed[typed.size() - 1 - back] == name[name.size() - 1 - back]) {
    ++back;
  }
  return front + back + 2 >= std::max(typed.size(), name.size());
}

// ---- Laying out the help ---------------------------------------------------

// Stands for a space at which no line is broken.
constexpr char kTie = '\x01';

// The words in lines of at most `width` columns.
std::string wrapped(const std::string& text, std::size_t width) {
  std::string result;
  std::size_t column = 0;
  std::istringstream words(text);
  for (std::string word; words >> word; column += word.size()) {
    if (!result.empty()) {
      const bool fits = column + 1 + word.size() <= width;
      result += fits ? ' ' : '\n';
      column = fits ? column + 1 : 0;
    }
    result += word;
  }
  std::ranges::replace(result, kTie, ' ');
  return result;
}

// CLI11 2.1 does not break lines.
class Help : public CLI::Formatter {
 public:
  Help() {
    column_width(20);
    label("OPTIONS", "options");
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(option->get_description(), 60);
  }
};

}  // namespace

// ---- Stating the options ---------------------------------------------------

CommandLine::CommandLine(std::string name, std::vector<std::string> arguments)
    : name_(std::move(name)),
      arguments_(std::move(arguments)),
      app_(std::make_unique<CLI::App>("", "./" + printable(name_))) {
  app_->set_help_flag("-h,--help", "print this text");
  app_->formatter(std::make_shared<Help>());
  app_->allow_extras();
}

CommandLine::~CommandLine() = default;

void CommandLine::describe(const std::string& paragraph) {
  app_->description(wrapped(paragraph, 80) + "\n");
}

// What a value must be, its kind and its range, goes into messages; the range
// alone into the help, where the placeholder tells the kind.
void CommandLine::add(const std::string& name, const std::string& placeholder,
                      const std::string& help, const std::string& kind,
                      const std::string& range,
                      const std::function<bool(const std::string&)>& read) {
  const std::string valid =
      kind + (kind.empty() || range.empty() ? "" : " ") + range;
  const bool is_flag = placeholder.empty();
  const auto set = [=](const std::vector<std::string>& values) {
    const std::string& value = values[0];
    if (values.size() > 1) refuse(name, "given twice; give it once");
    if (value.empty() && !is_flag) refuse(name, "needs a value, " + valid);
    if (!read(value)) refuse(name + " " + shortened(value), "must be " + valid);
    return true;
  };
  app_->add_option(name, set, help + (range.empty() ? "" : "; ") + range)
      ->type_name(placeholder)
      ->expected(0, is_flag ? 0 : 1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void CommandLine::integer(const std::string& name, std::size_t& value,
                          std::size_t low, std::size_t high,
                          const std::string& help) {
  add(name, "N", help, "a whole number",
      fmt::format("from {} to {}", low, high),
      [=, &value](const std::string& text) {
        return read_whole(text, low, high, value);
      });
  if (low <= value && value <= high) default_is(fmt::to_string(value));
}

void CommandLine::integers(const std::string& name,
                           std::vector<std::size_t>& values, std::size_t low,
                           std::size_t high, const std::string& help) {
  add(name, "N,...", help, "at most 100 whole numbers, as 128,64, each",
      fmt::format("from {} to {}", low, high),
      [=, &values](const std::string& text) {
        return read_wholes(text, low, high, values);
      });
  if (!values.empty()) default_is(fmt::format("{}", fmt::join(values, ",")));
}

void CommandLine::real(const std::string& name, double& value, double low,
                       double high, const std::string& help) {
  add(name, "X", help, "a number", fmt::format("from {} to {}", low, high),
      [=, &value](const std::string& text) {
        return read_real(text, low, high, value);
      });
  default_is(fmt::to_string(value));
}

void CommandLine::choice(const std::string& name, std::string& value,
                         const std::vector<std::string>& choices,
                         const std::string& help) {
  const auto last = choices.end() - 1;
  add(name, "NAME", help, "",
      fmt::format("{} or {}", fmt::join(choices.begin(), last, ", "), *last),
      [=, &value](const std::string& text) {
        value = text;
        return std::ranges::find(choices, text) != choices.end();
      });
  if (!value.empty()) default_is(value);
}

void CommandLine::text(const std::string& name, std::string& value,
                       const std::string& placeholder,
                       const std::string& help) {
  add(name, placeholder, help, placeholder, "",
      [&value](const std::string& text) { return !(value = text).empty(); });
}

void CommandLine::flag(const std::string& name, bool& value,
                       const std::string& help) {
  add(name, "", help, "given without a value", "",
      [&value](const std::string& text) { return value = text.empty(); });
}

void CommandLine::default_is(const std::string& description) {
  CLI::Option& option = *app_->get_options().back();
  option.description(option.get_description() + "; default" + kTie +
                     description);
}

void CommandLine::example(const std::string& command, const std::string& what) {
  const std::string before =
      app_->get_footer().empty() ? "Examples:" : app_->get_footer();
  app_->footer(fmt::format("{}\n  {}\n      {}", before, command, what));
}

// ---- The common options ----------------------------------------------------

void CommandLine::take(CommonOptions& o,
                       const std::vector<std::string>& names) {
  for (const std::string& name : names) take_one(o, name);
}

void CommandLine::take_one(CommonOptions& o, const std::string& name) {
  if (name == "--data") {
    text(name, o.data, "DIR", "folder with the MNIST files");
    default_is(
        "$MNIST_DIR if set, else data/mnist if there, else digits that the "
        "program draws itself");
  } else if (name == "--seed") {
    integer(name, o.seed, 0, std::numeric_limits<std::size_t>::max(),
            "seed of all random numbers: the same seed, the same result");
  } else if (name == "--threads") {
    integer(name, o.threads, 1, 1024, "worker threads");
    if (o.threads == 0) default_is("one per core");
    threads_ = &o.threads;
  } else if (name == "--epochs") {
    integer(name, o.epochs, 1, 100000, "passes over the training images");
  } else if (name == "--batch") {
    integer(name, o.batch, 1, 1000000, "images per step of training");
  } else if (name == "--rate") {
    real(name, o.rate, 0.000001, 100, "learning rate: how far each step goes");
  } else if (name == "--hidden") {
    integers(name, o.hidden, 1, 16384,
             "units of each hidden layer, first to last");
  } else if (name == "--limit") {
    integer(name, o.limit, 1, 10000000, "training images used at most");
    if (o.limit == 0) default_is("all");
  } else if (name == "--quiet") {
    flag(name, o.quiet, "results only: no progress");
  } else if (name == "--csv") {
    text(name, o.csv, "FILE", "write the figures there");
  } else {
    throw std::logic_error("no common option " + name);
  }
}

// ---- Reading the command line ----------------------------------------------

void CommandLine::parse() {
  std::vector<std::string> words;
  for (const std::string& argument : arguments_) {
    if (argument == "--help" || argument == "-h")
      throw HelpRequested{app_->help()};
    words.push_back(argument);
    // CLI11 would take the next argument for the value of "--epochs=".
    if (argument.find('=') + 1 == argument.size() && !argument.empty()) {
      words.back().pop_back();
      words.emplace_back();
    }
  }
  std::ranges::reverse(words);  // as CLI11 takes them
  app_->parse(words);
  const std::vector<std::string> left = app_->remaining();
  if (!left.empty()) refuse_unknown(left.front());
  if (threads_ != nullptr && *threads_ == 0) {
    // 0 where the system does not say.
    *threads_ = std::max(1u, std::thread::hardware_concurrency());
  }
}

bool CommandLine::given(std::string_view name) const {
  const CLI::Option* option = app_->get_option_no_throw(std::string(name));
  return option != nullptr && option->count() > 0;
}

void CommandLine::refuse_given(const std::vector<std::string>& names,
                               const std::string& why) const {
  for (const std::string& name : names) {
    if (given(name)) throw InputError(name + " " + why);
  }
}

void CommandLine::refuse_given_but(const std::vector<std::string>& names,
                                   const std::string& why) const {
  for (const CLI::Option* option : std::as_const(*app_).get_options()) {
    const std::string name = option->get_name();
    if (std::ranges::find(names, name) == names.end())
      refuse_given({name}, why);
  }
}

void CommandLine::refuse_unknown(const std::string& argument) const {
  const std::string name = argument.substr(0, argument.find('='));
  if (!name.starts_with('-') || name.find_first_not_of('-') == name.npos) {
    throw InputError(
        fmt::format("unexpected argument {}: only options are "
                    "taken; see --help",
                    shortened(argument)));
  }
  std::string hint;
  for (const CLI::Option* option : std::as_const(*app_).get_options()) {
    if (!is_near(name, option->get_name())) continue;
    hint = fmt::format("did you mean {}? ", option->get_name());
  }
  refuse("unknown option " + shortened(name), hint + "see --help");
}

}  // namespace nn
