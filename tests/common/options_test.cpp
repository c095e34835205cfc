#include "common/program/options.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

const std::vector<std::string> kAll = {
    "--data", "--seed",   "--threads", "--epochs", "--batch",
    "--rate", "--hidden", "--limit",   "--quiet",  "--csv"};

// A program that takes every kind of option.
struct Program {
  explicit Program(std::vector<std::string> arguments)
      : line("chapter03", std::move(arguments)) {
    line.take(options, kAll);
    line.real("--momentum", momentum, 0, 0.999, "share of the last step");
    line.choice("--recipe", recipe, {"writeup", "default", "best"},
                "settings to start from");
    line.text("--save", save, "FILE", "write the network there");
    line.flag("--verbose", verbose, "say more");
  }
  CommandLine line;
  CommonOptions options;
  double momentum = 0;
  std::string recipe = "default";
  std::string save;
  bool verbose = false;
};

std::string refusal(std::vector<std::string> arguments) {
  return message_of<InputError>(
      [&] { Program(std::move(arguments)).line.parse(); });
}

TEST(CommandLine, LeavesTheDefaultsWhereNothingIsGiven) {
  Program program({});
  program.line.parse();
  EXPECT_EQ(program.options.data, "");
  EXPECT_EQ(program.options.seed, 1u);
  EXPECT_EQ(program.options.epochs, 10u);
  EXPECT_EQ(program.options.batch, 32u);
  EXPECT_EQ(program.options.rate, 0.1);
  EXPECT_EQ(program.options.hidden, std::vector<std::size_t>{128});
  EXPECT_EQ(program.options.limit, 0u);
  EXPECT_FALSE(program.options.quiet);
  EXPECT_EQ(program.recipe, "default");
  EXPECT_FALSE(program.line.given("--epochs"));
}

TEST(CommandLine, ReadsEveryKindOfOption) {
  Program program({"--data",    "some where", "--seed=18446744073709551615",
                   "--threads", "7",          "--epochs=5",
                   "--batch",   "64",         "--rate",
                   "1e-3",      "--hidden",   "128,64",
                   "--limit",   "1000",       "--quiet",
                   "--csv",     "a=b.csv",    "--momentum",
                   ".5",        "--recipe",   "best",
                   "--save=m",  "--verbose"});
  program.line.parse();
  EXPECT_EQ(program.options.data, "some where");
  EXPECT_EQ(program.options.seed, 18446744073709551615u);
  EXPECT_EQ(program.options.threads, 7u);
  EXPECT_EQ(program.options.epochs, 5u);
  EXPECT_EQ(program.options.batch, 64u);
  EXPECT_EQ(program.options.rate, 0.001);
  EXPECT_EQ(program.options.hidden, (std::vector<std::size_t>{128, 64}));
  EXPECT_EQ(program.options.limit, 1000u);
  EXPECT_TRUE(program.options.quiet);
  EXPECT_EQ(program.options.csv, "a=b.csv");
  EXPECT_EQ(program.momentum, 0.5);
  EXPECT_EQ(program.recipe, "best");
  EXPECT_EQ(program.save, "m");
  EXPECT_TRUE(program.verbose);
  EXPECT_TRUE(program.line.given("--epochs"));
}

TEST(CommandLine, ThreadsBecomeOnePerCore) {
  Program program({});
  program.line.parse();
  EXPECT_GE(program.options.threads, 1u);
}

TEST(CommandLine, ReadsNumbersAsDecimal) {
  Program program({"--epochs", "010"});
  program.line.parse();
  EXPECT_EQ(program.options.epochs, 10u);
}

TEST(CommandLine, BothEndsOfARangeAreValid) {
  Program low({"--epochs", "1", "--momentum", "0"});
  EXPECT_NO_THROW(low.line.parse());
  Program high({"--epochs", "100000", "--momentum", "0.999"});
  EXPECT_NO_THROW(high.line.parse());
}

TEST(CommandLine, RefusesWholeNumbersOutOfRange) {
  const std::string range = ": must be a whole number from 1 to 100000";
  EXPECT_EQ(refusal({"--epochs", "0"}), "--epochs 0" + range);
  EXPECT_EQ(refusal({"--epochs", "100001"}), "--epochs 100001" + range);
  EXPECT_EQ(refusal({"--epochs", "-5"}), "--epochs -5" + range);
  EXPECT_EQ(refusal({"--epochs=-5"}), "--epochs -5" + range);
  EXPECT_EQ(refusal({"--epochs", "99999999999999999999"}),
            "--epochs 99999999999999999999" + range);
  EXPECT_EQ(refusal({"--seed", "18446744073709551616"}),
            "--seed 18446744073709551616: must be a whole number from 0 to "
            "18446744073709551615");
  EXPECT_EQ(refusal({"--seed", "-1"}),
            "--seed -1: must be a whole number from 0 to 18446744073709551615");
}

