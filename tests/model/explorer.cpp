// How the explorer runs a program in every way that there is.
//
// The program's threads are fibres: stacks between which we switch ourselves,
// so that only one runs at a time and it is we who say which. Wherever there
// is more than one way to go on - another thread, an older message - the
// explorer asks choose(). The answers of one execution are a path in a tree;
// next_path() moves to the next path, depth first, until none is left.
//
// What a load may return and where a store may go says memory_model.hpp. A
// store therefore never needs a preemption before it: who must not see it yet
// simply reads an older message. Only what reads is a scheduling point.
//
// What is left out: more preemptions than the bound.
//
// With a follower (walk.hpp) it is otherwise: there every access is a
// scheduling point without bound, and where the follower knows the state the
// execution coasts to its end, in which nothing forks.
#ifdef __APPLE__
#define _XOPEN_SOURCE 600  // has ucontext.h declare anything at all
#define _DARWIN_C_SOURCE   // and the other headers no less than before
#endif

#include "model/explorer.hpp"

#include <ucontext.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iomanip>
#include <memory>
#include <new>
#include <sstream>
#include <utility>

#include "model/memory_model.hpp"
#include "model/walk.hpp"

namespace nn::model {
namespace {

constexpr std::size_t kStackBytes = std::size_t{128} * 1024;

// One of the program's threads; Memory has what it knows.
struct Fibre {
  enum class State { kReady, kMutex, kCondition, kJoin, kDone };
  State state;
  bool started;
  bool twin;     // does the same as the thread before it
  Mutex* mutex;  // waits for, or will after the condition
  ConditionVariable* condition;
  std::function<void()> body;
  ucontext_t context;
  std::unique_ptr<char[]> stack;
};

// A place where the path forks, and the branch that it takes.
struct Choice {
  int chosen, count;
};

// What traces call the locks in some memory.
struct Name {
  const void* begin;
  const void* end;
  std::string name;
};

// A bit for each thread that writes a location.
using Writers = std::array<unsigned, kMaxLocations>;

// While an execution runs, memory that the program frees is kept, so that a
// read of it is found by us and not by the operating system.
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
  void walk(const std::function<void()>& program, Follower& follower);

  // Steps of the running thread.
  Outcome access(int location, const Request& request, Where where);
  void lock(Mutex& mutex);
  void unlock(Mutex& mutex);
  void wait(ConditionVariable& condition, Mutex& mutex);
  void notify(ConditionVariable& condition, bool all);
  void run_threads(const std::vector<std::function<void()>>& bodies,
                   int twins_from);

  int choose(int count);
  [[noreturn]] void fail(const std::string& what);

  Memory& memory() { return memory_; }
  int thread_count() const { return thread_count_; }
  bool tracing() const { return tracing_; }
  void trace(const std::string& line);
  void trace(const std::string& verb, const void* lock);
  void name_thread(const std::string& name);
  void name_memory(const void* object, std::size_t bytes,
                   const std::string& name);

 private:
  Fibre& me() { return at(fibres_, memory_.running()); }

  bool followed() const { return follower_ != nullptr && parallel_; }
  void take_turns();
  Outcome followed_access(int location, Request request, Where where);
  void scheduling_point();
  void scheduling_point_before(int location);
  void note_writer(int location);
  bool can_run(const Fibre& fibre) const;
  void switch_to(int thread);
  void block();

  void start(int thread, std::function<void()> body);
  static void trampoline();
  void finish();

  bool next_path();
  void run_once(const std::function<void()>& program, Limits limits);
  void explain(const std::function<void()>& program, Limits limits,
               Verdict& verdict);
  const std::string& name_of(const void* lock);

  // The execution.
  Memory memory_;
  std::array<Fibre, kMaxThreads> fibres_;
  int thread_count_ = 0;
  bool parallel_ = false;  // the threads run
  int preemptions_left_ = 0;
  ucontext_t home_;
  std::string failure_;
  bool tracing_ = false;
  std::ostringstream trace_;
  std::array<std::string, kMaxThreads> thread_names_;
  std::vector<Name> names_;

