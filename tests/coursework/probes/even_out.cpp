#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "04_work_balancing/pool/work_queue.hpp"
#include "coursework/probes/probe.hpp"

namespace {

struct Item {
  double number;
};

/// Mutexes that write down who is locked.
struct Watched {
  struct Mutex {
    void lock() {
      if (before_lock) std::exchange(before_lock, nullptr)();
      locked.push_back(this);
      ++held;
    }
    void unlock() {
      if (before_unlock) std::exchange(before_unlock, nullptr)();
      --held;
    }
    bool try_lock() {
      lock();
      return true;
    }
    static inline std::vector<const Mutex*> locked;
    static inline int held = 0;
    // Called once each.
    static inline std::function<void()> before_lock, before_unlock;
  };
};
using Queue = nn::WorkQueue<Item, Watched>;
using Mutex = Watched::Mutex;

/// Two queues and the items in them, numbered from 1.
class Pair {
 public:
  Pair(std::size_t first, std::size_t second) {
    fill(queues_[0], 0, first);
    fill(queues_[1], first, second);
    Mutex::locked.clear();
    Mutex::held = 0;
  }

  // Looks at the queues when the first lock is released.
  std::size_t even_out(std::size_t threshold) {
    Mutex::before_unlock = [this] {
      const auto locked = Mutex::locked;
      for (Queue& queue : queues_)
        lengths.push_back(static_cast<double>(queue.size()));
      Mutex::locked = locked;
    };
    const auto moved = Queue::even_out(queues_[0], queues_[1], threshold);
    Mutex::before_unlock = nullptr;
    return moved;
  }
  void add(Item& item) { queues_[1].push_outside(item); }

  // 1 and 2 for the two queues, in the order in which they were locked.
  std::vector<double> locks() const {
    std::vector<double> order;
    for (const auto* mutex : Mutex::locked) {
      const auto* const at = reinterpret_cast<const char*>(mutex);
      const auto* const second = reinterpret_cast<const char*>(&queues_[1]);
      order.push_back(at < second ? 1 : 2);
    }
    return order;
  }
  // Takes them all, from the front on.
  std::vector<double> take_all(std::size_t which) {
    std::vector<double> numbers;
    while (Item* const item = queues_[which].pop())
      numbers.insert(numbers.begin(), item->number);
    return numbers;
  }

  std::vector<double> lengths;

 private:
  void fill(Queue& queue, std::size_t begin, std::size_t count) {
    for (std::size_t i = begin; i < begin + count; ++i) {
      items_[i].number = static_cast<double>(i + 1);
      queue.push_nested(items_[i]);
    }
  }

  std::array<Item, 64> items_;
  std::array<Queue, 2> queues_;
};

void report_case(std::size_t first, std::size_t second, std::size_t threshold,
                 nn::probe::Report& report) {
  Pair pair(first, second);
  const std::size_t moved = pair.even_out(threshold);
  const auto locks = pair.locks();
  const std::string key = "queues of " + std::to_string(first) + " and " +
                          std::to_string(second) + " tasks, threshold " +
                          std::to_string(threshold) + ": ";
  report.exact(key + "how many it says it moved", static_cast<double>(moved));
  report.exact(key + "the queues in the order in which it locked them", locks);
  report.exact(key + "locks that it still holds", Mutex::held);
  report.exact(key + "the queues' lengths when it lets go of a lock",
               pair.lengths);
  report.exact(key + "the first queue afterwards, from the front",
               pair.take_all(0));
  report.exact(key + "the second queue afterwards, from the front",
               pair.take_all(1));
}

// Nothing that was read before the second lock was there may count.
void report_arrival(std::size_t which, nn::probe::Report& report) {
  static Item late{99};
  Pair pair(0, 2);
  std::size_t left = which;
  const std::function<void()> add = [&] {
    if (left-- > 0) {
      Mutex::before_lock = add;
    } else {
      pair.add(late);
    }
  };
  Mutex::before_lock = add;
  const std::size_t moved = pair.even_out(0);
  Mutex::before_lock = nullptr;
  const std::string key = "a task is added to the second queue just before " +
                          std::string(which == 0 ? "the first" : "the second") +
                          " lock: ";
  report.exact(key + "how many it moved", static_cast<double>(moved));
  report.exact(key + "the first queue afterwards", pair.take_all(0));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report.note(
      "tasks are numbered from 1 on: those of the first queue from its "
      "front, then those of the second");
  const std::size_t longer = 5 + 2 * rng.below(5);
  report_case(2, longer, 1, report);
  report_case(longer, 1 + rng.below(3), 0, report);
  report_case(0, 1, 0, report);
  report_case(4, 2, 2, report);
  report_arrival(1, report);
  if (!thorough) return;

  report_arrival(0, report);
  report_case(6, 3, 2, report);
  report_case(3, 3, 0, report);
  report_case(0, 0, 0, report);
  report_case(1, 0, 0, report);
  for (std::size_t i = 20; i < 28; ++i)
    report_case(i, rng.below(32), rng.below(6), report);
}
