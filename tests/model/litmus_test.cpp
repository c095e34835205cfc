// Does the explorer know C++20? Small programs whose outcomes are known, from
// the literature on memory models: for each the set of outcomes that the
// explorer finds must be the set that the standard allows, no more, no less.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "model/explorer.hpp"
#include "model/fibres.hpp"

namespace nn::model {
namespace {

using enum std::memory_order;
using Threads = std::vector<std::function<void()>>;
using Outcomes = std::set<std::string>;

// Enough for every interleaving of programs as small as these.
constexpr Limits kAll{20, 1'000'000};

// Three variables and four registers; each test names what its threads do.
struct World {
  Atomic<int> x{0}, y{0}, z{0};
  Plain<int> data{0};
  int r[4] = {-1, -1, -1, -1};
};

// The values of the first `registers` registers after each execution.
Outcomes outcomes(
    int registers, const std::function<Threads(World&)>& program,
    const std::function<void(World&)>& last = [](World&) {}) {
  Outcomes found;
  const Verdict verdict = explore(
      [&] {
        World world;
        run_threads(program(world));
        last(world);
        std::string outcome;
        for (int i = 0; i < registers; ++i)
          outcome += std::to_string(world.r[i]);
        found.insert(outcome);
      },
      kAll);
  EXPECT_EQ(verdict.failure, "") << verdict.trace;
  EXPECT_TRUE(verdict.complete);
  return found;
}

std::string failure(const std::function<Threads(World&)>& program) {
  return explore(
             [&] {
               World world;
               run_threads(program(world));
             },
             kAll)
      .failure;
}

class Litmus : public testing::Test {
 protected:
  void SetUp() override { NN_NEEDS_FIBRES(); }
};
class Coherence : public Litmus {};
class ExplorerItself : public Litmus {};
class IndependentReads : public Litmus {};
class Lifetime : public Litmus {};
class LoadBuffering : public Litmus {};
class MessagePassing : public Litmus {};
class MixedStrength : public Litmus {};
class ReadModifyWrite : public Litmus {};
class ReleaseSequence : public Litmus {};
class StoreBuffering : public Litmus {};
class TwoPlusTwoWrites : public Litmus {};

// ---- Store buffering: each thread writes one variable and reads the other.
// [STORE_BUFFERING]
Outcomes store_buffering(Order store, Order load) {
  return outcomes(2, [=](World& w) {
    return Threads{[&w, store, load] {
                     w.x.store(1, store);
                     w.r[0] = w.y.load(load);
                   },
                   [&w, store, load] {
                     w.y.store(1, store);
                     w.r[1] = w.x.load(load);
                   }};
  });
}

TEST_F(StoreBuffering, BothMayMissTheOtherWhenRelaxed) {
  EXPECT_EQ(store_buffering(relaxed, relaxed),
            (Outcomes{"00", "01", "10", "11"}));
}
TEST_F(StoreBuffering, ReleaseAndAcquireDoNotHelp) {
  EXPECT_EQ(store_buffering(release, acquire),
            (Outcomes{"00", "01", "10", "11"}));
}
TEST_F(StoreBuffering, SequentialConsistencyForbidsIt) {
  EXPECT_EQ(store_buffering(seq_cst, seq_cst), (Outcomes{"01", "10", "11"}));
}
// [/STORE_BUFFERING]
TEST_F(StoreBuffering, BothSidesMustBeSequentiallyConsistent) {
  EXPECT_TRUE(store_buffering(seq_cst, acquire).contains("00"));
  EXPECT_TRUE(store_buffering(release, seq_cst).contains("00"));
}

Outcomes fenced_store_buffering(Order first, Order second) {
  return outcomes(2, [=](World& w) {
    return Threads{[&w, first] {
                     w.x.store(1, relaxed);
                     Atomics::fence(first);
                     w.r[0] = w.y.load(relaxed);
                   },
                   [&w, second] {
                     w.y.store(1, relaxed);
                     Atomics::fence(second);
                     w.r[1] = w.x.load(relaxed);
                   }};
  });
}

TEST_F(StoreBuffering, TwoSequentiallyConsistentFencesForbidIt) {
  EXPECT_EQ(fenced_store_buffering(seq_cst, seq_cst),
            (Outcomes{"01", "10", "11"}));
}
TEST_F(StoreBuffering, OneWeakerFenceAllowsItAgain) {
  EXPECT_TRUE(fenced_store_buffering(seq_cst, acq_rel).contains("00"));
  EXPECT_TRUE(fenced_store_buffering(acq_rel, seq_cst).contains("00"));
}
TEST_F(StoreBuffering, AFenceOnOneSideAndOperationsOnTheOtherForbidIt) {
  const auto found = outcomes(2, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, relaxed);
                     Atomics::fence(seq_cst);
                     w.r[0] = w.y.load(relaxed);
                   },
                   [&w] {
                     w.y.store(1, seq_cst);
                     w.r[1] = w.x.load(seq_cst);
                   }};
  });
  EXPECT_EQ(found, (Outcomes{"01", "10", "11"}));
}

