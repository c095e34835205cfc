/// @file
/// The reads and writes that C++20 allows threads.
///
/// Every store to a location leaves a message; the messages of a location
/// stand in its modification order. A thread has a view: for each location the
/// newest message that it may not read past, and for each thread how many of
/// its steps happen before now. A release store puts the thread's view into
/// the message, an acquire load takes it out; so coherence and happens-before
/// are exact:
///
/// - a load may return any message at or after the one in the view;
/// - a store may be placed anywhere after it, but never between a
///   read-modify-write and the message which that read;
/// - a read-modify-write carries on the release sequence of what it read; an
///   ordinary store, of the same thread too, ends it (C++20);
/// - a release fence leaves the view for the thread's later relaxed stores, an
///   acquire fence takes up the views of its earlier relaxed loads.
///
/// seq_cst_order.hpp adds what sequential consistency forbids.
///
/// Left out:
///
/// - Load buffering: a load that returns a store which the same thread's later
///   steps helped to bring about. C++20 allows it for relaxed operations; we
///   run each thread in program order, so it does not appear.
///   claim_last_load() looks for its cause instead.
/// - compare_exchange_weak, consume, mixed sizes, wait/notify of atomics.
///
/// Nothing is allowed that C++20 forbids, but for one thing: an execution with
/// a data race is reported even if all its outcomes are harmless.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/explorer.hpp"
#include "model/seq_cst_order.hpp"

namespace nn::model {

// ---- What the memory asks of the search ------------------------------------

/// Which of `count` ways to go, from 0 on. In time the search tries them all.
int choose(int count);

/// Ends the execution as failed.
[[noreturn]] void fail(const std::string& what);

// ---- An access -------------------------------------------------------------

/// The program's request: a load, a store, or both in one step.
struct Request {
  bool reads = false, writes = false;
  Order order = Order::relaxed;
  /// The new value: `change` of the old one, or `argument` itself.
  Bits (*change)(Bits old, Bits argument) = nullptr;
  Bits argument = 0;
  /// If not null, only this value is replaced. Any other is only read, by
  /// `failure`.
  const Bits* expected = nullptr;
  Order failure = Order::relaxed;
};

/// The effect of it.
struct Outcome {
  bool wrote;
  Order order;     ///< the one that applied
  Bits old, now;   ///< the value read, and the one written if any was
  bool old_place;  ///< not at the end of the modification order
  Bits newest;     ///< the value that stood there
  int position;    ///< in the modification order, of what was read
};

// ---- The memory ------------------------------------------------------------

/// All locations, and what each thread knows of them. Thread 0 starts the
/// others; run() says which of them does the steps that follow.
class Memory {
 public:
  /// Forgets everything: an execution begins, in thread 0.
  void begin();

  void run(int thread) { current_ = thread; }
  int running() const { return current_; }
  /// A new thread knows what the running one does.
  void start(int thread);
  /// Counts a step of the running thread; returns its number.
  int step();
  /// Returns true if that step happens before the running thread's next one.
  bool happened(int thread, int step) const;

  /// The knowledge of the running thread: an unlocked mutex, or its end, leaves
  /// it.
  const View& view() const { return at(threads_, current_).view; }
  const View& view_of(int thread) const { return at(threads_, thread).view; }
  /// The running thread learns what another left.
  void learn(const View& other) { join(me().view, other); }

  int create(Bits value);
  /// Fails unless every access to it happens before.
  void destroy(int location);
  bool alive(int location) const;

  /// How many locations were created.
  int location_count() const { return location_count_; }
  /// A location's values in modification order.
  std::vector<Bits> values(int location) const;
  /// The oldest position there that a thread's view lets it read.
  int oldest_for(int thread, int location) const;
  /// A text that two executions share if and only if, up to now, the same
  /// steps read and wrote the same messages: in whatever order they ran.
  std::string fingerprint() const;

  /// A step of the running thread. Fails if the location is freed or may not
  /// be constructed yet.
  Outcome access(int location, const Request& request);
  void fence(Order order);
  /// See model::claim_last_load().
  void claim_last_load();

 private:
  struct Message {
    Bits value;
    int position;   // in the modification order
    bool by_rmw;    // nothing may come between it and its predecessor
    View released;  // what who acquires it learns
  };

  // An access of the past, as S needs it.
  struct Access {
    bool writes;
    int message;  // read, or written if it writes
    int thread, step;
    Nodes self, source;  // see Demands
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

    int newest() const { return static_cast<int>(order.size()) - 1; }
    const Message& in_place(int position) const {
      return at(messages, at(order, position));
    }
  };

  struct Load {
    int location = -1, message = 0, step = 0;
  };

  struct Thread {
    View view{};
    View pending{};  // of messages read relaxed: for an acquire fence
    View fenced{};   // at the last release fence
    Load last_load{};
  };

  // What an access may do: read and (or) write at a place in the modification
  // order.
  struct Candidate {
    bool reads, writes;
    int position;  // of the message read; a write goes right behind it
    Order order;
    Demands demands;  // of S
  };

  Thread& me() { return at(threads_, current_); }
  void join(View& into, const View& from) const;
  Location& usable(int location);
  int oldest(int location) const { return oldest_for(current_, location); }

  void list_candidates(int location, const Request& request);
  Candidate decide(Location& place, int now);
  void record_read(int location, const Candidate& chosen);
  void record_write(int location, Bits value, const Candidate& chosen);
  static void insert(Location& place, int position, Message message);
  void check_claims(const Location& place) const;

  void need_room();
  Demands demands(const Location& place, const Candidate& candidate) const;
  Nodes source(const Location& place, const Candidate& candidate) const;
  Nodes accesses_before_fence() const;

  std::array<Thread, kMaxThreads> threads_;
  int current_ = 0;
  int steps_left_ = 0;
  std::vector<Location> locations_;  // the first location_count_ are in use
  int location_count_ = 0;
  SeqCstOrder seq_cst_;
  std::vector<Candidate> candidates_;
};

}  // namespace nn::model
