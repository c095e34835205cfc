// How the explorer works.
//
// Every store to a location leaves a message; the messages of a location stand
// in its modification order. A thread has a view: for each location the newest
// message that it may not read past, and for each thread how many of its steps
// happen before now. A release store puts the thread's view into the message,
// an acquire load takes it out; so coherence and happens-before are exact:
//
// - a load may return any message at or after the one in the view;
// - a store may be placed anywhere after it, but never between a
//   read-modify-write and the message which that read;
// - a read-modify-write carries on the release sequence of what it read; a
//   plain store, of the same thread too, ends it (C++20);
// - a release fence leaves the view for the thread's later relaxed stores, an
//   acquire fence takes up the views of its earlier relaxed loads.
//
// Sequential consistency is checked as the standard words it ([atomics.order],
// paragraph 4): there must be one total order S of the seq_cst operations and
// fences that agrees with "strongly happens before", and, where A comes before
// B in a location's coherence order, with A (or a seq_cst fence that happens
// before A) before B (or a seq_cst fence after which B happens). We keep these
// demands as a graph; a choice that would close a cycle is not offered. S need
// not be the order in which the explorer runs the steps, nor agree with
// happens-before: C++20 does not ask for it, and real bugs live there.
//
// Therefore a store never needs a preemption before it: who must not see it
// yet simply reads an older message. Only what reads is a scheduling point.
//
// What is left out:
// - Load buffering: a load that returns a store which the same thread's later
//   steps helped to bring about. C++20 allows it for relaxed operations; we run
//   each thread in program order, so it does not appear. claim_last_load()
//   looks for its cause instead.
// - More preemptions than the bound.
// - compare_exchange_weak, consume, mixed sizes, wait/notify of atomics.
// Nothing is allowed that C++20 forbids, but for one thing: an execution with a
// data race is reported even if all its outcomes are harmless.
#include "model/explorer.hpp"

#include <ucontext.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <sstream>

namespace nn::model {
namespace {

constexpr int kMaxNodes = 64;
constexpr int kMaxSteps = 2000;
constexpr std::size_t kStackBytes = std::size_t{128} * 1024;

using Nodes = std::uint64_t;  // a set of nodes of the graph of S

Nodes only(int node) {
  return Nodes{1} << node;
}

bool acquires(Order order) {
  return order == Order::acquire || order == Order::acq_rel ||
         order == Order::seq_cst || order == Order::consume;
}

bool releases(Order order) {
  return order == Order::release || order == Order::acq_rel ||
         order == Order::seq_cst;
}

const char* name(Order order) {
  static constexpr std::array kNames{"relaxed", "consume", "acquire",
                                     "release", "acq_rel", "seq_cst"};
  return kNames[static_cast<std::size_t>(order)];
}

template <typename Vector>
auto& at(Vector& vector, int index) {
  return vector[static_cast<std::size_t>(index)];
}

// ---- The order S -----------------------------------------------------------

// What S must satisfy: edges between seq_cst operations and fences.
class ScGraph {
 public:
  void clear() { size_ = 0; }
  int size() const { return size_; }
  int add_node() {
    reach_[static_cast<std::size_t>(size_)] = 0;
    return size_++;
  }
  // False, and useless from then on, if this closes a cycle.
  bool add_edges(Nodes from, Nodes to) {
    if (from == 0 || to == 0) return true;
    Nodes below = to;
    for (int i = 0; i < size_; ++i)
      if (to & only(i)) below |= at(reach_, i);
    if (below & from) return false;
    for (int i = 0; i < size_; ++i)
      if ((only(i) | at(reach_, i)) & from) at(reach_, i) |= below;
    return true;
  }
  // Copying what is in use only.
  void copy_from(const ScGraph& other) {
    size_ = other.size_;
    std::copy_n(other.reach_.begin(), size_, reach_.begin());
  }