// ---- Message passing: data, then a flag; the reader sees the flag, the data?
// [MESSAGE_PASSING]
Outcomes message_passing(Order store, Order load) {
  return outcomes(2, [=](World& w) {
    return Threads{[&w, store] {
                     w.x.store(1, relaxed);
                     w.y.store(1, store);
                   },
                   [&w, load] {
                     w.r[0] = w.y.load(load);
                     w.r[1] = w.x.load(relaxed);
                   }};
  });
}

TEST_F(MessagePassing, ReleaseAndAcquireCarryTheData) {
  EXPECT_EQ(message_passing(release, acquire), (Outcomes{"00", "01", "11"}));
}
TEST_F(MessagePassing, EitherSideRelaxedLosesIt) {
  EXPECT_TRUE(message_passing(relaxed, acquire).contains("10"));
  EXPECT_TRUE(message_passing(release, relaxed).contains("10"));
  EXPECT_TRUE(message_passing(relaxed, seq_cst).contains("10"));
}
// [/MESSAGE_PASSING]
TEST_F(MessagePassing, FencesCarryTheDataThroughRelaxedOperations) {
  const auto found = outcomes(2, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, relaxed);
                     Atomics::fence(release);
                     w.y.store(1, relaxed);
                   },
                   [&w] {
                     w.r[0] = w.y.load(relaxed);
                     Atomics::fence(acquire);
                     w.r[1] = w.x.load(relaxed);
                   }};
  });
  EXPECT_EQ(found, (Outcomes{"00", "01", "11"}));
}
TEST_F(MessagePassing, PlainDataIsARaceUnlessTheFlagSynchronises) {
  const auto program = [](Order store) {
    return [store](World& w) {
      return Threads{[&w, store] {
                       w.data.set(1);
                       w.y.store(1, store);
                     },
                     [&w] {
                       if (w.y.load(acquire) == 1)
                         check(w.data.get() == 1, "?");
                     }};
    };
  };
  EXPECT_EQ(failure(program(release)), "");
  EXPECT_NE(failure(program(relaxed)).find("data race"), std::string::npos);
}

// ---- Release sequences: what a later store does to the synchronisation.
Outcomes release_sequence(const std::function<void(World&)>& afterwards,
                          const std::function<void(World&)>& other) {
  return outcomes(2, [=](World& w) {
    return Threads{[&w, afterwards] {
                     w.x.store(1, relaxed);
                     w.y.store(1, release);
                     afterwards(w);
                   },
                   [&w, other] { other(w); },
                   [&w] {
                     w.r[0] = w.y.load(acquire);
                     w.r[1] = w.x.load(relaxed);
                   }};
  });
}

