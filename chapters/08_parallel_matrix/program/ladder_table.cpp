#include "08_parallel_matrix/program/ladder_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "04_work_balancing/program/report.hpp"
#include "common/terminal/table.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

const Speed& speed_of(const std::vector<Speed>& speeds, const Size& size,
                      const std::string& rung) {
  for (const Speed& speed : speeds) {
    if (speed.rung == rung && speed.size.name() == size.name()) return speed;
  }
  throw std::logic_error(rung + " was not measured at " + size.name());
}

}  // namespace

std::vector<Size> ladder_sizes(std::size_t largest) {
  std::vector<Size> sizes;
  for (std::size_t n = 16; n <= largest; n *= n < 64 ? 4 : 2) {
    sizes.push_back({n, n, n});
  }
  if (sizes.back().m != largest) sizes.push_back({largest, largest, largest});
  sizes.push_back({100, 100, 100});  // a multiple of nothing here
  sizes.push_back({128, 784, 32});
  sizes.push_back({128, 784, 64});
  sizes.push_back({128, 784, 128});
  sizes.push_back({10, 128, 64});
  return sizes;
}

std::vector<Speed> measure_ladder(
    WorkStealingPool& pool, const std::vector<Rung>& rungs,
    const std::vector<Size>& sizes, double peak, Rng& rng,
    const std::function<void(const std::string&)>& tell) {
  std::vector<Speed> speeds;
  for (const Size& size : sizes) {
    const Factors factors(size, rng);
    for (const Rung& rung : rungs) {
      tell(fmt::format("Measuring {}: {}", size.name(), rung.name));
      const double gflops =
          pool.submit([&] { return measure_gflops(rung.product, factors); })
              .get();
      const double most = peak * static_cast<double>(rung.threads);
      speeds.push_back({size, rung.name, gflops, gflops / most});
    }
  }
  return speeds;
}

void print_rungs(std::ostream& out, const Terminal& terminal,
                 const std::vector<Rung>& rungs,
                 const std::vector<Speed>& speeds, const Size& size) {
  Table table({"rung", "what it adds", "threads", "GFLOP/s", "of peak"});
  for (const Rung& rung : rungs) {
    const Speed& speed = speed_of(speeds, size, rung.name);
    table.row({rung.name, rung.idea, fmt::format("{}", rung.threads),
               fmt::format("{:.1f}", speed.gflops), percent(speed.share, 1)});
  }
  table.print(out, terminal);
}

void print_sizes(std::ostream& out, const Terminal& terminal,
                 const std::vector<Rung>& rungs,
                 const std::vector<Speed>& speeds) {
  std::vector<std::string> header = {"m x p x n"};
  for (const Rung& rung : rungs) header.push_back(rung.name);
  Table table(header);
  for (std::size_t i = 0; i < speeds.size(); i += rungs.size()) {
    const Size& size = speeds[i].size;
    const bool square = size.m == size.p && size.p == size.n;
    std::vector<std::string> row = {square ? fmt::format("{}", size.m)
                                           : size.name()};
    for (std::size_t r = 0; r < rungs.size(); ++r) {
      row.push_back(fmt::format("{:.0f}", speeds[i + r].gflops));
    }
    table.row(row);
  }
  table.print(out, terminal);
}

bool gives_same_bits(const std::vector<Rung>& rungs, const Size& size,
                     Rng& rng) {
  const Factors factors(size, rng);
  Matrix expected, C;
  for (const Rung& rung : rungs) {
    if (rung.name == "vectors") {
      rung.product(factors.A, factors.B, expected);
    } else if (rung.threads > 1) {
      rung.product(factors.A, factors.B, C);
      if (!std::ranges::equal(expected, C)) return false;
    }
  }
  return true;
}

std::string ladder_csv(const std::vector<Speed>& speeds) {
  std::string csv = "size,rung,gflops,share_of_peak\n";
  for (const Speed& speed : speeds) {
    csv += fmt::format("{},{},{:.2f},{:.4f}\n", speed.size.name(), speed.rung,
                       speed.gflops, speed.share);
  }
  return csv;
}

std::string ladder_summary(const std::vector<Rung>& rungs,
                           const std::vector<Speed>& speeds, const Size& square,
                           const Size& layer, bool same_bits) {
  const auto gflops = [&](const Size& size, const char* rung) {
    return speed_of(speeds, size, rung).gflops;
  };
  const auto share = [&](const Size& size, const char* rung) {
    return percent(speed_of(speeds, size, rung).share, 0);
  };
  const std::size_t threads = rungs[rungs.size() - 2].threads;
  return fmt::format(
      "At {}: from {} of one core's peak to {}; BLAS reaches {}.\n"
      "At {}, the first layer: {}, and {:.2f} times as fast as BLAS.\n"
      "On {}: {:.2f} times as fast as on one, and {}.\n",
      square.name(), share(square, "ordered"), share(square, "vectors"),
      share(square, "blas"), layer.name(), share(layer, "vectors"),
      gflops(layer, "vectors") / gflops(layer, "blas"),
      counted(threads, "thread"),
      gflops(square, "cores") / gflops(square, "vectors"),
      same_bits ? "the same, bit for bit" : "NOT the same bits");
}

}  // namespace nn