 private:
  int size_ = 0;
  std::array<Nodes, kMaxNodes> reach_;
};

// ---- Memory ----------------------------------------------------------------

struct Message {
  Bits value;
  int position;      // in the modification order
  bool by_rmw;       // nothing may come between it and its predecessor
  int thread, step;  // who wrote it
  View released;     // what who acquires it learns
};

// One access of a location, as the graph of S needs it.
struct Access {
  bool reads, writes;
  int message;  // read, or written if it writes
  int thread, step;
  Nodes self;    // its node, if it is seq_cst
  Nodes source;  // that and the seq_cst fences that happen before it
};

struct Claim {
  int message, thread, step;
};

struct Location {
  bool alive;
  int thread, step;  // who constructed it
  std::vector<Message> messages;
  std::vector<int> order;  // message numbers in modification order
  std::vector<Access> accesses;
  std::vector<Claim> claims;
  // Threads that write it, in any execution: known when the search began anew,
  // and by now.
  unsigned writers = 0, writers_by_now = 0;
};

struct ScNode {
  bool is_fence;
  int thread, step;
  std::array<int, kMaxThreads> steps;  // what happens before it
};

// ---- Threads ---------------------------------------------------------------

struct Thread {
  enum class State { kReady, kMutex, kCondition, kJoin, kDone };
  State state;
  bool started;
  bool twin;     // does the same as the thread before it
  Mutex* mutex;  // waits for, or will after the condition
  ConditionVariable* condition;
  View view;
  View pending;  // of messages read relaxed: for an acquire fence
  View fenced;   // at the last release fence
  int last_location, last_message, last_step;  // of its last load
  std::function<void()> body;
  ucontext_t context;
  std::unique_ptr<char[]> stack;
};

struct Choice {
  int chosen, count;
};

}  // namespace

// While an execution runs, memory that the program frees is kept, so that a
// read of it is found by us and not by the operating system.
namespace {
bool g_exploring = false;
std::array<void*, 1 << 16> g_freed;
std::size_t g_freed_count = 0;

void release_freed() {
  for (std::size_t i = 0; i < g_freed_count; ++i) std::free(g_freed[i]);
  g_freed_count = 0;
}
}  // namespace

class Explorer {
 public:
  Verdict explore(const std::function<void()>& program, Limits limits);

  Bits load(int location, Order order, Where where);
  void store(int location, Bits value, Order order, Where where);
  Bits modify(int location, Bits (*change)(Bits, Bits), Bits argument,
              Order order, Where where);
  bool compare_exchange(int location, Bits& expected, Bits desired,
                        Order success, Order failure, Where where);
  void fence(Order order, Where where);
  int begin_lifetime(Bits value);
  void end_lifetime(int location);
  void lock(Mutex& mutex);
  void unlock(Mutex& mutex);
  void wait(ConditionVariable& condition, Mutex& mutex);
  void notify(ConditionVariable& condition, bool all);
  void run_threads(const std::vector<std::function<void()>>& bodies,
                   int twins_from);
  void claim_last_load();
  [[noreturn]] void fail(const std::string& what);

  int current() const { return current_; }
  int step();
  bool happened(int thread, int step) {
    return at(me().view.steps, thread) >= step;
  }
  int thread_count() const { return thread_count_; }
  void trace_access(const char* what, Where where);

 private:
  // What a load, a store or a read-modify-write may do: read and (or) write at
  // a place in the modification order.
  struct Candidate {
    bool reads, writes;
    int position;  // of the message read; a write goes right behind it
    Order order;
  };

  Thread& me() { return at(threads_, current_); }
  Location& usable(int location);
  int floor(int location);
  void join(View& into, const View& from);

  bool demands(int location, const Candidate& candidate, ScGraph& graph,
               bool commit);
  void add_program_order(ScGraph& graph, int node);
  Nodes fences_before(const std::array<int, kMaxThreads>& steps);
  Nodes sink(const Access& access);
  int keep_allowed(int location);
  const Candidate& decide(int location);
  int read_message(int location, const Candidate& candidate);
  void record_read(int location, int message, const Candidate& candidate);
  void record_write(int location, Bits value, const Candidate& candidate,
                    int read);
  void check_claims(Location& place, int message);

  int choose(int count);
  bool next_path();
  void run_once(const std::function<void()>& program);
  void reset_thread(int thread, std::function<void()> body);
  void scheduling_point();
  void scheduling_point_before(int location);
  void note_writer(Location& place);
  void block();
  bool can_run(const Thread& thread) const;
  void switch_to(int thread);
  void finish();
  static void trampoline();
  void trace(const std::string& line);
  std::string describe(int location) const;