TEST_F(ReleaseSequence, AReadModifyWriteOfAnotherThreadCarriesItOn) {
  const auto found = release_sequence(
      [](World&) {}, [](World& w) { w.y.fetch_add(1, relaxed); });
  EXPECT_TRUE(found.contains("21"));
  EXPECT_FALSE(found.contains("20"));
}
TEST_F(ReleaseSequence, ARelaxedStoreOfTheSameThreadEndsItInCpp20) {
  const auto found =
      release_sequence([](World& w) { w.y.store(2, relaxed); }, [](World&) {});
  EXPECT_TRUE(found.contains("20"));
}
TEST_F(ReleaseSequence, AReleaseFenceCoversLaterRelaxedStores) {
  const auto found = outcomes(2, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, relaxed);
                     Atomics::fence(release);
                     w.y.store(1, relaxed);
                     w.y.store(2, relaxed);
                   },
                   [&w] {
                     w.r[0] = w.y.load(acquire);
                     w.r[1] = w.x.load(relaxed);
                   }};
  });
  EXPECT_EQ(found, (Outcomes{"00", "01", "11", "21"}));
}

// ---- Coherence: one variable never runs backwards.
TEST_F(Coherence, TwoLoadsOfOneThreadNeverGoBack) {
  const auto found = outcomes(2, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, relaxed);
                     w.x.store(2, relaxed);
                   },
                   [&w] {
                     w.r[0] = w.x.load(relaxed);
                     w.r[1] = w.x.load(relaxed);
                   }};
  });
  EXPECT_EQ(found, (Outcomes{"00", "01", "02", "11", "12", "22"}));
}
TEST_F(Coherence, AThreadReadsItsOwnStoreOrALaterOne) {
  const auto found = outcomes(1, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, relaxed);
                     w.r[0] = w.x.load(relaxed);
                   },
                   [&w] { w.x.store(2, relaxed); }};
  });
  EXPECT_EQ(found, (Outcomes{"1", "2"}));
}
TEST_F(Coherence, TwoReadersAgreeOnTheOrderOfTwoWrites) {
  const auto found = outcomes(4, [](World& w) {
    return Threads{[&w] { w.x.store(1, relaxed); },
                   [&w] { w.x.store(2, relaxed); },
                   [&w] {
                     w.r[0] = w.x.load(relaxed);
                     w.r[1] = w.x.load(relaxed);
                   },
                   [&w] {
                     w.r[2] = w.x.load(relaxed);
                     w.r[3] = w.x.load(relaxed);
                   }};
  });
  EXPECT_TRUE(found.contains("1212"));
  EXPECT_TRUE(found.contains("2121"));
  EXPECT_FALSE(found.contains("1221"));
  EXPECT_FALSE(found.contains("2112"));
}

// ---- 2+2W: the last values of two variables, both written by both threads.
Outcomes two_plus_two_writes(Order order) {
  return outcomes(
      2,
      [=](World& w) {
        return Threads{[&w, order] {
                         w.x.store(1, order);
                         w.y.store(2, order);
                       },
                       [&w, order] {
                         w.y.store(1, order);
                         w.x.store(2, order);
                       }};
      },
      [](World& w) {
        // Reading after the threads have ended returns the last values.
        w.r[0] = w.x.load(relaxed);
        w.r[1] = w.y.load(relaxed);
      });
}

TEST_F(TwoPlusTwoWrites, BothFirstWritesMayLastUnlessSequentiallyConsistent) {
  EXPECT_EQ(two_plus_two_writes(relaxed), (Outcomes{"11", "12", "21", "22"}));
  EXPECT_EQ(two_plus_two_writes(release), (Outcomes{"11", "12", "21", "22"}));
  EXPECT_EQ(two_plus_two_writes(seq_cst), (Outcomes{"12", "21", "22"}));
}