  // The search.
  std::vector<Choice> path_;
  std::size_t depth_ = 0;
  // In any execution: as known when the search began anew, and by now.
  Writers writers_{}, writers_by_now_{};
  bool new_writer_ = false;  // points were skipped that matter

  Follower* follower_ = nullptr;
  bool coasting_ = false;  // to the end of an execution that is known
};

namespace {

Explorer& explorer() {
  static Explorer instance;
  return instance;
}

}  // namespace

// ---- Scheduling ------------------------------------------------------------

// Before a step that reads: shall another thread go first? Staying is the
// first choice, so the first path has no preemptions.
void Explorer::scheduling_point() {
  if (preemptions_left_ == 0) return;
  std::array<int, kMaxThreads> others{};
  int count = 0;
  for (int i = 0; i < thread_count_; ++i)
    if (i != memory_.running() &&
        (can_run(at(fibres_, i)) ||
         at(fibres_, i).state == Fibre::State::kCondition))
      at(others, count++) = i;
  const int chosen = choose(count + 1);
  if (chosen == 0) return;
  --preemptions_left_;
  switch_to(at(others, chosen - 1));
}

// What nobody else ever writes can be read as well now as later. Who writes
// it is learnt on the way: a new writer starts the search anew.
void Explorer::scheduling_point_before(int location) {
  const unsigned others = ~(1u << memory_.running());
  if (!memory_.alive(location) || (at(writers_, location) & others) != 0)
    scheduling_point();
}

void Explorer::note_writer(int location) {
  const unsigned self = 1u << memory_.running();
  if (!parallel_ || (at(writers_by_now_, location) & self) != 0) return;
  at(writers_by_now_, location) |= self;
  new_writer_ = true;
}

bool Explorer::can_run(const Fibre& fibre) const {
  using State = Fibre::State;
  // Of twins that have not begun, only the first need go next.
  if (fibre.twin && !fibre.started && !(&fibre - 1)->started) return false;
  if (fibre.state == State::kReady) return true;
  if (fibre.state == State::kMutex) return !fibre.mutex->locked_;
  if (fibre.state != State::kJoin) return false;
  return std::all_of(fibres_.begin() + 1, fibres_.begin() + thread_count_,
                     [](const Fibre& f) { return f.state == State::kDone; });
}

// The running thread cannot go on: another must.
void Explorer::block() {
  std::array<int, kMaxThreads> ready{};
  int count = 0;
  for (int i = 0; i < thread_count_; ++i)
    if (can_run(at(fibres_, i))) at(ready, count++) = i;
  if (count == 0) fail("deadlock: every thread waits");
  switch_to(at(ready, choose(count)));
}

// For a follower. The running thread stands before an access or has ended.
// Once all the others do so too, any of them may go on.
void Explorer::take_turns() {
  for (int i = 1; i < thread_count_; ++i)
    if (!at(fibres_, i).started) return switch_to(i);
  const bool ended = std::all_of(
      fibres_.begin() + 1, fibres_.begin() + thread_count_,
      [](const Fibre& f) { return f.state == Fibre::State::kDone; });
  // On the way back to the last fork, all is known.
  const bool replayed = depth_ < path_.size();
  if (!ended && !coasting_ && !follower_->arrive(memory_) && !replayed)
    coasting_ = true;
  block();
}

void Explorer::switch_to(int thread) {
  Fibre& from = me();
  memory_.run(thread);
  Fibre& to = me();
  to.started = true;
  if (to.state != Fibre::State::kCondition) to.state = Fibre::State::kReady;
  if (&from == &to) return;
  if (from.state == Fibre::State::kDone) setcontext(&to.context);
  swapcontext(&from.context, &to.context);
}

// ---- Threads ---------------------------------------------------------------

void Explorer::start(int thread, std::function<void()> body) {
  Fibre& fibre = at(fibres_, thread);
  fibre.state = Fibre::State::kReady;
  fibre.started = fibre.twin = false;
  fibre.body = std::move(body);
  if (!fibre.stack) fibre.stack = std::make_unique<char[]>(kStackBytes);
  getcontext(&fibre.context);
  fibre.context.uc_stack.ss_sp = fibre.stack.get();
  fibre.context.uc_stack.ss_size = kStackBytes;
  fibre.context.uc_link = nullptr;
  makecontext(&fibre.context, trampoline, 0);
}

void Explorer::trampoline() {
  Explorer& self = explorer();
  self.me().body();
  self.finish();
}

void Explorer::finish() {
  me().state = Fibre::State::kDone;
  trace("ends");
  if (memory_.running() == 0) setcontext(&home_);
  followed() ? take_turns() : block();
}

void Explorer::run_threads(const std::vector<std::function<void()>>& bodies,
                           int twins_from) {
  if (thread_count_ != 1 || bodies.size() >= kMaxThreads)
    fail("run_threads: once, and at most 5 threads");
  memory_.step();
  for (const auto& body : bodies) {
    start(thread_count_, body);
    memory_.start(thread_count_);
    at(fibres_, thread_count_).twin = thread_count_ > twins_from + 1;
    ++thread_count_;
  }
  me().state = Fibre::State::kJoin;
  parallel_ = true;
  followed() ? take_turns() : block();
  parallel_ = false;
  for (int i = 1; i < thread_count_; ++i) memory_.learn(memory_.view_of(i));
}

// ---- Steps -----------------------------------------------------------------

Outcome Explorer::access(int location, const Request& request, Where where) {
  if (followed()) return followed_access(location, request, where);
  if (request.reads) scheduling_point_before(location);
  const Outcome outcome = memory_.access(location, request);
  // A compare-and-swap that failed too: elsewhere it may not fail.
  if (request.writes) note_writer(location);
  return outcome;
}

Outcome Explorer::followed_access(int location, Request request, Where where) {
  take_turns();
  if (!coasting_) follower_->begin_step(memory_, location, request, where);
  const Outcome outcome = memory_.access(location, request);
  if (!coasting_) follower_->end_step(outcome);
  return outcome;
}

void Explorer::lock(Mutex& mutex) {
  scheduling_point();
  if (mutex.locked_) {
    trace("waits for", &mutex);
    me().state = Fibre::State::kMutex;
    me().mutex = &mutex;
    block();
  }
  mutex.locked_ = true;
  memory_.step();
  memory_.learn(mutex.released_);
  mutex.uses_.use();
  trace("locks", &mutex);
}

void Explorer::unlock(Mutex& mutex) {
  mutex.uses_.use();
  mutex.locked_ = false;
  mutex.released_ = memory_.view();
  trace("unlocks", &mutex);
}

void Explorer::wait(ConditionVariable& condition, Mutex& mutex) {
  scheduling_point();
  condition.uses_.use();
  unlock(mutex);
  trace("sleeps at", &condition);
  me().state = Fibre::State::kCondition;
  me().condition = &condition;
  block();
  me().state = Fibre::State::kReady;
  trace("wakes at", &condition);
  lock(mutex);
}

void Explorer::notify(ConditionVariable& condition, bool all) {
  scheduling_point();
  condition.uses_.use();
  std::array<int, kMaxThreads> asleep{};
  int count = 0;
  for (int i = 0; i < thread_count_; ++i) {
    const Fibre& fibre = at(fibres_, i);
    if (fibre.state == Fibre::State::kCondition &&
        fibre.condition == &condition)
      at(asleep, count++) = i;
  }
  trace(all ? "notifies all at" : "notifies one at", &condition);
  if (count == 0) return;
  if (!all) at(asleep, 0) = at(asleep, choose(count));
  for (int i = 0; i < (all ? count : 1); ++i)
    at(fibres_, at(asleep, i)).state = Fibre::State::kReady;
}

// ---- The search ------------------------------------------------------------

int Explorer::choose(int count) {
  if (count == 1 || coasting_) return 0;
  if (depth_ == path_.size()) path_.push_back({0, count});
  return path_[depth_++].chosen;
}

// Moves to the next path in depth-first order; false after the last.
bool Explorer::next_path() {
  if (new_writer_) {
    new_writer_ = false;
    writers_ = writers_by_now_;
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
  writers_ = writers_by_now_ = {};
  new_writer_ = false;
  do {
    run_once(program, limits);
    ++verdict.executions;
    if (!failure_.empty()) {
      explain(program, limits, verdict);
      return verdict;
    }
    if (verdict.executions == limits.executions) return verdict;
  } while (next_path());
  verdict.complete = true;
  return verdict;
}

void Explorer::walk(const std::function<void()>& program, Follower& follower) {
  path_.clear();
  new_writer_ = false;
  follower_ = &follower;
  do {
    coasting_ = false;
    follower.begin();
    run_once(program, {});
    if (!coasting_) follower.end(failure_);
  } while (next_path());
  coasting_ = false;
  follower_ = nullptr;
}

void Explorer::run_once(const std::function<void()>& program, Limits limits) {
  failure_.clear();
  depth_ = 0;
  preemptions_left_ = limits.preemptions;
  thread_count_ = 1;
  parallel_ = false;
  memory_.begin();
  start(0, program);
  g_exploring = true;
  swapcontext(&home_, &fibres_[0].context);
  g_exploring = false;
  release_freed();
}

// The path that failed once more, this time with words.
void Explorer::explain(const std::function<void()>& program, Limits limits,
                       Verdict& verdict) {
  trace_.str("");
  names_.clear();
  thread_names_ = {"main"};
  tracing_ = true;
  run_once(program, limits);
  tracing_ = false;
  verdict.failure = failure_;
  verdict.trace = trace_.str();
}

void Explorer::fail(const std::string& what) {
  failure_ = what;
  trace("FAILS: " + what);
  // The fibres are abandoned where they stand.
  setcontext(&home_);
  std::abort();
}

int choose(int count) {
  return explorer().choose(count);
}
void fail(const std::string& what) {
  explorer().fail(what);
}
Verdict explore(const std::function<void()>& program, Limits limits) {
  return explorer().explore(program, limits);
}
void walk(const std::function<void()>& program, Follower& follower) {
  explorer().walk(program, follower);
}

// ---- The trace -------------------------------------------------------------

void Explorer::trace(const std::string& line) {
  if (!tracing_) return;
  const int thread = memory_.running();
  const std::string& name = at(thread_names_, thread);
  trace_ << "  " << std::left << std::setw(8)
         << (name.empty() ? "thread " + std::to_string(thread) : name) << "  "
         << line << '\n';
}

void Explorer::trace(const std::string& verb, const void* lock) {
  if (tracing_) trace(verb + " " + name_of(lock));
}

void Explorer::name_thread(const std::string& name) {
  if (tracing_) at(thread_names_, memory_.running()) = name;
}

void Explorer::name_memory(const void* object, std::size_t bytes,
                           const std::string& name) {
  if (!tracing_) return;
  names_.push_back({object, static_cast<const char*>(object) + bytes, name});
}

// What has no name gets a number when it is first told of.
const std::string& Explorer::name_of(const void* lock) {
  const std::less<> less;
  const auto holds = [&](const Name& name) {
    return !less(lock, name.begin) && less(lock, name.end);
  };
  const auto found = std::find_if(names_.begin(), names_.end(), holds);
  if (found != names_.end()) return found->name;
  name_memory(lock, 1, "lock " + std::to_string(names_.size() + 1));
  return names_.back().name;
}

namespace {

std::string show(Where where) {
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

std::string show(Order order) {
  static constexpr std::array kNames{"relaxed", "consume", "acquire",
                                     "release", "acq_rel", "seq_cst"};
  return std::string("(") + kNames[static_cast<std::size_t>(order)] + ")";
}

// How every line about an access begins.
std::string show(Where where, const char* what, const Outcome& outcome,
                 int location) {
  return show(where) + what + show(outcome.order) + " of variable " +
         std::to_string(location);
}

}  // namespace

// ---- What the program calls ------------------------------------------------

Bits load(int location, Order order, Where where) {
  Explorer& e = explorer();
  const Outcome done =
      e.access(location, {.reads = true, .order = order}, where);
  if (e.tracing())
    e.trace(
        show(where, "load", done, location) + " = " + show(done.old) +
        (done.old_place ? ", old: the newest is " + show(done.newest) : ""));
  return done.old;
}

void store(int location, Bits value, Order order, Where where) {
  Explorer& e = explorer();
  const Outcome done = e.access(
      location, {.writes = true, .order = order, .argument = value}, where);
  if (e.tracing())
    e.trace(show(where, "store", done, location) + " = " + show(value) +
            (done.old_place ? ", but before newer ones" : ""));
}

Bits modify(int location, Bits (*change)(Bits, Bits), Bits argument,
            Order order, Where where) {
  Explorer& e = explorer();
  const Outcome done = e.access(location,
                                {.reads = true,
                                 .writes = true,
                                 .order = order,
                                 .change = change,
                                 .argument = argument},
                                where);
  if (e.tracing())
    e.trace(show(where, "modify", done, location) + ": " + show(done.old) +
            " -> " + show(done.now));
  return done.old;
}

bool compare_exchange(int location, Bits& expected, Bits desired, Order success,
                      Order failure, Where where) {
  Explorer& e = explorer();
  const Outcome done = e.access(location,
                                {.reads = true,
                                 .writes = true,
                                 .order = success,
                                 .argument = desired,
                                 .expected = &expected,
                                 .failure = failure},
                                where);
  if (e.tracing())
    e.trace(show(where, "compare_exchange", done, location) + ": " +
            show(done.old) +
            (done.wrote ? " -> " + show(desired)
                        : ", not " + show(expected) + ": fails"));
  expected = done.old;
  return done.wrote;
}

void fence(Order order, Where where) {
  Explorer& e = explorer();
  e.memory().fence(order);
  if (e.tracing()) e.trace(show(where) + "fence" + show(order));
}

int begin_lifetime(Bits value, Where) {
  return explorer().memory().create(value);
}
void end_lifetime(int location) {
  explorer().memory().destroy(location);
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
  if (e.tracing()) e.trace(show(where) + "reads plain data");
  use();
}

void Watch::write(Where where) {
  Explorer& e = explorer();
  if (e.tracing()) e.trace(show(where) + "writes plain data");
  expect_after_writer("data race: two writes");
  expect_after_readers("data race: a write beside a read");
  writer_ = e.memory().running();
  write_step_ = e.memory().step();
}

void Watch::use() {
  expect_after_writer("data race: a read beside a write");
  Memory& memory = explorer().memory();
  at(read_step_, memory.running()) = memory.step();
}

bool Watch::seen() const {
  return writer_ < 0 || explorer().memory().happened(writer_, write_step_);
}

void Watch::end() {
  if (!g_exploring) return;  // a static variable's end
  static constexpr auto kEarly = "data race: freed beside an access";
  expect_after_writer(kEarly);
  expect_after_readers(kEarly);
  ended_ = true;
}

void Watch::expect_after_writer(const char* otherwise) const {
  if (ended_) fail("use of what was freed");
  if (writer_ >= 0 && !explorer().memory().happened(writer_, write_step_))
    fail(otherwise);
}

void Watch::expect_after_readers(const char* otherwise) const {
  for (int i = 0; i < explorer().thread_count(); ++i)
    if (!explorer().memory().happened(i, at(read_step_, i))) fail(otherwise);
}

void name_thread(const std::string& name) {
  explorer().name_thread(name);
}
void name_memory(const void* object, std::size_t bytes,
                 const std::string& name) {
  explorer().name_memory(object, bytes, name);
}

void check(bool ok, const std::string& otherwise) {
  if (!ok) fail(otherwise);
}

void claim_last_load() {
  explorer().memory().claim_last_load();
}

void run_threads(const std::vector<std::function<void()>>& threads,
                 int twins_from) {
  explorer().run_threads(threads, twins_from);
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