  // The search.
  std::vector<Choice> path_;
  std::size_t depth_ = 0;
  int preemptions_left_ = 0;
  int steps_left_ = 0;
  std::string failure_;
  bool tracing_ = false;
  std::ostringstream trace_;

  // The execution.
  std::array<Thread, kMaxThreads> threads_;
  int thread_count_ = 0;
  bool parallel_ = false;    // the threads run
  bool new_writer_ = false;  // points were skipped that matter
  int current_ = 0;
  ucontext_t home_;
  std::vector<Location> locations_;
  int location_count_ = 0;
  ScGraph graph_, scratch_;
  std::vector<ScNode> nodes_;
  std::vector<Candidate> candidates_;
};

namespace {
Explorer& explorer() {
  static Explorer instance;
  return instance;
}
}  // namespace

// ---- The search ------------------------------------------------------------

int Explorer::choose(int count) {
  if (count == 1) return 0;
  if (depth_ == path_.size()) path_.push_back({0, count});
  return path_[depth_++].chosen;
}

// Moves to the next path in depth-first order; false after the last.
bool Explorer::next_path() {
  if (new_writer_) {
    new_writer_ = false;
    for (Location& place : locations_) place.writers = place.writers_by_now;
    path_.clear();
    return true;
  }
  while (!path_.empty() && ++path_.back().chosen == path_.back().count)
    path_.pop_back();
  return !path_.empty();
}

Verdict Explorer::explore(const std::function<void()>& program, Limits limits) {
  Verdict verdict;
  path_.clear();
  locations_.clear();
  new_writer_ = false;
  do {
    preemptions_left_ = limits.preemptions;
    run_once(program);
    ++verdict.executions;
    if (!failure_.empty()) {
      tracing_ = true;  // the same path once more, this time with words
      preemptions_left_ = limits.preemptions;
      run_once(program);
      tracing_ = false;
      verdict.failure = failure_;
      verdict.trace = trace_.str();
      return verdict;
    }
    if (verdict.executions == limits.executions) return verdict;
  } while (next_path());
  verdict.complete = true;
  return verdict;
}

void Explorer::run_once(const std::function<void()>& program) {
  failure_.clear();
  trace_.str("");
  depth_ = 0;
  steps_left_ = kMaxSteps;
  location_count_ = 0;
  graph_.clear();
  nodes_.clear();
  thread_count_ = 1;
  current_ = 0;
  parallel_ = false;
  reset_thread(0, program);
  g_exploring = true;
  swapcontext(&home_, &threads_[0].context);
  g_exploring = false;
  release_freed();
}

void Explorer::fail(const std::string& what) {
  failure_ = what;
  trace("FAILS: " + what);
  // The fibres are abandoned where they stand.
  setcontext(&home_);
  std::abort();
}

void Explorer::trace(const std::string& line) {
  if (tracing_) trace_ << "  thread " << current_ << "  " << line << '\n';
}

namespace {
std::string place(Where where) {
  const std::string path = where.file;
  const std::size_t slash = path.rfind('/');
  return path.substr(slash == std::string::npos ? 0 : slash + 1) + ":" +
         std::to_string(where.line) + "  ";
}

std::string show(Bits value) {
  const auto number = static_cast<std::int64_t>(value);
  std::ostringstream text;
  if (number >= -1'000'000 && number <= 1'000'000)
    text << number;
  else
    text << "0x" << std::hex << value;
  return text.str();
}
}  // namespace

std::string Explorer::describe(int location) const {
  return " of variable " + std::to_string(location);
}

void Explorer::trace_access(const char* what, Where where) {
  if (tracing_) trace(place(where) + what);
}

// ---- Scheduling ------------------------------------------------------------

void Explorer::reset_thread(int thread, std::function<void()> body) {
  Thread& t = at(threads_, thread);
  t.state = Thread::State::kReady;
  t.started = t.twin = false;
  t.view = {};
  t.pending = t.fenced = t.view;
  t.last_location = -1;
  t.body = std::move(body);
  if (!t.stack) t.stack = std::make_unique<char[]>(kStackBytes);
  getcontext(&t.context);
  t.context.uc_stack.ss_sp = t.stack.get();
  t.context.uc_stack.ss_size = kStackBytes;
  t.context.uc_link = nullptr;
  makecontext(&t.context, trampoline, 0);
}

void Explorer::trampoline() {
  Explorer& self = explorer();
  self.me().body();
  self.finish();
}

void Explorer::finish() {
  me().state = Thread::State::kDone;
  trace("ends");
  if (current_ == 0) setcontext(&home_);
  block();
}

bool Explorer::can_run(const Thread& thread) const {
  using State = Thread::State;
  // Of twins that have not begun, only the first need go next.
  if (thread.twin && !thread.started && !(&thread - 1)->started) return false;
  if (thread.state == State::kReady) return true;
  if (thread.state == State::kMutex) return !thread.mutex->locked_;
  if (thread.state != State::kJoin) return false;
  return std::all_of(threads_.begin() + 1, threads_.begin() + thread_count_,
                     [](const Thread& t) { return t.state == State::kDone; });
}

void Explorer::switch_to(int thread) {
  Thread& from = me();
  current_ = thread;
  Thread& to = me();
  to.started = true;
  if (to.state != Thread::State::kCondition) to.state = Thread::State::kReady;
  if (&from == &to) return;
  if (from.state == Thread::State::kDone) setcontext(&to.context);
  swapcontext(&from.context, &to.context);
}

// Before a step that reads: shall another thread go first? Staying is the
// first choice, so the first path has no preemptions.
void Explorer::scheduling_point() {
  if (preemptions_left_ == 0) return;
  std::array<int, kMaxThreads> others{};
  int count = 0;
  for (int i = 0; i < thread_count_; ++i)
    if (i != current_ && (can_run(at(threads_, i)) ||
                          at(threads_, i).state == Thread::State::kCondition))
      at(others, count++) = i;
  const int chosen = choose(count + 1);
  if (chosen == 0) return;
  --preemptions_left_;
  switch_to(at(others, chosen - 1));
}

// What nobody else ever writes can be read as well now as later. Who writes
// it is learnt on the way: a new writer starts the search anew.
void Explorer::scheduling_point_before(int location) {
  const bool known = location >= 0 && location < location_count_;
  const unsigned others = ~(1u << current_);
  if (!known || (at(locations_, location).writers & others) != 0 ||
      !at(locations_, location).alive)
    scheduling_point();
}

void Explorer::note_writer(Location& place) {
  const unsigned self = 1u << current_;
  if (!parallel_ || (place.writers_by_now & self) != 0) return;
  place.writers_by_now |= self;
  new_writer_ = true;
}

// The running thread cannot go on: another must.
void Explorer::block() {
  std::array<int, kMaxThreads> ready{};
  int count = 0;
  for (int i = 0; i < thread_count_; ++i)
    if (can_run(at(threads_, i))) at(ready, count++) = i;
  if (count == 0) fail("deadlock: every thread waits");
  switch_to(at(ready, choose(count)));
}

void Explorer::run_threads(const std::vector<std::function<void()>>& bodies,
                           int twins_from) {
  if (thread_count_ != 1 || bodies.size() >= kMaxThreads)
    fail("run_threads: once, and at most 5 threads");
  step();
  for (const auto& body : bodies) {
    reset_thread(thread_count_, body);
    Thread& started = at(threads_, thread_count_);
    started.view = me().view;  // starting synchronises
    started.twin = thread_count_++ > twins_from + 1;
  }
  me().state = Thread::State::kJoin;
  parallel_ = true;
  block();
  parallel_ = false;
  for (int i = 1; i < thread_count_; ++i) join(me().view, at(threads_, i).view);
}

// ---- Views -----------------------------------------------------------------

void Explorer::join(View& into, const View& from) {
  for (std::size_t i = 0; i < from.steps.size(); ++i)
    into.steps[i] = std::max(into.steps[i], from.steps[i]);
  for (int l = 0; l < location_count_; ++l) {
    const auto& messages = at(locations_, l).messages;
    if (at(messages, at(from.seen, l)).position >
        at(messages, at(into.seen, l)).position)
      at(into.seen, l) = at(from.seen, l);
  }
}

// The oldest position that the running thread may read.
int Explorer::floor(int location) {
  const int seen = at(me().view.seen, location);
  return at(at(locations_, location).messages, seen).position;
}

int Explorer::step() {
  if (--steps_left_ == 0) fail("no end in sight: a loop that spins?");
  return ++at(me().view.steps, current_);
}

int Explorer::begin_lifetime(Bits value) {
  if (location_count_ == kMaxLocations) fail("too many atomics");
  const int location = location_count_++;
  if (static_cast<int>(locations_.size()) < location_count_)
    locations_.emplace_back();
  Location& place = at(locations_, location);
  place.alive = true;
  place.thread = current_;
  place.step = step();
  place.messages.clear();
  place.order.assign(1, 0);
  place.accesses.clear();
  place.claims.clear();
  // Construction is no atomic operation: nobody learns anything from it.
  place.messages.push_back({value, 0, false, current_, place.step, {}});
  return location;
}

void Explorer::end_lifetime(int location) {
  at(locations_, location).alive = false;
}

Location& Explorer::usable(int location) {
  if (location < 0 || location >= location_count_)
    fail("use of a freed atomic: the pointer to it is gone");
  Location& place = at(locations_, location);
  if (!place.alive) fail("use of a freed atomic");
  if (!happened(place.thread, place.step))
    fail("use of an atomic that may not be constructed yet");
  return place;
}

// ---- Sequential consistency ------------------------------------------------

// "Strongly happens before": A is in the same thread, or sequenced before
// something that happens before something that is sequenced before us.
void Explorer::add_program_order(ScGraph& graph, int node) {
  Nodes before = 0;
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    const ScNode& other = at(nodes_, i);
    const int known = at(me().view.steps, other.thread);
    if (other.thread == current_ || other.step < known) before |= only(i);
  }
  graph.add_edges(before, only(node));
}