// ---- IRIW: two readers see two independent writes in opposite orders.
Outcomes independent_reads(Order store, Order load, bool fences) {
  return outcomes(4, [=](World& w) {
    return Threads{[&w, store] { w.x.store(1, store); },
                   [&w, store] { w.y.store(1, store); },
                   [&w, load, fences] {
                     w.r[0] = w.x.load(load);
                     if (fences) Atomics::fence(seq_cst);
                     w.r[1] = w.y.load(load);
                   },
                   [&w, load, fences] {
                     w.r[2] = w.y.load(load);
                     if (fences) Atomics::fence(seq_cst);
                     w.r[3] = w.x.load(load);
                   }};
  });
}

TEST_F(IndependentReads, MayDisagreeUnlessSequentiallyConsistent) {
  EXPECT_TRUE(independent_reads(release, acquire, false).contains("1010"));
  EXPECT_TRUE(independent_reads(seq_cst, acquire, false).contains("1010"));
  EXPECT_FALSE(independent_reads(seq_cst, seq_cst, false).contains("1010"));
  EXPECT_EQ(independent_reads(seq_cst, seq_cst, false).size(), 15u);
}
TEST_F(IndependentReads, FencesBetweenRelaxedLoadsForbidDisagreement) {
  EXPECT_FALSE(independent_reads(relaxed, relaxed, true).contains("1010"));
}

// ---- Mixed strength: S need not agree with happens-before in C++20.
// (Lahav et al., "Repairing sequential consistency in C/C++11", PLDI 2017,
// example Z6.U: forbidden in C++11, allowed since.)
TEST_F(MixedStrength, SNeedNotAgreeWithHappensBefore) {
  const auto found = outcomes(3, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, seq_cst);
                     w.y.store(1, release);
                   },
                   [&w] {
                     w.r[0] = w.y.fetch_add(1, seq_cst);
                     w.r[1] = w.y.load(relaxed);
                   },
                   [&w] {
                     w.y.store(3, seq_cst);
                     w.r[2] = w.x.load(seq_cst);
                   }};
  });
  EXPECT_TRUE(found.contains("130"));
}

// The third thread reads y = 1 by acquire, so the store to y happens before its
// load of x; S may have them the other way round all the same. This is what
// goes wrong when steal() reads top with an acquire load.
// [MIXED]
Outcomes read_write_causality(Order load) {
  return outcomes(3, [=](World& w) {
    return Threads{[&w] {
                     w.x.store(1, seq_cst);
                     w.r[0] = w.y.load(seq_cst);
                   },
                   [&w] { w.y.store(1, seq_cst); },
                   [&w, load] {
                     w.r[1] = w.y.load(load);
                     w.r[2] = w.x.load(seq_cst);
                   }};
  });
}

TEST_F(MixedStrength, AnAcquireLoadDoesNotOrderTheStoreItReadsInS) {
  EXPECT_TRUE(read_write_causality(acquire).contains("010"));
  EXPECT_FALSE(read_write_causality(seq_cst).contains("010"));
}
// [/MIXED]

// ---- Load buffering: allowed by C++20, not produced by the explorer.
TEST_F(LoadBuffering, IsAKnownGap) {
  const auto found = outcomes(2, [](World& w) {
    return Threads{[&w] {
                     w.r[0] = w.x.load(relaxed);
                     w.y.store(1, relaxed);
                   },
                   [&w] {
                     w.r[1] = w.y.load(relaxed);
                     w.x.store(1, relaxed);
                   }};
  });
  EXPECT_EQ(found, (Outcomes{"00", "01", "10"}));  // C++20 has "11" too
}
// [LOAD_BUFFERING]
std::string load_buffering(Order store, Order load) {
  return failure([=](World& w) {
    return Threads{[&w, store] {
                     w.r[0] = w.x.load(relaxed);
                     claim_last_load();  // from now on x is in use
                     w.y.store(1, store);
                   },
                   [&w, load] {
                     w.r[1] = w.y.load(load);
                     if (w.r[1] == 1) w.x.store(1, relaxed);
                   }};
  });
}

