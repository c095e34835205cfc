#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "04_work_balancing/ensemble/reduce.hpp"
#include "coursework/probes/probe.hpp"

namespace {

using nn::probe::Report;

/// One thread. A task runs when another waits: the newest, or, given random
/// numbers, any of them.
class Lazy final : public nn::Executor {
 public:
  explicit Lazy(nn::Rng* rng) : rng_(rng) {}
  ~Lazy() override { wait_all(); }

  void wait_all() override {
    while (!queue_.empty()) run_one();
  }
  std::size_t thread_count() const override { return 1; }
  std::vector<nn::WorkerCounters> counters() const override { return {{}}; }

  int forked = 0;               ///< tasks so far
  int unfinished = 0;           ///< tasks that are queued or run
  std::size_t first_queue = 0;  ///< how many were queued at the first wait

 private:
  void schedule(nn::Task& task) override {
    queue_.push_back(&task);
    ++forked;
    ++unfinished;
  }
  void help_until_done(nn::Task& task, std::size_t) override {
    if (first_queue == 0) first_queue = queue_.size();
    while (!task.done()) {
      if (queue_.empty()) throw std::logic_error("it waits for itself");
      run_one();
    }
  }
  void run_one() {
    if (rng_ != nullptr)
      std::swap(queue_[rng_->below(queue_.size())], queue_.back());
    nn::Task* const task = queue_.back();
    queue_.pop_back();
    const AsWorker worker(*this, 0);
    task->execute();
    --unfinished;
    nn::Task::finish(task);
  }

  nn::Rng* rng_;
  std::vector<nn::Task*> queue_;
};

/// Some of the items, from left to right, each with the number of
/// combinations that it went through.
class Part {
 public:
  explicit Part(int number) : numbers{double(number)}, depths{0} {}
  Part(const Part& other) : numbers(other.numbers), depths(other.depths) {
    ++copies;
  }
  Part& operator=(const Part& other) {
    ++copies;
    numbers = other.numbers;
    depths = other.depths;
    return *this;
  }
  Part(Part&&) = default;
  Part& operator=(Part&&) = default;

  std::vector<double> numbers, depths;
  static inline int copies;
};

/// Throws where the left side begins with the item of that number and the
/// right one with the other.
struct Combine {
  Part operator()(Part left, const Part& right) {
    ++calls;
    if (left.numbers.empty() || right.numbers.empty())
      throw std::logic_error("combine was called with a part that was moved");
    for (const auto& [a, b] : throws_at) {
      if (left.numbers[0] == a && right.numbers[0] == b)
        throw std::domain_error("thrown by combine");
    }
    for (const double x : right.numbers) left.numbers.push_back(x);
    for (const double x : right.depths) left.depths.push_back(x);
    for (double& depth : left.depths) ++depth;
    return left;
  }
  std::vector<std::pair<double, double>> throws_at = {};
  int calls = 0;
};

std::vector<Part> parts(std::size_t count) {
  std::vector<Part> items;
  items.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    items.emplace_back(static_cast<int>(i));
  return items;
}

void report_tree(std::size_t count, nn::Rng& rng, Report& report) {
  auto items = parts(count);
  Combine combine;
  Part::copies = 0;
  Lazy executor(&rng);
  auto root = executor.submit([&] {
    return nn::reduce_span(executor, std::span<Part>(items), combine);
  });
  executor.wait_all();
  const Part all = root.get();
  const std::string key =
      std::to_string(count) + (count == 1 ? " item: " : " items: ");
  report.exact(key + "their numbers, from left to right", all.numbers);
  report.exact(key + "through how many combinations each went", all.depths);
  report.exact(key + "how often combine was called", combine.calls);
  report.exact(key + "how many items were copied", Part::copies);
}

void report_forks(nn::Rng& rng, Report& report) {
  auto items = parts(8);
  Combine combine;
  Lazy executor(&rng);
  auto root = executor.submit([&] {
    return nn::reduce_span(executor, std::span<Part>(items), combine);
  });
  executor.wait_all();
  root.get();
  report.exact("8 items: whether halves run as tasks of their own",
               executor.forked >= 4);
  report.exact(
      "8 items: whether it works on one half before it waits for "
      "the other",
      executor.first_queue >= 2);
}

void report_throw(const std::string& title,
                  std::vector<std::pair<double, double>> throws_at,
                  nn::Rng* rng, Report& report) {
  auto items = parts(8);
  Combine combine{std::move(throws_at)};
  int left_over = -1;
  bool thrown = false;
  Lazy executor(rng);
  auto root = executor.submit([&] {
    try {
      nn::reduce_span(executor, std::span<Part>(items), combine);
    } catch (const std::domain_error&) {
      thrown = true;
      left_over = executor.unfinished - 1;  // but for this task
    }
  });
  executor.wait_all();
  root.get();
  report.exact(title + ": whether combine's exception comes out", thrown);
  report.exact(title + ": tasks that were not done by then", left_over);
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  report_tree(4, rng, report);
  report_tree(7, rng, report);
  report_tree(1, rng, report);
  report_forks(rng, report);
  report_throw("combine throws in the left half of 8 items", {{0, 2}}, nullptr,
               report);
  report_throw("combine throws in the right half of 8 items", {{4, 6}}, nullptr,
               report);
  if (!thorough) return;

  report_tree(2, rng, report);
  report_tree(9 + rng.below(60), rng, report);
  report_throw("combine throws in both halves", {{2, 3}, {4, 6}}, &rng, report);
  report_throw("combine throws at the top", {{0, 4}}, &rng, report);
  report_throw("combine throws at the bottom of the left half", {{0, 1}},
               nullptr, report);
}
