#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "04_work_balancing/ensemble/reduce.hpp"
#include "04_work_balancing/pool/work_balancing_pool.hpp"
#include "coursework/probes/threads/stress.hpp"
#include "coursework/probes/work.hpp"

namespace {

using nn::probe::Report;

std::vector<std::string> words(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back("word " + std::to_string(i) + ", too long to be inside");
  return all;
}

// Joining strings tells their order, and the strings' memory who was early.
void reduce(nn::Executor& pool, nn::Rng& rng, Report& report) {
  const std::string joined = nn::reduce_tree(
      pool, words(150 + rng.below(100)), [](std::string a, std::string b) {
        return std::move(a) + (a.size() < b.size() ? '<' : '>') + b;
      });
  double fingerprint = 0;
  for (const char c : joined)
    fingerprint =
        static_cast<double>((static_cast<std::uint64_t>(fingerprint) * 31 +
                             static_cast<unsigned char>(c)) %
                            1'000'003);
  report.exact("a reduction: the length of all strings in a row",
               static_cast<double>(joined.size()));
  report.exact("a reduction: a fingerprint of it", fingerprint);
}

// Whoever throws, all others have ended when the exception arrives: what they
// use is gone then.
void reduce_and_throw(nn::Executor& pool, nn::Rng& rng, Report& report) {
  const std::string bad = "word " + std::to_string(rng.below(100)) + ",";
  double thrown = 0;
  try {
    nn::reduce_tree(pool, words(100), [&](std::string a, std::string b) {
      if (a.starts_with(bad) || b.starts_with(bad))
        throw std::runtime_error("bad");
      return a < b ? a : b;
    });
  } catch (const std::runtime_error&) {
    thrown = 1;
  }
  report.exact("a reduction: whether what combine throws arrives", thrown);
}

void stress_pool(nn::Rng& rng, std::size_t threads, Report& report) {
  nn::WorkBalancingPool pool(
      {.thread_count = threads, .threshold = 1, .seed = rng.next()});
  stress(pool, rng, report);
  reduce(pool, rng, report);
  reduce_and_throw(pool, rng, report);
}

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t threads) {
  return [&rng, threads](Report& report) { stress_pool(rng, threads, report); };
}