TEST_F(LoadBuffering, ReleaseAndAcquireKeepTheLoadBeforeTheStore) {
  EXPECT_EQ(load_buffering(release, acquire), "");
}
TEST_F(LoadBuffering, EitherSideRelaxedLosesIt) {
  for (const std::string& failure :
       {load_buffering(relaxed, acquire), load_buffering(release, relaxed)})
    EXPECT_NE(failure.find("in use is overwritten"), std::string::npos);
}
// [/LOAD_BUFFERING]

// ---- Read-modify-writes are atomic and read the last value.
TEST_F(ReadModifyWrite, TwoIncrementsNeverMeet) {
  const auto found = outcomes(
      1,
      [](World& w) {
        return Threads{[&w] { w.x.fetch_add(1, relaxed); },
                       [&w] { w.x.fetch_add(1, relaxed); }};
      },
      [](World& w) { w.r[0] = w.x.load(relaxed); });
  EXPECT_EQ(found, (Outcomes{"2"}));
}
TEST_F(ReadModifyWrite, ChangesOfDifferentBitsAreAllKept) {
  const auto found = outcomes(
      3,
      [](World& w) {
        w.x.store(4, relaxed);
        return Threads{[&w] { w.r[0] = w.x.fetch_or(1, relaxed); },
                       [&w] { w.r[1] = w.x.fetch_and(~4, relaxed); }};
      },
      [](World& w) { w.r[2] = w.x.load(relaxed); });
  EXPECT_EQ(found, (Outcomes{"451", "041"}));
}
TEST_F(ReadModifyWrite, OnlyOneCompareExchangeWins) {
  const auto attempt = [](World& w, int i) {
    int expected = 0;
    w.r[i] = w.x.compare_exchange_strong(expected, 1, relaxed, relaxed);
  };
  const auto found = outcomes(2, [=](World& w) {
    return Threads{[&w, attempt] { attempt(w, 0); },
                   [&w, attempt] { attempt(w, 1); }};
  });
  EXPECT_EQ(found, (Outcomes{"01", "10"}));
}
// It succeeds only between two steps of the other thread, so it fails wherever
// nobody expects it to write.
TEST_F(ReadModifyWrite, ACompareExchangeComesWhereItSucceedsToo) {
  const auto found = outcomes(2, [](World& w) {
    return Threads{[&w] {
                     w.x.store(1, relaxed);
                     w.r[0] = w.x.exchange(0, relaxed);
                   },
                   [&w] {
                     int expected = 1;
                     w.r[1] = w.x.compare_exchange_strong(expected, 2, relaxed,
                                                          relaxed);
                   }};
  });
  EXPECT_EQ(found, (Outcomes{"10", "21"}));
}

// ---- Lifetimes: what is freed must not be in use, whoever goes first.
// One thread uses a variable and raises a flag, in this order or in the other;
// the second thread sees the flag and frees the variable.
template <typename Variable>
std::string freed(Order flag, const std::function<void(Variable&)>& before,
                  const std::function<void(Variable&)>& after) {
  return explore([&] {
           Atomic<int> raised{0};
           auto* const variable = new Variable;
           run_threads({[&] {
                          before(*variable);
                          raised.store(1, flag);
                          after(*variable);
                        },
                        [&] {
                          if (raised.load(acquire) == 1) delete variable;
                        }});
         })
      .failure;
}

template <typename Variable>
void expect_freed_only_after(const std::function<void(Variable&)>& use) {
  const auto nothing = [](Variable&) {};
  EXPECT_EQ(freed<Variable>(release, use, nothing), "");
  for (const std::string& failure : {freed<Variable>(relaxed, use, nothing),
                                     freed<Variable>(release, nothing, use)})
    EXPECT_NE(failure.find("freed"), std::string::npos) << failure;
}