TEST(CommandLine, RefusesWhatIsNoWholeNumber) {
  for (const std::string value : {"abc", "1e3", "5x", "1.5", "0x10", "+5", " 5",
                                  "5 ", "nan", "[1,2]", "-", "1,2", "5=6"}) {
    EXPECT_EQ(
        refusal({"--epochs", value}),
        "--epochs " + value + ": must be a whole number from 1 to 100000");
  }
}

TEST(CommandLine, RefusesRealsThatAreNotPlainNumbersInRange) {
  for (const std::string value :
       {"nan", "inf", "0x1p3", "1e-3x", "1,5", " 1", ".", "e5"}) {
    EXPECT_EQ(refusal({"--rate", value}),
              "--rate " + value + ": must be a number from 1e-06 to 100");
  }
  EXPECT_NE(refusal({"--rate", "-inf"}), "");
  for (const std::string value : {"0", "-1", "1e999", "100.1", "1e-999"}) {
    EXPECT_EQ(refusal({"--rate", value}),
              "--rate " + value + ": must be a number from 1e-06 to 100");
  }
}

TEST(CommandLine, RefusesMalformedLists) {
  const std::string why =
      ": must be at most 100 whole numbers, as 128,64, each from 1 to 16384";
  EXPECT_EQ(refusal({"--hidden", "128,,64"}), "--hidden 128,,64" + why);
  EXPECT_EQ(refusal({"--hidden", "128,"}), "--hidden 128," + why);
  EXPECT_EQ(refusal({"--hidden", "big"}), "--hidden big" + why);
  EXPECT_EQ(refusal({"--hidden", "128,0"}), "--hidden 128,0" + why);
  std::string many = "1";
  for (int i = 1; i < 100; ++i) many += ",1";
  EXPECT_NO_THROW(Program({"--hidden", many}).line.parse());
  EXPECT_EQ(refusal({"--hidden", many + ",1"}),
            "--hidden " + many.substr(0, 57) + "..." + why);
}

TEST(CommandLine, RefusesNamesThatAreNoChoice) {
  EXPECT_EQ(refusal({"--recipe", "bes"}),
            "--recipe bes: must be writeup, default or best");
}

TEST(CommandLine, RefusesOptionsWithoutTheirValue) {
  const std::string why =
      "--epochs: needs a value, a whole number from 1 to 100000";
  EXPECT_EQ(refusal({"--epochs"}), why);
  EXPECT_EQ(refusal({"--epochs="}), why);
  EXPECT_EQ(refusal({"--epochs=", "5"}), why);
  EXPECT_EQ(refusal({"--epochs", ""}), why);
  EXPECT_EQ(refusal({"--epochs", "--quiet"}), why);
  EXPECT_EQ(refusal({"--epochs", "--data", "small"}), why);
  EXPECT_EQ(refusal({"--save"}), "--save: needs a value, FILE");
  EXPECT_EQ(refusal({"--recipe="}),
            "--recipe: needs a value, writeup, default or best");
}

TEST(CommandLine, RefusesSwitchesWithAValue) {
  EXPECT_EQ(refusal({"--quiet=1"}), "--quiet 1: must be given without a value");
  EXPECT_EQ(refusal({"--quiet=false"}),
            "--quiet false: must be given without a value");
  EXPECT_NE(refusal({"--quiet="}), "");
}

TEST(CommandLine, RefusesOptionsGivenTwice) {
  EXPECT_EQ(refusal({"--epochs", "5", "--epochs", "5"}),
            "--epochs: given twice; give it once");
  EXPECT_EQ(refusal({"--quiet", "--quiet"}),
            "--quiet: given twice; give it once");
}

TEST(CommandLine, SuggestsTheNearestNameForAnUnknownOption) {
  EXPECT_EQ(refusal({"--epoch", "5"}),
            "unknown option --epoch: did you mean --epochs? see --help");
  EXPECT_EQ(refusal({"--epoch=5"}),
            "unknown option --epoch: did you mean --epochs? see --help");
  EXPECT_EQ(refusal({"-epochs", "5"}),
            "unknown option -epochs: did you mean --epochs? see --help");
  EXPECT_EQ(refusal({"--trheads", "5"}),
            "unknown option --trheads: did you mean --threads? see --help");
  EXPECT_EQ(refusal({"--halp"}),
            "unknown option --halp: did you mean --help? see --help");
}

TEST(CommandLine, SuggestsNothingWhereNothingIsNear) {
  EXPECT_EQ(refusal({"--gpu"}), "unknown option --gpu: see --help");
  EXPECT_EQ(refusal({"-e5"}), "unknown option -e5: see --help");
}

