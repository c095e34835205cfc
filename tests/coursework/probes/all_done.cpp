#include <array>
#include <string>

#include "05_work_stealing/tally.hpp"
#include "coursework/probes/explored.hpp"

namespace {

using nn::model::check;
using nn::probe::Report;
using nn::probe::tried;

// ---- One thread ------------------------------------------------------------

struct Counts {
  std::uint64_t submitted, finished;
};

void report_counts(const std::string& title, const std::vector<Counts>& counts,
                   Report& report) {
  std::vector<nn::Tally<>> tallies(counts.size());
  std::vector<const nn::Tally<>*> pointers;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    tallies[i].submitted.add(counts[i].submitted);
    tallies[i].finished.add(counts[i].finished);
    pointers.push_back(&tallies[i]);
  }
  report.exact(title + ": whether all is done", nn::all_done(pointers));
}

void report_random(nn::Rng& rng, Report& report) {
  std::vector<Counts> counts(2 + rng.below(4));
  for (Counts& some : counts) some = {rng.below(20), 0};
  std::uint64_t all = 0;
  for (const Counts& some : counts) all += some.submitted;
  for (std::uint64_t i = 0; i < all; ++i)
    ++counts[rng.below(counts.size())].finished;
  report_counts("as many finished as submitted, by other workers", counts,
                report);
  ++counts[rng.below(counts.size())].submitted;
  report_counts("one more submitted than finished", counts, report);
}

// Which of them are done only the seed knows.
void report_many(nn::Rng& rng, Report& report) {
  std::vector<double> done;
  for (int i = 0; i < 24; ++i) {
    std::array<nn::Tally<>, 2> tallies;
    const std::uint64_t first = rng.below(9), second = rng.below(9);
    tallies[0].submitted.add(first + second);
    tallies[0].finished.add(first);
    tallies[1].finished.add(second);
    tallies[1].submitted.add(rng.below(2));
    const std::vector<const nn::Tally<>*> pointers{&tallies[1], &tallies[0]};
    done.push_back(nn::all_done(pointers) ? 1 : 0);
  }
  report.exact(
      "24 times two workers, some with one task too many: which are "
      "done",
      done);
}

// ---- Threads, under the explorer -------------------------------------------

using Tally = nn::Tally<nn::model::Atomics>;

/// Worker 1 runs a task that forks another, which either worker may run.
/// Meanwhile a third thread asks whether all is done. `order` is that of the
/// tallies: 0 is the entry queue's, 1 and 2 are the workers'.
class Fork {
 public:
  /// What was answered while the tasks ran, in any execution.
  struct Answers {
    bool yes = false, no = false;
  };

  Fork(std::array<int, 3> order, Answers& answers) : answers_(answers) {
    for (const int i : order) pointers_[next_++] = &tallies_.at(i);
    tallies_[0].submitted.add();  // the first task, from outside
  }

  void run() {
    nn::model::run_threads({[this] { run_first(); }, [this] { run_second(2); },
                            [this] { ask(); }});
    run_second(1);
    check(first_.seen() && second_.seen(), "the probe itself is wrong");
    check(all_done(), "it is false when all is done");
  }

 private:
  void run_first() {
    tallies_[1].submitted.add();
    forked_.store(1, std::memory_order_release);
    first_.set(1);
    tallies_[1].finished.add();
  }
  void run_second(std::size_t worker) {
    int one = 1;
    if (!forked_.compare_exchange_strong(one, 2, std::memory_order_acq_rel,
                                         std::memory_order_relaxed))
      return;
    second_.set(1);
    tallies_.at(worker).finished.add();
  }
  void ask() {
    if (!all_done()) {
      answers_.no = true;
      return;
    }
    answers_.yes = true;
    check(ran(first_), "it is true, and the first task is not done");
    check(ran(second_), "it is true, and the forked task is not done");
  }
  bool all_done() {
    return tried([this] { return nn::all_done(pointers_); });
  }
  // A task that did not begin has not been written at all.
  static bool ran(nn::model::Plain<int>& result) {
    return result.seen() && result.get() == 1;
  }

  Answers& answers_;
  std::array<Tally, 3> tallies_;
  std::array<const Tally*, 3> pointers_;
  std::size_t next_ = 0;
  nn::model::Atomic<int> forked_{0};
  nn::model::Plain<int> first_{0}, second_{0};
};

void explore_fork(nn::probe::Explored& explored, const std::string& what,
                  std::array<int, 3> order) {
  Fork::Answers answers;
  explored.run(what, 3, [&] { Fork(order, answers).run(); });
  explored.saw(what, "the answer is true", answers.yes);
  explored.saw(what, "the answer is false", answers.no);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_counts("nothing was submitted", {{0, 0}, {0, 0}}, report);
  report_counts("one task, submitted by one worker and finished by another",
                {{1, 0}, {0, 1}}, report);
  report_counts("one task that is not finished", {{1, 0}, {0, 0}}, report);
  report_counts("each worker has finished what it submitted but one",
                {{5, 5}, {3, 2}, {4, 4}}, report);
  report_random(rng, report);
  report_many(rng, report);

  report.note(
      "in a trace, variables 0 and 1 are the entry queue's submitted "
      "and finished, 2 and 3 those of worker 1, 4 and 5 those of "
      "worker 2; 6 says whether there is a forked task");
  nn::probe::Explored explored(report);
  explore_fork(explored, "a task forks another while a thread asks", {0, 1, 2});
  explore_fork(
      explored,
      "a task forks another while a thread asks, workers' tallies first",
      {1, 2, 0});
  if (!thorough) return;

  report_counts("no tallies", {}, report);
  report_counts("a single tally", {{7, 7}}, report);
  report_counts("one finished, and 2^32 + 1 submitted",
                {{(std::uint64_t{1} << 32) + 1, 0}, {0, 1}}, report);
  explore_fork(explored,
               "a task forks another while a thread asks, last tally first",
               {2, 1, 0});
}
