#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nn {

/// The options that mean the same in every chapter. A chapter starts from its
/// own defaults, says which of them it takes, and reads them after `parse`:
///
///     int main(int argc, char** argv) {
///       return nn::run_program(argc, argv, [](nn::CommandLine& line) {
///         nn::CommonOptions options = {.epochs = 20, .hidden = {128}};
///         double momentum = 0;
///         std::string recipe = "default";
///         std::string model;
///         line.describe("Trains a network on handwritten digits.");
///         line.take(options, {"--data", "--seed", "--epochs", "--quiet"});
///         line.real("--momentum", momentum, 0, 0.999, "share of the last "
///                   "step that is kept in the next one");
///         line.choice("--recipe", recipe, {"writeup", "default", "best"},
///                     "settings to start from");
///         line.text("--save", model, "FILE", "write the network there");
///         line.example("./chapter03 --epochs 5", "five passes");
///         line.parse();
///         if (recipe == "best" && !line.given("--epochs")) {
///           options.epochs = 30;
///         }
///         return train(options, momentum, model);
///       });
///     }
struct CommonOptions {
  /// Folder with the MNIST files. Empty: $MNIST_DIR, else data/mnist, else
  /// the built-in digits.
  std::string data = {};
  /// Seed of all random numbers.
  std::uint64_t seed = 1;
  /// Worker threads. 0 stands for one per core until `parse` fills it in.
  int threads = 0;
  /// Passes over the training images.
  int epochs = 10;
  /// Images per step.
  int batch = 32;
  /// Learning rate.
  double rate = 0.1;
  /// Units of each hidden layer, first to last.
  std::vector<int> hidden = {128};
  /// Training images used at most. 0 stands for all.
  int limit = 0;
  /// Results only: no progress, no line per epoch.
  bool quiet = false;
  /// File for the figures of each epoch. Empty: none.
  std::string csv = {};
};

/// What `CommandLine::parse` throws on `--help`: no error, so `run_program`
/// prints the text on standard output and ends with 0.
struct HelpRequested {
  std::string text;  ///< the help, ready to print
};

/// A program's options. State them, then call `parse`. Every value stays as
/// it was unless the user gives the option, so set defaults first: `--help`
/// shows them. Values must outlive the call of `parse`.
///
/// An option is its full name and one value, `--epochs 5` or `--epochs=5`;
/// nothing is abbreviated, given twice or left over.
class CommandLine {
 public:
  /// @param name what errors are reported under, "chapter03"
  /// @param arguments the command line without the program's name
  CommandLine(std::string name, std::vector<std::string> arguments);

  /// The name the program was started under, without its folder.
  const std::string& name() const { return name_; }

  /// A few sentences at the top of `--help`. May be called again for another
  /// paragraph.
  void describe(const std::string& paragraph);

  /// Takes common options by name, in the order in which help lists them:
  /// "--data", "--seed", "--threads", "--epochs", "--batch", "--rate",
  /// "--hidden", "--limit", "--quiet", "--csv".
  /// @throws std::logic_error for any other name
  void take(CommonOptions& options, const std::vector<std::string>& names);

  /// A whole number in [low, high].
  void integer(const std::string& name, int& value, int low, int high,
               const std::string& help);
  /// The same for numbers of 64 bits, such as the seed.
  void integer(const std::string& name, std::uint64_t& value, std::uint64_t low,
               std::uint64_t high, const std::string& help);

  /// A finite number in [low, high], such as 0.1 or 1e-3.
  void real(const std::string& name, double& value, double low, double high,
            const std::string& help);

  /// Whole numbers in [low, high] with commas between: 128,64.
  void integers(const std::string& name, std::vector<int>& values, int low,
                int high, const std::string& help);

  /// One of several names.
  void choice(const std::string& name, std::string& value,
              const std::vector<std::string>& choices, const std::string& help);

  /// A file, a folder or any other text that is not empty.
  /// @param placeholder what help calls it: "FILE", "DIR"
  void text(const std::string& name, std::string& value,
            const std::string& placeholder, const std::string& help);

  /// A switch, off unless given.
  void flag(const std::string& name, bool& value, const std::string& help);

  /// Help names what the program does when the option is absent. For options
  /// whose default is no value, as "all": call it after stating the option.
  void default_is(const std::string& description);

  /// An example at the end of `--help`: a command, and what it does.
  void example(const std::string& command, const std::string& what);

  /// Reads the command line into the values.
  /// @throws InputError with one line that says the valid range
  /// @throws HelpRequested on `--help` or `-h`
  void parse();

  /// Whether the user gave this option. Ask after `parse`.
  bool given(std::string_view name) const;

  /// What `--help` prints.
  std::string help() const;

 private:
  struct Option {
    std::string name;
    std::string placeholder;  // "N"; empty for a switch
    std::string help;
    std::string kind;           // "a whole number"
    std::string range;          // "from 1 to 9"
    std::string default_value;  // "10", "all"; empty: none to tell
    std::function<void(const std::string&)> set;
    bool given = false;
  };
  struct Example {
    std::string command;
    std::string what;
  };

  void add(Option option);
  void take_one(CommonOptions& options, std::string_view name);
  [[noreturn]] void refuse_unknown(const std::string& argument) const;
  [[noreturn]] static void refuse_without_value(const Option& option);
  [[noreturn]] void refuse_mismatch(const std::string& message) const;
  void refuse_empty_values() const;
  const Option* find(std::string_view name) const;
  void set(Option& option, const std::vector<std::string>& values);

  std::string name_;
  std::vector<std::string> arguments_;
  std::vector<std::string> paragraphs_;
  std::vector<Option> options_;
  std::vector<Example> examples_;
  int* threads_ = nullptr;  // to be filled in by parse
};

}  // namespace nn
