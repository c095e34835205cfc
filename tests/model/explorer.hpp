/// @file
/// A small model checker for the memory model of C++20.
///
/// It runs a program of a few threads again and again, each time with other
/// choices, until it has tried them all (up to a bound on preemptions):
///
/// - which thread goes next, asked before each step that reads;
/// - which of the values that C++20 allows a load returns, old ones too;
/// - where in a variable's modification order a store goes;
/// - which sleeper a notification wakes, and wake-ups out of the blue.
///
/// memory_model.hpp has the rules of C++20 and what is left out of them,
/// seq_cst_order.hpp the sequentially consistent part, explorer.cpp the search,
/// and walk.hpp a search that a follower is told of step by step.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

namespace nn::model {

/// The line of the program that did a step: the trace names it.
struct Where {
  const char* file;
  int line;
};

inline constexpr int kMaxThreads = 6;  ///< the main one included
inline constexpr int kMaxLocations = 48;

using Bits = std::uint64_t;
using Order = std::memory_order;

/// Called by the model's types. Each is one step of the running thread.
Bits load(int location, Order order, Where where);
void store(int location, Bits value, Order order, Where where);
/// Replaces the value by `change(old, argument)`; returns the old one.
Bits modify(int location, Bits (*change)(Bits, Bits), Bits argument,
            Order order, Where where);
bool compare_exchange(int location, Bits& expected, Bits desired, Order success,
                      Order failure, Where where);
void fence(Order order, Where where);
int begin_lifetime(Bits value, Where where);
void end_lifetime(int location);

/// Stands in for std::atomic. Its value lives in the explorer, as a history.
template <typename Value>
class Atomic {
  static_assert(std::is_trivially_copyable_v<Value>);
  // A value may be a pointer. NOLINTNEXTLINE(bugprone-sizeof-expression)
  static constexpr std::size_t kBytes = sizeof(Value);
  static_assert(kBytes <= sizeof(Bits));

 public:
  explicit Atomic(Value value, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE())
      : location_(begin_lifetime(bits(value), {file, line})) {}
  Atomic() : Atomic(Value{}) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;
  ~Atomic() { end_lifetime(location_); }

  Value load(Order order = Order::seq_cst, const char* file = __builtin_FILE(),
             int line = __builtin_LINE()) const {
    return value(model::load(location(), order, {file, line}));
  }
  void store(Value desired, Order order = Order::seq_cst,
             const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    model::store(location(), bits(desired), order, {file, line});
  }
  Value exchange(Value desired, Order order = Order::seq_cst,
                 const char* file = __builtin_FILE(),
                 int line = __builtin_LINE()) {
    const auto replace = [](Bits, Bits argument) { return argument; };
    return value(
        model::modify(location(), replace, bits(desired), order, {file, line}));
  }
  Value fetch_add(Value more, Order order = Order::seq_cst,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
    const auto add = [](Bits old, Bits argument) {
      return bits(static_cast<Value>(value(old) + value(argument)));
    };
    return value(
        model::modify(location(), add, bits(more), order, {file, line}));
  }
  Value fetch_sub(Value less, Order order = Order::seq_cst,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
    const auto subtract = [](Bits old, Bits argument) {
      return bits(static_cast<Value>(value(old) - value(argument)));
    };
    return value(
        model::modify(location(), subtract, bits(less), order, {file, line}));
  }
  Value fetch_or(Value more, Order order = Order::seq_cst,
                 const char* file = __builtin_FILE(),
                 int line = __builtin_LINE()) {
    const auto set = [](Bits old, Bits argument) { return old | argument; };
    return value(
        model::modify(location(), set, bits(more), order, {file, line}));
  }
  Value fetch_and(Value mask, Order order = Order::seq_cst,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
    const auto keep = [](Bits old, Bits argument) { return old & argument; };
    return value(
        model::modify(location(), keep, bits(mask), order, {file, line}));
  }
  bool compare_exchange_strong(Value& expected, Value desired, Order success,
                               Order failure,
                               const char* file = __builtin_FILE(),
                               int line = __builtin_LINE()) {
    Bits old = bits(expected);
    const bool done = compare_exchange(location(), old, bits(desired), success,
                                       failure, {file, line});
    expected = value(old);
    return done;
  }

