// The file of the lesson's stepper: what it shows is what the explorer finds,
// today.
#include "stepper/stepper.hpp"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "model/fibres.hpp"

namespace nn::model {
namespace {

// ---- The source ------------------------------------------------------------

TEST(DequeSource, FindsLinesAndWhatWeakensThem) {
  const DequeSource source;
  const Weakening weakening =
      source.weakening("take lowers bottom with a release store");
  EXPECT_EQ(weakening.line, source.line_with("TAKE", "bottom_.store("));
  EXPECT_EQ(weakening.text, "bottom_.store(b, release);");
  EXPECT_EQ(weakening.order, Order::release);
  EXPECT_EQ(source.weakening("steal's exchange is relaxed").order,
            Order::relaxed);
  EXPECT_TRUE(source.weakening("steal takes without a compare-and-swap").store);
}

TEST(DequeSource, RefusesWhatItDoesNotHave) {
  const DequeSource source;
  EXPECT_THROW(source.weakening("nothing"), std::runtime_error);
  EXPECT_THROW(source.region("NOTHING"), std::runtime_error);
  EXPECT_THROW(source.line_with("TAKE", "nothing"), std::runtime_error);
  EXPECT_THROW(source.line_with("TAKE", "return"), std::runtime_error);
}

// ---- The states ------------------------------------------------------------

class Stepper : public testing::Test {
 protected:
  void SetUp() override { NN_NEEDS_FIBRES(); }
};

std::set<End> ends_of(const StateGraph& graph) {
  return {graph.ends().begin(), graph.ends().end()};
}

TEST_F(Stepper, FileIsWhatTheExplorerWrites) {
  std::ifstream file(kStepperFile);
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(committed == stepper_json())
      << kStepperFile << " is stale; 'make stepper' writes it anew";
}

// The search of model_test.cpp tries every interleaving and merges no states.
TEST_F(Stepper, TheWalkComesToTheEndsThatTheSearchFinds) {
  for (const SteppedProgram& program : stepped_programs()) {
    const StateGraph walked = states_of(program, DequeSource());
    std::set<End> found;
    StateGraph untold(0, {});
    const Verdict verdict = explore(
        [&] {
          SteppedRun run(program, untold);
          run.run();
          found.insert(run.end());
        },
        {20, 1'000'000});
    EXPECT_TRUE(verdict.complete) << program.name;
    EXPECT_TRUE(ends_of(walked) == found) << program.name;
  }
}

TEST_F(Stepper, EveryEndIsGoodWithTheOrdersAsTheyStand) {
  for (const SteppedProgram& program : stepped_programs()) {
    const StateGraph graph = states_of(program, DequeSource());
    EXPECT_GT(graph.size(), 10u) << program.name;
    for (const End& end : ends_of(graph)) EXPECT_TRUE(end.good());
  }
}

// ---- What each weakening does ----------------------------------------------

std::string fault_of(const TaskEnd& task) {
  const std::size_t times = task.takers.size() + (task.left ? 1 : 0);
  if (times == 0) return "lost";
  if (times > 1) return "twice";
  return task.unseeing.empty() ? "" : "unseen";
}

// The faults of all ends, in alphabetical order.
std::string faults_of(const StateGraph& graph) {
  std::set<std::string> faults;
  for (const End& end : graph.ends()) {
    if (!end.failure.empty()) faults.insert(end.failure);
    for (const TaskEnd& task : end.tasks) faults.insert(fault_of(task));
  }
  faults.erase("");
  return fmt::format("{}", fmt::join(faults, ", "));
}

// Of each weakening that does harm: which.
using Faults = std::map<std::string, std::string>;

Faults faults_in(const std::string& name) {
  const DequeSource source;
  Faults result;
  for (const SteppedProgram& program : stepped_programs()) {
    if (program.name != name) continue;
    for (const std::string& weakening : program.weakenings) {
      const std::string faults =
          faults_of(states_of(program, source, source.weakening(weakening)));
      if (!faults.empty()) result[weakening] = faults;
    }
  }
  return result;
}

// The last task needs no order, only the compare-and-swap.
TEST_F(Stepper, TheLastTaskIsGuardedByTheExchange) {
  EXPECT_EQ(
      faults_in("last"),
      (Faults{{"steal takes without a compare-and-swap", "twice"},
              {"the last task is taken without a compare-and-swap", "twice"}}));
}

const Faults kTwice = {
    {"steal reads bottom with an acquire load", "twice"},
    {"steal takes without a compare-and-swap", "twice"},
    {"take lowers bottom with a release store", "twice"},
    {"take reads top with an acquire load", "twice"},
    {"the last task is taken without a compare-and-swap", "twice"}};

// One thief has written the top itself that it reads: T1 matters to another.
TEST_F(Stepper, TheTaskBeforeIsGuardedByTheOrders) {
  EXPECT_EQ(faults_in("two"), kTwice);
  Faults with_two = kTwice;
  with_two["steal reads top with an acquire load"] = "twice";
  EXPECT_EQ(faults_in("thieves"), with_two);
}

TEST_F(Stepper, APushIsPublishedByItsRelease) {
  EXPECT_EQ(faults_in("push"),
            (Faults{{"push publishes with a relaxed store", "lost, unseen"}}));
}

TEST_F(Stepper, AFullRingNeedsItsThreeMessages) {
  const std::string in_use =
      "a slot in use is overwritten by a store that is not ordered after its "
      "load";
  const std::string unseen = "use of an atomic that may not be constructed yet";
  EXPECT_EQ(faults_in("full"),
            (Faults{{"push reads top with a relaxed load", in_use},
                    {"steal's exchange is relaxed", in_use},
                    {"the new ring is published with a relaxed store", unseen},
                    {"the ring is read with a relaxed load", unseen}}));
}

}  // namespace
}  // namespace nn::model