TEST_F(Lifetime, AnAtomicIsNotFreedBesideALoad) {
  expect_freed_only_after<Atomic<int>>([](auto& x) { x.load(relaxed); });
}
TEST_F(Lifetime, AnAtomicIsNotFreedBesideAStore) {
  expect_freed_only_after<Atomic<int>>([](auto& x) { x.store(1, relaxed); });
}
TEST_F(Lifetime, AnAtomicIsNotFreedBesideAReadModifyWrite) {
  expect_freed_only_after<Atomic<int>>([](auto& x) { x.fetch_or(1, relaxed); });
}
TEST_F(Lifetime, PlainDataIsNotFreedBesideAnAccess) {
  expect_freed_only_after<Plain<int>>([](auto& x) { x.get(); });
  expect_freed_only_after<Plain<int>>([](auto& x) { x.set(1); });
}
TEST_F(Lifetime, AMutexIsNotFreedBesideItsUse) {
  expect_freed_only_after<Mutex>([](Mutex& mutex) {
    mutex.lock();
    mutex.unlock();
  });
}
TEST_F(Lifetime, AConditionIsNotFreedBesideANotification) {
  expect_freed_only_after<ConditionVariable>(
      [](ConditionVariable& changed) { changed.notify_one(); });
}
TEST_F(Lifetime, NothingIsFreedTwice) {
  const auto twice = [](auto* variable) {
    const auto free_it = [=] { delete variable; };
    run_threads({free_it, free_it});
  };
  EXPECT_NE(explore([&] { twice(new Atomic<int>(0)); }).failure, "");
  EXPECT_NE(explore([&] { twice(new Plain<int>(0)); }).failure, "");
}
// Who waits may free what it waits at as soon as it sees the news: so the news
// must be told before the mutex is let go.
TEST_F(Lifetime, AWaiterMayFreeTheConditionOnlyIfItIsNotifiedUnderTheMutex) {
  const auto told = [](bool under_the_mutex) {
    return explore([=] {
             Mutex mutex;
             auto* const changed = new ConditionVariable;
             bool ready = false;
             run_threads({[&] {
                            std::unique_lock lock(mutex);
                            changed->wait(lock, [&] { return ready; });
                            delete changed;
                          },
                          [&] {
                            std::unique_lock lock(mutex);
                            ready = true;
                            if (!under_the_mutex) lock.unlock();
                            changed->notify_one();
                          }});
           })
        .failure;
  };
  EXPECT_EQ(told(true), "");
  EXPECT_NE(told(false), "");
}