 private:
  static Bits bits(Value value) {
    Bits result = 0;
    std::memcpy(&result, &value, kBytes);
    return result;
  }
  static Value value(Bits bits) {
    Value result;
    std::memcpy(&result, &bits, kBytes);
    return result;
  }
  // In a ring that is destroyed the pointer to the slots may be null already,
  // and we stand in no object at all: -1 tells the explorer.
  int location() const {
    return reinterpret_cast<std::uintptr_t>(this) < 4096 ? -1 : location_;
  }
  const int location_;
};

/// The knowledge of one thread: of each other thread the number of its steps
/// that happen before this point, and of each location the newest message that
/// it must not read past.
struct View {
  std::array<int, kMaxThreads> steps{};
  std::array<std::int16_t, kMaxLocations> seen{};
};

/// The threads that touched a plain variable, to find data races.
class Watch {
 public:
  void read(Where where);
  void write(Where where);
  /// A read without a line in the trace.
  void use();
  /// The variable's end: all that is done to it must happen before.
  void end();
  /// Returns true if the last write happens before now. Checks nothing.
  bool seen() const;

 private:
  void expect_after_readers(const char* otherwise) const;
  void expect_after_writer(const char* otherwise) const;

  bool ended_ = false;
  int writer_ = -1;
  int write_step_ = 0;
  std::array<int, kMaxThreads> read_step_{};
};

/// Stands in for std::mutex.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() { uses_.end(); }

  void lock();
  void unlock();

 private:
  friend class Explorer;
  bool locked_ = false;
  View released_;
  Watch uses_;
};

/// Stands in for std::condition_variable. It may wake spuriously.
class ConditionVariable {
 public:
  ConditionVariable() = default;
  ConditionVariable(const ConditionVariable&) = delete;
  ConditionVariable& operator=(const ConditionVariable&) = delete;
  ~ConditionVariable() { uses_.end(); }

  void wait(std::unique_lock<Mutex>& lock);
  template <typename Predicate>
  void wait(std::unique_lock<Mutex>& lock, Predicate ready) {
    while (!ready()) wait(lock);
  }
  void notify_one();
  void notify_all();

 private:
  friend class Explorer;
  Watch uses_;
};

/// The policy: a deque over this runs under the explorer.
struct Atomics {
  template <typename Value>
  using Atomic = model::Atomic<Value>;
  using Mutex = model::Mutex;
  using ConditionVariable = model::ConditionVariable;
  static void fence(Order order, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    model::fence(order, {file, line});
  }
};

/// A variable that is not atomic: unordered accesses to it are reported. So is
/// its end, unless every access happens before it; that holds for the other
/// types here too.
template <typename Value>
class Plain {
 public:
  explicit Plain(Value value = {}) : value_(value) {}
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  ~Plain() { watch_.end(); }

  Value get(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    watch_.read({file, line});
    return value_;
  }
  void set(Value value, const char* file = __builtin_FILE(),
           int line = __builtin_LINE()) {
    watch_.write({file, line});
    value_ = value;
  }
  /// Returns true if a read would find the last write, and be no race.
  bool seen() const { return watch_.seen(); }

 private:
  Value value_;
  Watch watch_;
};

/// Called by the program: what traces call the running thread, in place of
/// "thread 2".
void name_thread(const std::string& name);
/// What traces call the mutexes and the condition variables in `object`, in
/// place of "lock 2".
void name_memory(const void* object, std::size_t bytes,
                 const std::string& name);
template <typename Object>
void name_locks_in(const Object& object, const std::string& name) {
  name_memory(&object, sizeof(Object), name);
}

/// Called by the program: ends the execution as failed unless `ok`.
void check(bool ok, const std::string& otherwise);

/// Called by the program: what this thread's last load returned is in use from
/// now on, so that load must happen before every later store to the location.
/// Else hardware that lets a load drift below a later store of another thread
/// ("load buffering") could return that later value. See memory_model.hpp.
void claim_last_load();

/// Called by the program's main thread, once: runs the threads to their ends.
/// Those from number `twins_from` on do the same as each other, so that it does
/// not matter which of them begins first.
void run_threads(const std::vector<std::function<void()>>& threads,
                 int twins_from = kMaxThreads);

/// How far to search.
struct Limits {
  int preemptions = 2;  ///< switches away from a thread that could go on
  long executions = 10'000'000;
};

/// The result of the search.
struct Verdict {
  long executions = 0;
  bool complete = false;  ///< every execution within the bound was tried
  std::string failure;    ///< what went wrong; empty if nothing did
  std::string trace;      ///< the steps that led there
};

/// Runs `program` in every way that there is. Stops at the first failure.
Verdict explore(const std::function<void()>& program, Limits limits = {});

}  // namespace nn::model