Nodes Explorer::fences_before(const std::array<int, kMaxThreads>& steps) {
  Nodes result = 0;
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    const ScNode& node = at(nodes_, i);
    if (node.is_fence && at(steps, node.thread) >= node.step) result |= only(i);
  }
  return result;
}

// What must follow in S whatever comes before `access` in coherence order.
Nodes Explorer::sink(const Access& access) {
  Nodes result = access.self;
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    const ScNode& node = at(nodes_, i);
    if (node.is_fence && at(node.steps, access.thread) >= access.step)
      result |= only(i);
  }
  return result;
}

// Adds to `graph` what `candidate` demands of S; false if it cannot be. With
// `commit` the access is recorded too.
bool Explorer::demands(int location, const Candidate& candidate, ScGraph& graph,
                       bool commit) {
  Location& place = at(locations_, location);
  const bool is_sc = candidate.order == Order::seq_cst;
  Nodes source = fences_before(me().view.steps);
  if (candidate.reads && acquires(candidate.order)) {
    const int message = at(place.order, candidate.position);
    source |= fences_before(at(place.messages, message).released.steps);
  }
  Nodes self = 0;
  if (is_sc) {
    const int node = graph.add_node();
    self = only(node);
    source |= self;
    add_program_order(graph, node);
  }
  Nodes before = 0;
  Nodes behind = 0;
  for (const Access& other : place.accesses) {
    const int position = at(place.messages, other.message).position;
    // A read comes before the writes behind what it read; two reads of one
    // message are not ordered.
    const bool earlier = (candidate.writes || other.writes)
                             ? position <= candidate.position
                             : position < candidate.position;
    if (earlier) before |= other.source;
    if (position > candidate.position) behind |= sink(other);
  }
  if (commit) {
    if (is_sc) nodes_.push_back({false, current_, 0, {}});
    place.accesses.push_back(
        {candidate.reads, candidate.writes, 0, current_, 0, self, source});
  }
  return graph.add_edges(before, self) && graph.add_edges(source, behind);
}