// ---- What else it must see.
TEST_F(ExplorerItself, FindsADeadlockOfTwoMutexes) {
  const auto verdict = explore([] {
    Mutex a, b;
    run_threads({[&] {
                   const std::scoped_lock first(a);
                   const std::scoped_lock second(b);
                 },
                 [&] {
                   const std::scoped_lock first(b);
                   const std::scoped_lock second(a);
                 }});
  });
  EXPECT_NE(verdict.failure.find("deadlock"), std::string::npos);
}
TEST_F(ExplorerItself, FindsAWakeUpThatCameTooEarly) {
  const auto verdict = explore([] {
    Mutex mutex;
    ConditionVariable changed;
    run_threads({[&] {
                   std::unique_lock lock(mutex);
                   changed.wait(lock);  // no condition: that is the mistake
                 },
                 [&] { changed.notify_one(); }});
  });
  EXPECT_NE(verdict.failure.find("deadlock"), std::string::npos);
}
TEST_F(ExplorerItself, SleepsUntilAConditionHolds) {
  const auto verdict = explore([] {
    Mutex mutex;
    ConditionVariable changed;
    Plain<int> ready{0};
    run_threads({[&] {
                   std::unique_lock lock(mutex);
                   changed.wait(lock, [&] { return ready.get() != 0; });
                   check(ready.get() == 1, "woken too early");
                 },
                 [&] {
                   const std::scoped_lock lock(mutex);
                   ready.set(1);
                   changed.notify_one();
                 }});
  });
  EXPECT_EQ(verdict.failure, "") << verdict.trace;
  EXPECT_TRUE(verdict.complete);
}
// The first awake wakes the next one, so that all come home. Without
// preemptions, since a spurious wake-up is one.
TEST_F(ExplorerItself, WakesAnySleeperByANotificationForOne) {
  std::set<int> woken_first;
  const auto verdict = explore(
      [&] {
        Mutex mutex;
        ConditionVariable changed;
        int asleep = 0, first = 0;
        bool over = false;
        const auto sleep = [&](int me) {
          std::unique_lock lock(mutex);
          if (over) return;
          ++asleep;
          changed.wait(lock);
          if (first == 0) first = me;
          changed.notify_one();
        };
        run_threads({[&] { sleep(1); }, [&] { sleep(2); }, [&] { sleep(3); },
                     [&] {
                       const std::scoped_lock lock(mutex);
                       over = true;
                       changed.notify_one();
                     }});
        if (asleep == 3) woken_first.insert(first);
      },
      {.preemptions = 0});
  EXPECT_EQ(verdict.failure, "") << verdict.trace;
  EXPECT_EQ(woken_first, (std::set<int>{1, 2, 3}));
}
TEST_F(ExplorerItself, WakesSpuriously) {
  std::set<bool> woken_early;
  explore([&] {
    Mutex mutex;
    ConditionVariable changed;
    bool ready = false;
    run_threads({[&] {
                   std::unique_lock lock(mutex);
                   if (!ready) changed.wait(lock);
                   woken_early.insert(!ready);
                 },
                 [&] {
                   const std::scoped_lock lock(mutex);
                   ready = true;
                   changed.notify_one();
                 }});
  });
  EXPECT_EQ(woken_early, (std::set<bool>{false, true}));
}
TEST_F(ExplorerItself, FindsTheUseOfAFreedAtomic) {
  const auto verdict = explore([] {
    auto* x = new Atomic<int>(0);
    run_threads({[x] { x->load(relaxed); }, [x] { delete x; }});
  });
  EXPECT_NE(verdict.failure.find("freed"), std::string::npos);
}
TEST_F(ExplorerItself, FindsAnAtomicThatIsPublishedBeforeItIsBuilt) {
  const auto published = [](Order order) {
    return explore([order] {
             Atomic<Atomic<int>*> pointer{nullptr};
             run_threads({[&] { pointer.store(new Atomic<int>(0), order); },
                          [&] {
                            if (auto* x = pointer.load(acquire))
                              x->load(relaxed);
                          }});
           })
        .failure;
  };
  EXPECT_EQ(published(release), "");
  EXPECT_NE(published(relaxed).find("constructed"), std::string::npos);
}
TEST_F(ExplorerItself, StopsALoopThatSpins) {
  const auto verdict = explore([] {
    Atomic<int> never{0};
    run_threads({[&] {
      while (never.load(relaxed) == 0) {
      }
    }});
  });
  EXPECT_NE(verdict.failure.find("no end"), std::string::npos);
}
TEST_F(ExplorerItself, TracesTheStepsOfAFailure) {
  const auto verdict = explore([] {
    Atomic<int> x{0};
    run_threads({[&] { x.store(1, relaxed); },
                 [&] { check(x.load(relaxed) == 1, "x is not 1"); }});
  });
  EXPECT_EQ(verdict.failure, "x is not 1");
  EXPECT_NE(verdict.trace.find("litmus_test.cpp:"), std::string::npos);
  EXPECT_NE(verdict.trace.find("load(relaxed)"), std::string::npos);
}
TEST_F(ExplorerItself, DoesTheSameEachTime) {
  const auto count = [] {
    return explore([] {
             World w;
             run_threads({[&] { w.x.store(1, relaxed); },
                          [&] { w.x.load(relaxed), w.y.load(relaxed); }});
           })
        .executions;
  };
  EXPECT_EQ(count(), count());
}

}  // namespace
}  // namespace nn::model
