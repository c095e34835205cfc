// The deques and the event count on real threads: one owner, several thieves,
// every item exactly once. Run it with SANITIZE=thread too.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "05_work_stealing/bounded_deque.hpp"
#include "05_work_stealing/event_count.hpp"
#include "05_work_stealing/fenced_deque.hpp"
#include "05_work_stealing/growing_deque.hpp"
#include "common/rng.hpp"
#include "model/fibres.hpp"

namespace nn {
namespace {

constexpr int kItems = 200'000;
constexpr int kThieves = 3;

// Plain data, so that ThreadSanitizer sees a hand-over that is not ordered.
struct Item {
  int content = 0;
  int taken = 0;
};

template <typename Deque>
class DequeStress : public testing::Test {
 protected:
  // The owner pushes and takes at random, in runs of up to 16.
  void own() {
    Rng rng(7, 0);
    std::size_t next = 0;
    while (next < items_.size()) {
      for (auto n = rng.next() % 16; n > 0 && next < items_.size(); --n)
        push(items_[next++]);
      for (auto n = rng.next() % 16; n > 0; --n) keep(deque_.take());
    }
    while (Item* const item = deque_.take()) keep(item);
    done_.store(true, std::memory_order_release);  // with steal()
  }
  void push(Item& item) {
    item.content = 1;
    while (!deque_.push(&item)) keep(deque_.take());  // full: make room
  }
  void steal() {
    while (!done_.load(std::memory_order_acquire)) {
      const auto [outcome, item] = deque_.steal();
      ASSERT_EQ(item != nullptr, outcome == StealOutcome::kGot);
      keep(item);
    }
  }
  static void keep(Item* item) {
    if (item != nullptr) item->taken += item->content;
  }

  Deque deque_{8};
  std::vector<Item> items_{kItems};
  std::atomic<bool> done_{false};
};

// ThreadSanitizer does not model the fences of FencedDeque: the explorer does.
#if defined(NN_NO_FIBRES)
using Deques = testing::Types<BoundedDeque<Item>, GrowingDeque<Item>>;
#else
using Deques =
    testing::Types<BoundedDeque<Item>, GrowingDeque<Item>, FencedDeque<Item>>;
#endif
TYPED_TEST_SUITE(DequeStress, Deques);

TYPED_TEST(DequeStress, EveryItemIsTakenExactlyOnce) {
  std::vector<std::thread> thieves;
  thieves.reserve(kThieves);
  for (int i = 0; i < kThieves; ++i)
    thieves.emplace_back([this] { this->steal(); });
  this->own();
  for (std::thread& thief : thieves) thief.join();
  for (const Item& item : this->items_) ASSERT_EQ(item.taken, 1);
}

// ---- One thread: what needs no luck ----------------------------------------

template <typename Deque>
class DequeAlone : public testing::Test {
 protected:
  Deque deque_{4};
  std::array<int, 100> items_{};
};
using AllDeques =
    testing::Types<BoundedDeque<int>, GrowingDeque<int>, FencedDeque<int>>;
TYPED_TEST_SUITE(DequeAlone, AllDeques);

TYPED_TEST(DequeAlone, AFreshOneIsEmptyForAll) {
  EXPECT_EQ(this->deque_.take(), nullptr);
  EXPECT_EQ(this->deque_.steal().outcome, StealOutcome::kEmpty);
  EXPECT_TRUE(this->deque_.empty());
  EXPECT_EQ(this->deque_.take(), nullptr);
}

TYPED_TEST(DequeAlone, TheOwnerTakesTheYoungestAThiefTheOldest) {
  for (std::size_t i = 0; i < 3; ++i) this->deque_.push(&this->items_[i]);
  EXPECT_EQ(this->deque_.size(), 3u);
  EXPECT_EQ(this->deque_.steal().item, &this->items_[0]);
  EXPECT_EQ(this->deque_.take(), &this->items_[2]);
  EXPECT_EQ(this->deque_.take(), &this->items_[1]);
  EXPECT_EQ(this->deque_.take(), nullptr);
  EXPECT_TRUE(this->deque_.empty());
}

TYPED_TEST(DequeAlone, WorksAgainAfterRunningEmpty) {
  for (int round = 0; round < 10; ++round) {
    EXPECT_TRUE(this->deque_.push(this->items_.data()));
    EXPECT_EQ(this->deque_.take(), this->items_.data());
    EXPECT_TRUE(this->deque_.push(this->items_.data()));
    EXPECT_EQ(this->deque_.steal().item, this->items_.data());
    EXPECT_EQ(this->deque_.take(), nullptr);
  }
}

TEST(BoundedDeque, RefusesWhatDoesNotFitAndKeepsTheRest) {
  std::array<int, 3> items{};
  BoundedDeque<int> deque(2);
  EXPECT_TRUE(deque.push(&items[0]));
  EXPECT_TRUE(deque.push(&items[1]));
  EXPECT_FALSE(deque.push(&items[2]));
  EXPECT_EQ(deque.take(), &items[1]);
  EXPECT_TRUE(deque.push(&items[2]));
  EXPECT_EQ(deque.size(), 2u);
}

TEST(BoundedDeque, RefusesACapacityBeyondItsIndices) {
  EXPECT_THROW(BoundedDeque<int>(std::size_t{1} << 31), std::length_error);
}

template <typename Deque>
void expect_growth_keeps_order() {
  std::array<int, 100> items{};
  Deque deque(0);
  for (int& item : items) EXPECT_TRUE(deque.push(&item));
  EXPECT_EQ(deque.steal().item, &items[0]);
  for (std::size_t i = items.size(); i-- > 1;)
    EXPECT_EQ(deque.take(), &items[i]);
  EXPECT_EQ(deque.take(), nullptr);
}

TEST(GrowingDeque, GrowsFromNothingAndKeepsTheOrder) {
  expect_growth_keeps_order<GrowingDeque<int>>();
}
TEST(FencedDeque, GrowsFromNothingAndKeepsTheOrder) {
  expect_growth_keeps_order<FencedDeque<int>>();
}

// ---- Sleeping --------------------------------------------------------------

// Each sleeper takes numbers until all are gone; a lost wake-up hangs.
TEST(EventCount, EveryPieceOfWorkFindsASleeper) {
  constexpr int kPieces = 20'000;
  EventCount<> events;
  std::atomic<int> work{0};
  std::atomic<int> left{kPieces};
  const auto take = [&] {
    int n = work.load();
    while (n > 0 && !work.compare_exchange_weak(n, n - 1)) {
    }
    return n > 0;
  };
  const auto sleeper = [&] {
    while (left.load() > 0) {
      if (take()) {
        if (left.fetch_sub(1) == 1) events.notify_all();
        continue;
      }
      const auto ticket = events.prepare_wait();
      if (work.load() > 0 || left.load() == 0)
        events.cancel_wait();
      else
        events.wait(ticket);
    }
  };
  std::vector<std::thread> sleepers;
  sleepers.reserve(3);
  for (int i = 0; i < 3; ++i) sleepers.emplace_back(sleeper);
  for (int i = 0; i < kPieces; ++i) {
    work.fetch_add(1);
    events.notify_one();
  }
  for (std::thread& thread : sleepers) thread.join();
  EXPECT_EQ(left.load(), 0);
  EXPECT_EQ(work.load(), 0);
}

}  // namespace
}  // namespace nn
