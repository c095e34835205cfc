// The fused trainer against a plain loop in Armadillo, epoch by epoch; and the
// races, from the start of a process to its end. `is` is the median, and beside
// it stands what it must be.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "08_parallel_matrix/fused/fused_trainer.hpp"
#include "common/blas.hpp"
#include "common/data/load.hpp"
#include "tests/support/plain_loop.hpp"
#include "tests/support/pool_benchmark.hpp"

#ifndef __APPLE__
extern "C" void openblas_set_num_threads(int count);
#endif

namespace {

using namespace nn;
using namespace nn::benchmarks;

constexpr std::size_t kBatch = 64;
constexpr int kEpochPairs = 11;

const Data& digits() {
  static const Data data = load_data({});
  return data;
}

Network start() {
  Rng rng(1);
  return he_network({digits().train.image_size.pixels(), 128, kClasses}, rng);
}

void set_blas_threads([[maybe_unused]] int count) {
#ifndef __APPLE__
  openblas_set_num_threads(count);
#endif
}

// How many threads make the plain loop fastest: its products are small.
int best_blas_threads() {
  static const int best = [] {
    std::array<double, 3> seconds{};
    for (const int threads : {1, 2}) {
      set_blas_threads(threads);
      PlainLoop plain(start(), 2, kBatch);
      plain.epoch(digits().train);
      std::vector<double> times;
      for (int i = 0; i < 3; ++i) {
        times.push_back(seconds_of([&] { plain.epoch(digits().train); }));
      }
      seconds[static_cast<std::size_t>(threads)] = median(times);
    }
    return seconds[1] <= seconds[2] ? 1 : 2;
  }();
  return best;
}

// How many of our epochs the plain loop's takes.
void epoch(benchmark::State& state, Zeros zeros, std::size_t threads,
           int blas_threads, double target) {
  const Dataset& train = digits().train;
  const TiledImages images(bytes_of(train.images), train.image_size, zeros);
  Rng rng(2);
  FusedTrainer ours(start(), images, train.labels,
                    {.batch = kBatch, .threads = threads}, rng);
  PlainLoop plain(start(), 2, kBatch);
  set_blas_threads(blas_threads);
  Pairs pairs;
  Ceiling ceiling;
  for (auto _ : state) {
    const double a = seconds_of([&] { plain.epoch(train); });
    // The library's threads keep a core a while longer, to look for more.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    pairs.add(a, seconds_of([&] { ours.epoch({0.1, 0.1}); }));
    if (threads > 1) ceiling.measure(threads, 0.1);
  }
  set_blas_threads(1);
  state.counters["ours_ms"] = 1e3 * pairs.theirs();
  state.counters["plain_ms"] = 1e3 * pairs.ours();
  state.counters["blas_threads"] = blas_threads;
  if (threads > 1) state.counters["ceiling_speedup"] = ceiling.speedup();
  report(state, pairs.ratio(), MustBe::at_least, target);
}

// ---- Whole processes -------------------------------------------------------

struct Result {
  double seconds = 0;  // from before the process began till it had ended
  double right = 0;    // as it printed
};

// The chapter's program, which stands beside this one.
std::string chapter() {
  std::error_code failed;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "./chapter08"
                : "'" + (here.parent_path() / "chapter08").string() + "'";
}

// Runs a command and reads the last "98.12% of the test images" it prints.
Result run_command(const std::string& command) {
  Result result;
  result.seconds = seconds_of([&] {
    FILE* const output = ::popen(command.c_str(), "r");
    if (output == nullptr) throw std::runtime_error("cannot run " + command);
    std::array<char, 256> line;
    while (std::fgets(line.data(), line.size(), output) != nullptr) {
      const std::string text = line.data();
      if (text.find("% of the test images") != std::string::npos) {
        result.right = std::stod(text) / 100;
      }
    }
    ::pclose(output);
  });
  return result;
}

// The seeds from 1 on, a process each.
void contest(benchmark::State& state, const std::string& option, double goal,
             double target) {
  std::vector<double> seconds;
  double reached = 0;
  double worst = 1;
  std::size_t seed = 0;
  for (auto _ : state) {
    const Result result = run_command(chapter() + " " + option + " --seed " +
                                      std::to_string(++seed));
    seconds.push_back(result.seconds);
    reached += result.right >= goal ? 1 : 0;
    worst = std::min(worst, result.right);
  }
  state.counters["reached_goal"] = reached;
  state.counters["of_runs"] = static_cast<double>(seed);
  state.counters["worst"] = worst;
  report(state, median(seconds), MustBe::at_most, target);
}

// Before main() of benchmark.cpp.
[[maybe_unused]] const bool added = [] {
  add_row("epoch/zeros_kept/1_thread", kEpochPairs,
          [](auto& state) { epoch(state, Zeros::kept, 1, 1, 1.2); });
  add_row("epoch/zeros_skipped/1_thread", kEpochPairs, [](auto& state) {
    epoch(state, Zeros::skipped, 1, best_blas_threads(), 3.5);
  });
  add_row("epoch/zeros_skipped/2_threads", kEpochPairs, [](auto& state) {
    epoch(state, Zeros::skipped, 2, best_blas_threads(), 5.5);
  });
  add_row("race/98_percent", 11,
          [](auto& state) { contest(state, "--race", 0.98, 0.35); });
  add_row("race/best", 3,
          [](auto& state) { contest(state, "--best", 0.99, 15); });
  return true;
}();

}  // namespace
