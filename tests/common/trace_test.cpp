// Traces: what is written is read again, and what is none is refused.

#include "common/files/trace.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

class Trace : public ::testing::Test {
 protected:
  std::string write(const std::string& text) const {
    std::ofstream(folder / "t.json") << text;
    return (folder / "t.json").string();
  }
  void expect_refusal(const std::string& text, const std::string& words) const {
    try {
      read_trace(write(text));
      ADD_FAILURE() << "accepted: " << text;
    } catch (const InputError& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find("t.json: not a trace: "), std::string::npos);
      EXPECT_NE(message.find(words), std::string::npos) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
  }
  TempFolder folder;
};

TEST_F(Trace, IsReadAsItWasWritten) {
  const std::vector<TraceGroup> groups = {
      {"static", {{0, 0, 0, 0.25, 9}, {1, 2, 0.5, 0.75, 9}}, 3},
      {"stealing \"it\"", {{7, 1, 0.125, 2, 9}}, 2}};
  const std::vector<TraceGroup> read = read_trace(write(trace_json(groups)));
  ASSERT_EQ(read.size(), 2u);
  for (std::size_t g = 0; g < 2; ++g) {
    EXPECT_EQ(read[g].name, groups[g].name);
    EXPECT_EQ(read[g].workers, groups[g].workers);
    ASSERT_EQ(read[g].spans.size(), groups[g].spans.size());
    for (std::size_t i = 0; i < read[g].spans.size(); ++i) {
      EXPECT_EQ(read[g].spans[i].task, groups[g].spans[i].task);
      EXPECT_EQ(read[g].spans[i].worker, groups[g].spans[i].worker);
      EXPECT_NEAR(read[g].spans[i].start, groups[g].spans[i].start, 1e-6);
      EXPECT_NEAR(read[g].spans[i].end, groups[g].spans[i].end, 1e-6);
    }
  }
}

TEST_F(Trace, RefusesWhatIsNone) {
  expect_refusal("", "line");
  expect_refusal("group,task,worker,start,end\n", "line 1");
  expect_refusal("[1, 2]", "traceEvents");
  expect_refusal("{\"traceEvents\": 7}", "traceEvents");
  expect_refusal("{\"traceEvents\": []}", "no task");
  expect_refusal("{\"traceEvents\": [7, null]}", "no task");
}

TEST_F(Trace, RefusesATaskThatIsNone) {
  const auto with = [](const std::string& numbers) {
    return "{\"traceEvents\": [{\"ph\": \"X\", " + numbers + "}]}";
  };
  const std::string good = R"("pid": 1, "tid": 0, "ts": 5, "dur": 6)";
  EXPECT_EQ(read_trace(write(with(good))).size(), 1u);
  for (const char* bad :
       {R"("pid": -1, "tid": 0, "ts": 5, "dur": 6)",
        R"("pid": 1, "tid": "a", "ts": 5, "dur": 6)",
        R"("pid": 1, "tid": 0, "ts": 5.5, "dur": 6)",
        R"("pid": 1, "tid": 0, "ts": 5)",
        R"("pid": 1, "tid": 0, "ts": 5, "dur": 9000000000000000000)"}) {
    expect_refusal(with(bad), "is no whole number");
  }
}

TEST_F(Trace, RefusesAFileThatIsNotThere) {
  EXPECT_THROW(read_trace((folder / "none").string()), InputError);
  EXPECT_THROW(read_trace(folder.path().string()), InputError);
}

}  // namespace
}  // namespace nn