TEST(CommandLine, TakesNoAbbreviations) {
  EXPECT_EQ(refusal({"--mom", "0.5"}),
            "unknown option --mom: did you mean --momentum? see --help");
}

TEST(CommandLine, RefusesWhatIsNoOption) {
  const std::string why = ": only options are taken; see --help";
  EXPECT_EQ(refusal({"data.gz"}), "unexpected argument data.gz" + why);
  EXPECT_EQ(refusal({"--epochs", "5", "6"}), "unexpected argument 6" + why);
  EXPECT_EQ(refusal({"-"}), "unexpected argument -" + why);
  EXPECT_EQ(refusal({"--"}), "unexpected argument --" + why);
  EXPECT_EQ(refusal({""}), "unexpected argument ''" + why);
}

TEST(CommandLine, QuotesLongValuesInPart) {
  const std::string message = refusal({"--epochs", std::string(1000, 'x')});
  EXPECT_LT(message.size(), 130u);
}

TEST(CommandLine, TakesOnlyTheOptionsItWasTold) {
  CommandLine line("chapter01", {"--epochs", "5"});
  CommonOptions options;
  line.take(options, {"--seed"});
  EXPECT_EQ(message_of<InputError>([&] { line.parse(); }),
            "unknown option --epochs: see --help");
}

TEST(CommandLine, RefusesOptionsStatedTwiceOrUnknown) {
  CommandLine line("chapter01", {});
  CommonOptions options;
  line.take(options, {"--seed"});
  EXPECT_ANY_THROW(line.take(options, {"--seed"}));
  EXPECT_THROW(line.take(options, {"--colour"}), std::logic_error);
}

std::string help_of(CommandLine& line) {
  try {
    line.parse();
  } catch (const HelpRequested& help) {
    return help.text;
  }
  ADD_FAILURE() << "no help came";
  return "";
}

TEST(CommandLine, HelpTellsRangeDefaultAndExample) {
  for (const std::string option : {"--help", "-h"}) {
    Program program({option});
    program.line.describe("Trains a network.");
    program.line.example("./chapter03 --epochs 5", "five passes");
    const std::string help = help_of(program.line);
    EXPECT_TRUE(
        help.starts_with("Trains a network.\n\nUsage: ./chapter03 "
                         "[options]\n"));
    EXPECT_NE(help.find("  --epochs N        passes over the training images; "
                        "from 1 to 100000;\n                    default 10\n"),
              std::string::npos)
        << help;
    EXPECT_NE(help.find("--quiet           results only"), std::string::npos);
    EXPECT_NE(help.find("  ./chapter03 --epochs 5\n      five passes\n"),
              std::string::npos);
  }
}

TEST(CommandLine, HelpNamesEveryOptionAndFitsEightyColumns) {
  Program program({"--help"});
  std::istringstream help(help_of(program.line));
  std::string all;
  for (std::string line; std::getline(help, line); all += line + "\n") {
    EXPECT_LE(line.size(), 80u) << line;
  }
  for (const std::string& name : kAll) {
    EXPECT_NE(all.find("\n  " + name), std::string::npos) << name;
  }
}

TEST(CommandLine, HelpGivesTheChaptersOwnDefaults) {
  CommandLine line("chapter04", {"--help"});
  CommonOptions options = {.epochs = 20, .hidden = {512, 256}};
  line.take(options, {"--epochs", "--hidden", "--threads"});
  const std::string help = help_of(line);
  EXPECT_NE(help.find("default 20"), std::string::npos);
  EXPECT_NE(help.find("512,256"), std::string::npos);
  EXPECT_NE(help.find("one per core"), std::string::npos);
}

TEST(CommandLine, RefusesOptionsThatMakeNoSenseTogether) {
  Program program({"--save", "m", "--quiet"});
  program.line.parse();
  const auto refused = [&](auto refuse) {
    return message_of<InputError>([&] { refuse(program.line); });
  };
  EXPECT_EQ(refused([](const CommandLine& line) {
              line.refuse_given({"--rate", "--save"}, "is too much");
            }),
            "--save is too much");
  EXPECT_EQ(refused([](const CommandLine& line) {
              line.refuse_given_but({"--save"}, "is too much");
            }),
            "--quiet is too much");
  program.line.refuse_given({"--rate"}, "was not given");
  program.line.refuse_given_but({"--save", "--quiet"}, "was not given");
}

TEST(CommandLine, HelpComesBeforeOtherMistakes) {
  Program program({"--help", "--epochs", "0"});
  EXPECT_FALSE(help_of(program.line).empty());
}

}  // namespace
}  // namespace nn
