/// @file
/// For the exercises in which threads meet: runs small programs under the
/// explorer of tests/model, which tries every interleaving and every old value
/// that C++20 allows, and reports whether one of them went wrong.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "coursework/probes/probe.hpp"
#include "model/explorer.hpp"

namespace nn::probe {

/// The end of a trace, which may be long.
inline std::string last_lines(const std::string& text, int count) {
  std::size_t begin = text.size();
  for (; begin > 0 && count >= 0; --begin) {
    if (text[begin - 1] == '\n' && count-- == 0) break;
  }
  return (begin > 0 ? "  ...\n" : "") + text.substr(begin);
}

/// Explores programs one after another, until one of them goes wrong.
class Explored {
 public:
  explicit Explored(Report& report) : report_(report) {}

  /// Reports the number of mistakes, 0 or 1, with `what` the threads do. After
  /// the first mistake nothing more is run.
  void run(std::string_view what, int preemptions,
           const std::function<void()>& program) {
    if (failed_) return;
    const auto verdict = model::explore(program, {preemptions, kExecutions});
    // A search that was given up may not have come to the mistake.
    failed_ = !verdict.failure.empty() || !verdict.complete;
    report_.exact(std::string(what) + ": mistakes", failed_ ? 1 : 0);
    if (!failed_) return;
    if (verdict.failure.empty()) {
      report_.note("too many steps: they can meet in more than " +
                   std::to_string(kExecutions) + " ways");
      return;
    }
    report_.note("what went wrong when " + std::string(what) + ":");
    report_.note("  " + verdict.failure);
    report_.note("the steps that led there (thread 0 is the main one):");
    report_.note(last_lines(verdict.trace, 60));
  }

  /// Reports whether `outcome` was seen in any execution of the last program:
  /// what never gets anywhere makes no mistake.
  void saw(std::string_view what, std::string_view outcome, bool seen) {
    if (failed_) return;
    report_.exact(
        std::string(what) + ": whether in some order " + std::string(outcome),
        seen ? 1 : 0);
  }

 private:
  static constexpr long kExecutions = 200'000;

  Report& report_;
  bool failed_ = false;
};

/// Calls the answer in one of the explorer's threads, which no exception may
/// leave.
template <typename Answer>
auto tried(Answer answer) -> decltype(answer()) {
  std::string thrown;
  try {
    return answer();
  } catch (const std::exception& error) {
    thrown = error.what();
  }
  model::check(false, "it threw: " + thrown);
  std::terminate();  // check() does not return
}

}  // namespace nn::probe
