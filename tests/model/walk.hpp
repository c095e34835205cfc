/// @file
/// A search that somebody follows, step by step.
#pragma once

#include <functional>
#include <string>

#include "model/memory_model.hpp"

namespace nn::model {

/// Is told what happens in a walk. A state is where every thread stands before
/// an access to an atomic variable, or has ended; a step goes from one state to
/// the next. Whatever a thread does between two accesses belongs to the first.
class Follower {
 public:
  virtual ~Follower() = default;

  /// An execution begins. Its first steps may be known: they lead to where it
  /// parts from those before.
  virtual void begin() = 0;

  /// The threads have reached a state. False if it was reached before, by the
  /// same steps in another order: then what comes after it is known, and of
  /// this execution nothing more is told.
  virtual bool arrive(const Memory& memory) = 0;

  /// The running thread is about to do this step, which may be changed: so an
  /// order is weakened.
  virtual void begin_step(const Memory& memory, int location, Request& request,
                          Where where) = 0;
  /// It has done so.
  virtual void end_step(const Outcome& outcome) = 0;

  /// The execution has ended, the main thread's part too. `failure` is "", or
  /// why it ended early.
  virtual void end(const std::string& failure) = 0;
};

/// Runs `program` in every way, in which only accesses to atomics are steps: it
/// must have no fence, mutex or condition variable.
void walk(const std::function<void()>& program, Follower& follower);

}  // namespace nn::model