// Drops the candidates that S forbids.
int Explorer::keep_allowed(int location) {
  const auto forbidden = [&](const Candidate& candidate) {
    scratch_.copy_from(graph_);
    return !demands(location, candidate, scratch_, false);
  };
  candidates_.erase(
      std::remove_if(candidates_.begin(), candidates_.end(), forbidden),
      candidates_.end());
  return static_cast<int>(candidates_.size());
}

// Chooses one of candidates_ and enters its demands.
const Explorer::Candidate& Explorer::decide(int location) {
  if (static_cast<int>(graph_.size()) == kMaxNodes)
    fail("too many seq_cst steps for the explorer");
  const int count = candidates_.size() == 1 ? 1 : keep_allowed(location);
  if (count == 0) fail("no value can be read: the explorer is wrong");
  const Candidate& chosen = at(candidates_, choose(count));
  if (!demands(location, chosen, graph_, true))
    fail("a cycle in S: the explorer is wrong");
  return chosen;
}

// ---- Accesses --------------------------------------------------------------

void Explorer::record_read(int location, int message,
                           const Candidate& candidate) {
  const Message& read = at(at(locations_, location).messages, message);
  Thread& thread = me();
  at(thread.view.seen, location) = static_cast<std::int16_t>(message);
  join(acquires(candidate.order) ? thread.view : thread.pending, read.released);
}

