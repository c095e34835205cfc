#include "07_speedup/simulator.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <stdexcept>
#include <utility>

#include "07_speedup/busy_set.hpp"
#include "common/rng.hpp"

namespace nn {

namespace {

// ---- What there is ---------------------------------------------------------

// [MACHINE]
// Tasks that stand side by side in the list, one at least in a queue. Only
// by_halves has more than one of them in a queue's place.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Queue {
  std::deque<Range> ranges;  // the owner's end is the back
  Ticks taken_until = 0;     // so long others cannot move anything from it
};

// Somebody goes on at a moment: worker `who` - 1, or 0: the thread outside,
// which so comes first of those that go on at the same moment.
struct Event {
  Ticks at;
  std::size_t who;
  bool operator>(const Event& other) const {
    return at != other.at ? at > other.at : who > other.who;
  }
};
// [/MACHINE]

// [WORKER]

// A look into one queue after another, while the clock runs.
struct Search {
  bool on = false;
  std::size_t victim = 0;  // where it will have looked, the first busy one
  std::size_t left = 0;    // how many queues it has not passed, that included
};

struct Worker {
  explicit Worker(const SimulatorOptions& options, std::size_t index)
      : rng(options.seed, index) {}

  Range in_hand;     // to be run, or divided first
  bool ran = false;  // a task, which has just ended
  Search search;
  std::uint64_t heard = 0;  // rings of the bell when it began to look
  Rng rng;
};
// [/WORKER]

class Simulation {
 public:
  Simulation(const SimulatedWork& work, const SimulatorOptions& options)
      : tasks_(work.tasks),
        submission_(options.policy == Policy::static_blocks
                        ? Submission::outside
                        : work.submission),
        options_(options),
        costs_(options.costs),
        queues_(options.workers),
        entries_(options.workers),
        busy_(options.workers),
        entered_(options.workers),
        rest_{0, static_cast<std::uint32_t>(work.tasks.size())} {
    for (std::size_t i = 0; i < options.workers; ++i) {
      workers_.emplace_back(options, i);
    }
  }

  SimulatedRun run();

 private:
  void begin();
  void go_on(std::size_t me, Ticks now);

  void submit_outside(Ticks now);
  void deal_out(Ticks now);
  void submit_inside(std::size_t me, Ticks now);
  void divide(std::size_t me, Ticks now);

  Ticks find(std::size_t me, Ticks now);
  bool pop(std::size_t me);
  Ticks search(std::size_t me, std::size_t first, std::size_t left, Ticks now);
  Ticks arrive(std::size_t me, Ticks now);
  std::size_t take_from(std::size_t victim, std::size_t me);
  Ticks fetch_entered(std::size_t me, Ticks now);
  Ticks find_again(std::size_t me, Ticks now);
  Ticks after_task(std::size_t me, Ticks now);
  std::size_t even_out(std::size_t me, std::size_t other,
                       std::size_t threshold);

  void push_front(std::size_t i, Range range);
  void push_back(std::size_t i, Range range);
  Range take_front(std::size_t i);
  void note_size(std::size_t i);
  Ticks wait_and_move(Queue& queue, Ticks now, std::size_t moved);
  Ticks look(std::size_t count);
  void wake_one(Ticks now);
  std::size_t count() const { return workers_.size(); }

