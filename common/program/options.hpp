#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace nn {

/// The options that mean the same in every chapter. A chapter starts from its
/// own defaults and says which of them it takes.
struct CommonOptions {
  std::string data = {};    ///< folder with the MNIST files; see load_data()
  std::size_t seed = 1;     ///< of all random numbers
  std::size_t threads = 0;  ///< 0: one per core, once `parse` fills it in
  std::size_t epochs = 10;  ///< passes over the training images
  std::size_t batch = 32;   ///< images per step
  double rate = 0.1;        ///< learning rate
  std::vector<std::size_t> hidden = {128};  ///< units of each hidden layer
  std::size_t limit = 0;  ///< training images used at most; 0: all
  bool quiet = false;     ///< results only, no progress
  std::string csv = {};   ///< file for the figures of each epoch, if any
};

/// What `CommandLine::parse` throws on `--help`: no error, so `run_program`
/// prints the text on standard output and ends with 0.
struct HelpRequested {
  std::string text;  ///< the help, ready to print
};

/// A program's options, read by CLI11. State them, then call `parse`. Every
/// value stays as it was unless the user gives the option, so set defaults
/// first: `--help` shows those in range. Values must outlive the call of
/// `parse`.
///
/// An option is its full name and one value, `--epochs 5` or `--epochs=5`;
/// nothing is abbreviated, given twice or left over.
class CommandLine {
 public:
  /// @param name what errors are reported under, "chapter03"
  /// @param arguments the command line without the program's name
  CommandLine(std::string name, std::vector<std::string> arguments);
  ~CommandLine();

  /// The name the program was started under, without its folder.
  const std::string& name() const { return name_; }

  /// A few sentences at the top of `--help`.
  void describe(const std::string& paragraph);

  /// Takes common options by name, in the order in which help lists them:
  /// "--data", "--seed", "--threads", "--epochs", "--batch", "--rate",
  /// "--hidden", "--limit", "--quiet", "--csv".
  /// @throws std::logic_error if a name is none of these
  void take(CommonOptions& options, const std::vector<std::string>& names);

  /// A whole number in [low, high].
  void integer(const std::string& name, std::size_t& value, std::size_t low,
               std::size_t high, const std::string& help);

  /// A finite number in [low, high], such as 0.1 or 1e-3.
  void real(const std::string& name, double& value, double low, double high,
            const std::string& help);

  /// Whole numbers in [low, high] with commas between: 128,64. At most 100.
  void integers(const std::string& name, std::vector<std::size_t>& values,
                std::size_t low, std::size_t high, const std::string& help);

  /// One of several names.
  void choice(const std::string& name, std::string& value,
              const std::vector<std::string>& choices, const std::string& help);

  /// A file, a folder or any other text that is not empty.
  /// @param placeholder what help calls it: "FILE", "DIR"
  void text(const std::string& name, std::string& value,
            const std::string& placeholder, const std::string& help);

  /// A switch, off unless given.
  void flag(const std::string& name, bool& value, const std::string& help);

  /// Says what the program does without the option stated last, where its
  /// default is no value that the user could give: "all".
  void default_is(const std::string& description);

  /// An example at the end of `--help`: a command, and what it does.
  void example(const std::string& command, const std::string& what);

  /// Reads the command line into the values.
  /// @throws InputError if something is not valid; one line says what would be
  /// @throws HelpRequested if `--help` or `-h` is given
  void parse();

  /// Returns true if the user gave this option. Ask after `parse`.
  bool given(std::string_view name) const;

  /// Options that make no sense together are refused, not ignored. Ask after
  /// `parse`.
  /// @param why follows the option's name, "says how a new network begins"
  /// @throws InputError if any of these was given
  void refuse_given(const std::vector<std::string>& names,
                    const std::string& why) const;

  /// The same for every option but these.
  void refuse_given_but(const std::vector<std::string>& names,
                        const std::string& why) const;

 private:
  void add(const std::string& name, const std::string& placeholder,
           const std::string& help, const std::string& kind,
           const std::string& range,
           const std::function<bool(const std::string&)>& read);
  void take_one(CommonOptions& options, const std::string& name);
  [[noreturn]] void refuse_unknown(const std::string& argument) const;

  std::string name_;
  std::vector<std::string> arguments_;
  std::unique_ptr<CLI::App> app_;
  std::size_t* threads_ = nullptr;  // to be filled in by parse
};

}  // namespace nn