void Explorer::check_claims(Location& place, int message) {
  for (const Claim& claim : place.claims)
    if (claim.message != message && !happened(claim.thread, claim.step))
      fail(
          "a slot in use is overwritten by a store that is not ordered after "
          "its load");
}

void Explorer::record_write(int location, Bits value,
                            const Candidate& candidate, int read) {
  Location& place = at(locations_, location);
  note_writer(place);
  const int message = static_cast<int>(place.messages.size());
  Thread& thread = me();
  View released;
  join(released, releases(candidate.order) ? thread.view : thread.fenced);
  if (candidate.reads) join(released, at(place.messages, read).released);
  const int position = candidate.position + 1;
  place.order.insert(place.order.begin() + position, message);
  place.messages.push_back({value, position, candidate.reads, current_,
                            at(thread.view.steps, current_), released});
  for (int i = position; i < static_cast<int>(place.order.size()); ++i)
    at(place.messages, at(place.order, i)).position = i;
  at(thread.view.seen, location) = static_cast<std::int16_t>(message);
  check_claims(place, message);
}

Bits Explorer::load(int location, Order order, Where where) {
  scheduling_point_before(location);
  Location& place = usable(location);
  const int newest = static_cast<int>(place.order.size()) - 1;
  const int oldest = floor(location);
  candidates_.clear();
  for (int p = newest; p >= oldest; --p)
    candidates_.push_back({true, false, p, order});
  const Candidate chosen = decide(location);
  const int message = at(place.order, chosen.position);
  const int now = step();
  place.accesses.back().message = message;
  place.accesses.back().step = now;
  if (order == Order::seq_cst) nodes_.back().step = now;
  record_read(location, message, chosen);
  me().last_location = location;
  me().last_message = message;
  me().last_step = now;
  const Bits value = at(place.messages, message).value;
  if (tracing_)
    trace(model::place(where) + "load(" + name(order) + ")" +
          describe(location) + " = " + show(value) +
          (chosen.position == newest
               ? ""
               : ", old: the newest is " +
                     show(at(place.messages, place.order.back()).value)));
  return value;
}

void Explorer::store(int location, Bits value, Order order, Where where) {
  Location& place = usable(location);
  const int newest = static_cast<int>(place.order.size()) - 1;
  const int oldest = floor(location);
  candidates_.clear();
  for (int p = newest; p >= oldest; --p)
    if (p == newest || !at(place.messages, at(place.order, p + 1)).by_rmw)
      candidates_.push_back({false, true, p, order});
  const Candidate chosen = decide(location);
  const int now = step();
  place.accesses.back().step = now;
  place.accesses.back().message = static_cast<int>(place.messages.size());
  if (order == Order::seq_cst) nodes_.back().step = now;
  record_write(location, value, chosen, 0);
  if (tracing_)
    trace(model::place(where) + "store(" + name(order) + ")" +
          describe(location) + " = " + show(value) +
          (chosen.position == newest ? "" : ", but before newer ones"));
}

