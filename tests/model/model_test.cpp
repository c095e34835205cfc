// The deques and the event count under the explorer: the very source that the
// pool runs. mutations.sh shows that these checks notice what is broken.
#include <gtest/gtest.h>

#include "05_work_stealing/bounded_deque.hpp"
#include "05_work_stealing/fenced_deque.hpp"
#include "05_work_stealing/growing_deque.hpp"
#include "model/barrier_programs.hpp"
#include "model/fibres.hpp"
#include "model/pool_programs.hpp"
#include "model/programs.hpp"

namespace nn::model {
namespace {

void expect_no_failure(const Verdict& verdict) {
  EXPECT_EQ(verdict.failure, "") << verdict.trace;
  EXPECT_TRUE(verdict.complete);
  EXPECT_GT(verdict.executions, 10) << "that few prove nothing";
}

template <typename Deque>
class DequeModel : public testing::Test {
 protected:
  void SetUp() override { NN_NEEDS_FIBRES(); }
};

using Deques =
    testing::Types<BoundedDeque<Task, Atomics>, GrowingDeque<Task, Atomics>,
                   FencedDeque<Task, Atomics>>;
TYPED_TEST_SUITE(DequeModel, Deques);

TYPED_TEST(DequeModel, EveryTaskIsTakenOnceInEveryExecution) {
  for (const DequeProgram& program : deque_programs()) {
    SCOPED_TRACE(program.name);
    expect_no_failure(check_deque<TypeParam>(program));
  }
}

TYPED_TEST(DequeModel, NobodySleepsOnWhileThereIsWork) {
  for (const SleepProgram& program : sleep_programs<TypeParam>()) {
    SCOPED_TRACE(program.name);
    expect_no_failure(explore(program.run, {program.preemptions}));
  }
}

// What fails is tried again with fewer preemptions: the fewest are the easiest
// to follow.
Verdict explore_simply(const PoolProgram& program) {
  Verdict verdict = explore(program.run, {program.preemptions});
  for (int few = 0; !verdict.complete && few < program.preemptions; ++few) {
    Verdict simpler = explore(program.run, {few});
    if (!simpler.failure.empty()) return simpler;
  }
  return verdict;
}

TEST(PoolModel, NoTaskIsLostSleptThroughOrMiscounted) {
  NN_NEEDS_FIBRES();
  using Deque = GrowingDeque<Job, Atomics>;
  for (const PoolProgram& program : pool_programs<Deque>()) {
    const Verdict verdict = explore_simply(program);
    ASSERT_EQ(verdict.failure, "") << "in the program " << program.name << ":\n"
                                   << verdict.trace;
    SCOPED_TRACE(program.name);
    expect_no_failure(verdict);
  }
}

TEST(BarrierModel, NobodyLeavesBeforeAllHaveComeAndNobodySleepsOn) {
  NN_NEEDS_FIBRES();
  for (const BarrierProgram& program : barrier_programs()) {
    SCOPED_TRACE(program.name);
    const Verdict verdict = check_barrier<Barrier<Atomics, NoSpin>>(program);
    EXPECT_EQ(verdict.failure, "") << verdict.trace;
    EXPECT_TRUE(verdict.complete);
    if (program.threads == 1) continue;  // who meets nobody
    EXPECT_GT(verdict.executions, 10) << "that few prove nothing";
  }
}

TEST(EventCountModel, ATicketIsOutOfDateAfterHoweverManyNotifications) {
  NN_NEEDS_FIBRES();
  EXPECT_EQ(explore(run_many_notifications).failure, "");
}

}  // namespace
}  // namespace nn::model
