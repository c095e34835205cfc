#include "common/terminal/table.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>

namespace nn {
namespace {

std::string printed(const Table& table, const Terminal& terminal = {}) {
  std::ostringstream out;
  table.print(out, terminal);
  return out.str();
}

TEST(Table, AlignsNumbersRightAndWordsLeft) {
  Table table({"combination", "accuracy", "time"});
  table.row({"average", "9.80%", "-"});
  table.row({"ensemble of sixty", "92.00%", "1.2 s"});
  EXPECT_EQ(printed(table),
            "combination        accuracy   time\n"
            "-----------------  --------  -----\n"
            "average               9.80%      -\n"
            "ensemble of sixty    92.00%  1.2 s\n");
}

TEST(Table, CountsColumnsAndNotBytes) {
  Table table({"a", "b"});
  table.row({"é", "x"});
  table.row({"ee", "x"});
  EXPECT_EQ(printed(table), "a   b\n--  -\né   x\nee  x\n");
}

TEST(Table, AColumnWithOneWordIsNoColumnOfNumbers) {
  Table table({"n"});
  table.row({"10"});
  table.row({"all"});
  EXPECT_EQ(printed(table), "n\n---\n10\nall\n");
}

TEST(Table, FingerprintsAreNoNumbersWhateverTheyBeginWith) {
  Table table({"digests"});
  table.row({"5cd2e"});
  EXPECT_EQ(printed(table), "digests\n-------\n5cd2e\n");
}

TEST(Table, EmptyCellsSpoilNoColumnOfNumbers) {
  Table table({"number", "x"});
  table.row({"-1", "x"});
  table.row({"", "x"});
  EXPECT_EQ(printed(table), "number  x\n------  -\n    -1  x\n        x\n");
}

TEST(Table, TheHeaderIsBoldAndTheRuleALine) {
  const Terminal terminal = {
      .interactive = true, .colours = Colours::basic, .utf8 = true};
  Table table({"nn"});
  table.row({"1"});
  EXPECT_EQ(printed(table, terminal), "\x1b[1mnn\x1b[0m\n──\n 1\n");
}

TEST(Table, WithoutRowsIsItsHeader) {
  EXPECT_EQ(printed(Table({"a", "bc"})), "a  bc\n-  --\n");
}

TEST(Table, RefusesARowOfAnotherLength) {
  Table table({"a", "b"});
  EXPECT_THROW(table.row({"1"}), std::invalid_argument);
  EXPECT_THROW(table.row({"1", "2", "3"}), std::invalid_argument);
}

}  // namespace
}  // namespace nn