  // [STATE]
  const std::span<const Ticks> tasks_;
  const Submission submission_;
  const SimulatorOptions& options_;
  const MoveCosts& costs_;
  std::vector<Worker> workers_;
  std::vector<Queue> queues_;   // one a worker
  std::vector<Queue> entries_;  // one a worker; of the stealing pool
  BusySet busy_;                // which of queues_ are not empty
  BusySet entered_;             // which of entries_ are not empty
  Range rest_;                  // not yet submitted one by one
  std::deque<std::size_t> asleep_;
  std::uint64_t rings_ = 0;  // of the bell, whether one sleeps or not
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Ticks last_end_ = 0;
  SimulatedRun result_;
  // [/STATE]
};

// ---- Time ------------------------------------------------------------------

// [RUN]
SimulatedRun Simulation::run() {
  begin();
  while (!events_.empty()) {
    const auto [now, who] = events_.top();
    events_.pop();
    if (who > 0) {
      go_on(who - 1, now);
    } else if (options_.policy == Policy::static_blocks) {
      deal_out(now);
    } else {
      submit_outside(now);
    }
  }
  result_.time = last_end_ + costs_.wake;  // of the thread that waits for all
  return result_;
}

// [/RUN]

// [START]
// At first all workers sleep. A static split begins when all is submitted.
void Simulation::begin() {
  for (std::size_t i = 0; i < count(); ++i) asleep_.push_back(i);
  const bool is_static = options_.policy == Policy::static_blocks;
  const Ticks held = is_static ? costs_.submit * Ticks{rest_.count} : 0;
  if (submission_ == Submission::outside) return events_.push({held, 0});
  if (submission_ == Submission::by_halves) {
    workers_[0].in_hand = std::exchange(rest_, {});
  }
  wake_one(0);
}
// [/START]

// [GO_ON]
// What a worker does next: until it has begun a task, or sleeps.
void Simulation::go_on(std::size_t me, Ticks now) {
  Worker& worker = workers_[me];
  Ticks after = 0;
  if (std::exchange(worker.ran, false)) after = after_task(me, now);
  if (submission_ == Submission::by_a_task && me == 0 && rest_.count > 0) {
    return submit_inside(me, now);
  }
  if (worker.in_hand.count == 0) {
    after += worker.search.on ? arrive(me, now) : find(me, now + after);
  }
  if (worker.search.on) return events_.push({now + after, me + 1});
  if (worker.in_hand.count == 0) return asleep_.push_back(me);
  if (worker.in_hand.count > 1) return divide(me, now + after);
  const Range task = std::exchange(worker.in_hand, {});
  const Ticks end = now + after + costs_.run + tasks_[task.first];
  last_end_ = std::max(last_end_, end);
  worker.ran = true;
  events_.push({end, me + 1});
}
// [/GO_ON]

// [WAKE]
void Simulation::wake_one(Ticks now) {
  ++rings_;
  if (asleep_.empty()) return;
  events_.push({now + costs_.wake, asleep_.front() + 1});
  asleep_.pop_front();
}
// [/WAKE]

// ---- Giving tasks in -------------------------------------------------------

// [SUBMIT]
void Simulation::submit_outside(Ticks now) {
  if (rest_.count == 0) return;
  const std::size_t turn = rest_.first % count();
  if (options_.policy == Policy::balancing) {
    push_front(turn, {rest_.first, 1});
  } else {
    entries_[turn].ranges.push_back({rest_.first, 1});
    entered_.mark(turn, true);
  }
  rest_ = {rest_.first + 1, rest_.count - 1};
  wake_one(now);
  events_.push({now + costs_.submit, 0});
}

// As deal_out() of chapter 4.
void Simulation::deal_out(Ticks now) {
  const std::size_t n = std::exchange(rest_, {}).count;
  for (std::size_t i = 0; i < count(); ++i) {
    for (std::size_t k = i * n / count(); k < (i + 1) * n / count(); ++k) {
      push_front(i, {static_cast<std::uint32_t>(k), 1});
    }
  }
  while (!asleep_.empty()) wake_one(now);
}

// [/SUBMIT]

// [INSIDE]
void Simulation::submit_inside(std::size_t me, Ticks now) {
  push_back(me, {rest_.first, 1});
  rest_ = {rest_.first + 1, rest_.count - 1};
  wake_one(now);
  events_.push({now + costs_.submit, me + 1});
}

void Simulation::divide(std::size_t me, Ticks now) {
  Range& range = workers_[me].in_hand;
  const std::uint32_t left = range.count / 2;
  push_back(me, {range.first + left, range.count - left});
  range.count = left;
  wake_one(now);
  events_.push({now + costs_.submit, me + 1});
}
// [/INSIDE]

// [QUEUES]
void Simulation::note_size(std::size_t i) {
  busy_.mark(i, !queues_[i].ranges.empty());
}

void Simulation::push_front(std::size_t i, Range range) {
  queues_[i].ranges.push_front(range);
  busy_.mark(i, true);
}

void Simulation::push_back(std::size_t i, Range range) {
  queues_[i].ranges.push_back(range);
  busy_.mark(i, true);
}

Range Simulation::take_front(std::size_t i) {
  const Range range = queues_[i].ranges.front();
  queues_[i].ranges.pop_front();
  note_size(i);
  return range;
}
// [/QUEUES]

// ---- Looking for a task ----------------------------------------------------

// [FIND]
// The worker begins to look for a task, in its own queue first. Returns how
// long that takes. It draws from its stream as the pools' workers do.
Ticks Simulation::find(std::size_t me, Ticks now) {
  Rng& rng = workers_[me].rng;
  workers_[me].heard = rings_;
  const bool balances = options_.policy == Policy::balancing;
  std::size_t first = balances ? rng.below(count()) : 0;
  if (pop(me) || options_.policy == Policy::static_blocks) return 0;
  if (!balances && count() > 1) first = rng.below(count());
  return search(me, first, count(), now);
}

bool Simulation::pop(std::size_t me) {
  if (queues_[me].ranges.empty()) return false;
  workers_[me].in_hand = queues_[me].ranges.back();
  queues_[me].ranges.pop_back();
  note_size(me);
  return true;
}
// [/FIND]

// [LOOKED]
// How many queues a worker looks into that begins with the first, leaves out
// its own and ends with the last one.
std::size_t looked_into(std::size_t first, std::size_t last, std::size_t me,
                        std::size_t n) {
  const std::size_t distance = (last + n - first) % n;
  return distance + 1 - ((me + n - first) % n <= distance ? 1 : 0);
}
// [/LOOKED]

// [SEARCH]
// Looks into `left` queues, round the end, from the first on. It will be at
// the first busy one when so many looks are over. Empty ones are passed
// without an event each: 1,024 workers would make a million.
Ticks Simulation::search(std::size_t me, std::size_t first, std::size_t left,
                         Ticks now) {
  const std::size_t n = count();
  const std::size_t victim = left == 0 ? n : busy_.next(first);
  const std::size_t passed = (victim + n - first) % n;
  Search& mine = workers_[me].search;
  mine = {victim < n && passed < left, victim, left - std::min(left, passed)};
  if (!mine.on) return fetch_entered(me, now);
  const Ticks looks = look(looked_into(first, victim, me, n));
  return looks > 0 ? looks : arrive(me, now);
}

// The worker has come to its victim, which another may have robbed meanwhile.
Ticks Simulation::arrive(std::size_t me, Ticks now) {
  const auto [_, victim, left] = std::exchange(workers_[me].search, {});
  if (queues_[victim].ranges.empty()) {
    return search(me, (victim + 1) % count(), left - 1, now);
  }
  const std::size_t moved = take_from(victim, me);
  if (moved > 1 || options_.policy == Policy::balancing) wake_one(now);
  return wait_and_move(queues_[victim], now, moved);
}
// [/SEARCH]

// [TAKE]
// Takes a task in hand, and others to the own queue. Returns how many.
std::size_t Simulation::take_from(std::size_t victim, std::size_t me) {
  if (options_.policy == Policy::balancing) {
    const std::size_t moved = even_out(me, victim, 0);
    pop(me);
    return moved;
  }
  const std::size_t size = queues_[victim].ranges.size();
  const std::size_t moved = options_.steals_half ? (size + 1) / 2 : 1;
  workers_[me].in_hand = take_front(victim);
  for (std::size_t k = 1; k < moved; ++k) push_back(me, take_front(victim));
  return moved;
}
// [/TAKE]

// [AGAIN]
// Nothing was found. If the bell rang meanwhile, something may stand where the
// worker has looked already: it looks again, as Bell of chapter 4 has it. If
// not, it sleeps: when, makes no difference.
Ticks Simulation::find_again(std::size_t me, Ticks now) {
  return workers_[me].heard == rings_ ? 0 : find(me, now);
}
// [/AGAIN]

// [ENTERED]
// After a look into every deque: its own entry queue, then the others' from
// the first on. None holds anything unless the pool steals.
Ticks Simulation::fetch_entered(std::size_t me, Ticks now) {
  const bool is_mine = !entries_[me].ranges.empty();
  const std::size_t i = is_mine ? me : entered_.next(0);
  if (i == count()) return find_again(me, now);
  Ticks looks = look(count() - 1);
  if (!is_mine) looks += look(looked_into(0, i, me, count()));
  Queue& entry = entries_[i];
  workers_[me].in_hand = entry.ranges.front();
  entry.ranges.pop_front();
  entered_.mark(i, !entry.ranges.empty());
  if (is_mine) return looks;
  return looks + wait_and_move(entry, now + looks, 1);
}
// [/ENTERED]

// [BALANCE]
// The coin: see BalancedQueues::after_task() of chapter 4.
Ticks Simulation::after_task(std::size_t me, Ticks now) {
  const std::size_t queue = queues_[me].ranges.size();
  if (options_.policy != Policy::balancing) return 0;
  if (queue == 0 || count() == 1) return 0;
  Rng& rng = workers_[me].rng;
  const double chance = options_.coin / static_cast<double>(queue + 1);
  if (rng.uniform() >= chance) return 0;
  const std::size_t draw = rng.below(count() - 1);
  const std::size_t other = draw < me ? draw : draw + 1;
  const Ticks looks = look(1);
  const std::size_t moved = even_out(me, other, options_.threshold);
  if (moved == 0) return looks;
  wake_one(now);
  return looks + wait_and_move(queues_[other], now + looks, moved);
}
// [/BALANCE]

// [EVEN_OUT]
// As WorkQueue::even_out() of chapter 4. Returns how many it moved.
std::size_t Simulation::even_out(std::size_t me, std::size_t other,
                                 std::size_t threshold) {
  auto& mine = queues_[me].ranges;
  auto& theirs = queues_[other].ranges;
  auto& shorter = mine.size() < theirs.size() ? mine : theirs;
  auto& longer = mine.size() < theirs.size() ? theirs : mine;
  const std::size_t difference = longer.size() - shorter.size();
  if (difference <= threshold) return 0;
  const std::size_t moved = (difference + 1) / 2;
  const auto end = longer.begin() + static_cast<std::ptrdiff_t>(moved);
  shorter.insert(shorter.begin(), longer.begin(), end);
  longer.erase(longer.begin(), end);
  note_size(me);
  note_size(other);
  return moved;
}
// [/EVEN_OUT]

// [PAY]
Ticks Simulation::look(std::size_t count) {
  result_.looks += count;
  return costs_.look * static_cast<Ticks>(count);
}

// A queue lets one worker move at a time: the others wait for their turn.
// Returns how long this one takes, its wait included.
Ticks Simulation::wait_and_move(Queue& queue, Ticks now, std::size_t moved) {
  ++result_.moves;
  result_.moved += moved;
  const Ticks start = std::max(now, queue.taken_until);
  queue.taken_until =
      start + costs_.move + costs_.carry * static_cast<Ticks>(moved - 1);
  return queue.taken_until - now;
}
// [/PAY]

void require_sound(const SimulatedWork& work, const SimulatorOptions& options) {
  const auto refuse = [](const char* why) {
    throw std::invalid_argument(std::string("simulate: ") + why);
  };
  if (options.workers == 0) refuse("no workers");
  if (work.tasks.size() > std::numeric_limits<std::uint32_t>::max()) {
    refuse("too many tasks");
  }
  if (std::ranges::any_of(work.tasks, [](Ticks t) { return t < 0; })) {
    refuse("a task takes less than no time");
  }
}

}  // namespace

SimulatedRun simulate(const SimulatedWork& work,
                      const SimulatorOptions& options) {
  require_sound(work, options);
  return Simulation(work, options).run();
}

}  // namespace nn