Bits Explorer::modify(int location, Bits (*change)(Bits, Bits), Bits argument,
                      Order order, Where where) {
  scheduling_point_before(location);
  Location& place = usable(location);
  const int newest = static_cast<int>(place.order.size()) - 1;
  const int oldest = floor(location);
  candidates_.clear();
  for (int p = newest; p >= oldest; --p)
    if (p == newest || !at(place.messages, at(place.order, p + 1)).by_rmw)
      candidates_.push_back({true, true, p, order});
  const Candidate chosen = decide(location);
  const int read = at(place.order, chosen.position);
  const int now = step();
  place.accesses.back().step = now;
  place.accesses.back().message = static_cast<int>(place.messages.size());
  if (order == Order::seq_cst) nodes_.back().step = now;
  const Bits old = at(place.messages, read).value;
  record_read(location, read, chosen);
  record_write(location, change(old, argument), chosen, read);
  if (tracing_)
    trace(model::place(where) + "modify(" + name(order) + ")" +
          describe(location) + ": " + show(old) + " -> " +
          show(change(old, argument)));
  return old;
}

bool Explorer::compare_exchange(int location, Bits& expected, Bits desired,
                                Order success, Order failure, Where where) {
  scheduling_point_before(location);
  Location& place = usable(location);
  const int newest = static_cast<int>(place.order.size()) - 1;
  const int oldest = floor(location);
  candidates_.clear();
  for (int p = newest; p >= oldest; --p) {
    const int message = at(place.order, p);
    if (at(place.messages, message).value != expected)
      candidates_.push_back({true, false, p, failure});
    else if (p == newest || !at(place.messages, at(place.order, p + 1)).by_rmw)
      candidates_.push_back({true, true, p, success});
  }
  const Candidate chosen = decide(location);
  const int read = at(place.order, chosen.position);
  const int now = step();
  place.accesses.back().step = now;
  place.accesses.back().message =
      chosen.writes ? static_cast<int>(place.messages.size()) : read;
  if (chosen.order == Order::seq_cst) nodes_.back().step = now;
  const Bits old = at(place.messages, read).value;
  record_read(location, read, chosen);
  if (chosen.writes) record_write(location, desired, chosen, read);
  if (tracing_)
    trace(model::place(where) + "compare_exchange(" + name(chosen.order) + ")" +
          describe(location) + ": " + show(old) +
          (chosen.writes ? " -> " + show(desired)
                         : ", not " + show(expected) + ": fails"));
  expected = old;
  return chosen.writes;
}

void Explorer::fence(Order order, Where where) {
  Thread& thread = me();
  if (order == Order::seq_cst) {
    if (graph_.size() == kMaxNodes)
      fail("too many seq_cst steps for the explorer");
    add_program_order(graph_, graph_.add_node());
  }
  const int now = step();
  if (acquires(order)) join(thread.view, thread.pending);
  if (order == Order::seq_cst) {
    Nodes before = 0;
    for (int l = 0; l < location_count_; ++l) {
      const int bound = floor(l);
      const Location& place = at(locations_, l);
      for (const Access& access : place.accesses) {
        const int p = at(place.messages, access.message).position;
        if (p < bound || (p == bound && access.writes)) before |= access.source;
      }
    }
    graph_.add_edges(before, only(static_cast<int>(nodes_.size())));
    nodes_.push_back({true, current_, now, thread.view.steps});
  }
  if (releases(order)) thread.fenced = thread.view;
  if (tracing_) trace(model::place(where) + "fence(" + name(order) + ")");
}

void Explorer::claim_last_load() {
  const Thread& thread = me();
  Location& place = at(locations_, thread.last_location);
  const int mine = at(place.messages, thread.last_message).position;
  place.claims.push_back({thread.last_message, current_, thread.last_step});
  for (const Message& other : place.messages)
    if (other.position > mine &&
        at(other.released.steps, current_) < thread.last_step)
      fail(
          "a slot in use was overwritten by a store that is not ordered "
          "after its load");
}

// ---- Mutexes and condition variables ---------------------------------------

void Explorer::lock(Mutex& mutex) {
  scheduling_point();
  if (mutex.locked_) {
    me().state = Thread::State::kMutex;
    me().mutex = &mutex;
    block();
  }
  mutex.locked_ = true;
  step();
  join(me().view, mutex.released_);
  trace("locks");
}

void Explorer::unlock(Mutex& mutex) {
  step();
  mutex.locked_ = false;
  mutex.released_ = me().view;
  trace("unlocks");
}

void Explorer::wait(ConditionVariable& condition, Mutex& mutex) {
  scheduling_point();
  unlock(mutex);
  trace("sleeps");
  me().state = Thread::State::kCondition;
  me().condition = &condition;
  block();
  me().state = Thread::State::kReady;
  trace("wakes");
  lock(mutex);
}

void Explorer::notify(ConditionVariable& condition, bool all) {
  scheduling_point();
  std::array<int, kMaxThreads> asleep{};
  int count = 0;
  for (int i = 0; i < thread_count_; ++i) {
    const Thread& thread = at(threads_, i);
    if (thread.state == Thread::State::kCondition &&
        thread.condition == &condition)
      at(asleep, count++) = i;
  }
  trace(all ? "notifies all" : "notifies one");
  if (count == 0) return;
  if (!all) at(asleep, 0) = at(asleep, choose(count));
  for (int i = 0; i < (all ? count : 1); ++i)
    at(threads_, at(asleep, i)).state = Thread::State::kReady;
}

// ---- What the program calls ------------------------------------------------

Bits load(int location, Order order, Where where) {
  return explorer().load(location, order, where);
}
void store(int location, Bits value, Order order, Where where) {
  explorer().store(location, value, order, where);
}
Bits modify(int location, Bits (*change)(Bits, Bits), Bits argument,
            Order order, Where where) {
  return explorer().modify(location, change, argument, order, where);
}
bool compare_exchange(int location, Bits& expected, Bits desired, Order success,
                      Order failure, Where where) {
  return explorer().compare_exchange(location, expected, desired, success,
                                     failure, where);
}
void fence(Order order, Where where) {
  explorer().fence(order, where);
}
int begin_lifetime(Bits value, Where) {
  return explorer().begin_lifetime(value);
}
void end_lifetime(int location) {
  explorer().end_lifetime(location);
}

void Mutex::lock() {
  explorer().lock(*this);
}
void Mutex::unlock() {
  explorer().unlock(*this);
}

void ConditionVariable::wait(std::unique_lock<Mutex>& lock) {
  explorer().wait(*this, *lock.mutex());
}
void ConditionVariable::notify_one() {
  explorer().notify(*this, false);
}
void ConditionVariable::notify_all() {
  explorer().notify(*this, true);
}

void Watch::read(Where where) {
  Explorer& e = explorer();
  e.trace_access("reads plain data", where);
  if (writer_ >= 0 && !e.happened(writer_, write_step_))
    e.fail("data race: a read beside a write");
  at(read_step_, e.current()) = e.step();
}

void Watch::write(Where where) {
  Explorer& e = explorer();
  e.trace_access("writes plain data", where);
  if (writer_ >= 0 && !e.happened(writer_, write_step_))
    e.fail("data race: two writes");
  for (int i = 0; i < e.thread_count(); ++i)
    if (!e.happened(i, at(read_step_, i)))
      e.fail("data race: a write beside a read");
  writer_ = e.current();
  write_step_ = e.step();
}

void check(bool ok, const std::string& otherwise) {
  if (!ok) explorer().fail(otherwise);
}

void claim_last_load() {
  explorer().claim_last_load();
}

void run_threads(const std::vector<std::function<void()>>& threads,
                 int twins_from) {
  explorer().run_threads(threads, twins_from);
}

Verdict explore(const std::function<void()>& program, Limits limits) {
  return explorer().explore(program, limits);
}

}  // namespace nn::model

// ---- Memory that the program frees -----------------------------------------

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  using namespace nn::model;
  if (g_exploring && g_freed_count < g_freed.size())
    g_freed[g_freed_count++] = memory;
  else
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
