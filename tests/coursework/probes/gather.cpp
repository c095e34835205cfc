#include <fmt/format.h>

#include "coursework/probes/trainer.hpp"

namespace {

using namespace nn::probe;

// A trainer before its first step, of which only `gather` is called.
struct Gathering {
  nn::Rng& rng;
  nn::Dataset data;
  Report& report;
  nn::ArmadilloEngine<float> engine;
  nn::Network network = nn::zero_network({data.images.n_rows, 3});
  nn::Trainer trainer{engine, network, {}, rng};

  void in_order(std::vector<std::size_t> order) {
    trainer.*member(Order{}) = std::move(order);
  }

  void gather(const std::vector<std::size_t>& images, std::size_t first,
              std::size_t count) {
    (trainer.*member(nn::probe::Gather{}))(data, images, first, count);
  }

  void show(const std::string& name) {
    const nn::Matrix& X = trainer.*member(Batch{});
    report.exact("the shape of X_, " + name, size_of(X));
    report.exact("the labels, " + name,
                 values_of(trainer.*member(nn::probe::Labels{})));
    report.exact("the columns of X_, " + name, values_of(X));
  }
};

std::vector<std::size_t> random_order(std::size_t count, nn::Rng& rng) {
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  rng.shuffle(std::span(order));
  return order;
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, Report& report) {
  const std::size_t pixels = 3 + rng.below(3);
  Gathering g{rng, random_images(12, pixels, rng), report};
  const std::vector<std::size_t> all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  g.in_order(all);
  g.gather(all, 0, 5);
  g.show("images 0 to 4, not shuffled");

  g.in_order(random_order(12, rng));
  g.gather(all, 4, 6);
  g.show("positions 4 to 9 of a random order");

  g.in_order({3, 1, 0, 2});
  g.gather({7, 11, 2, 5}, 2, 2);
  g.show("images 7, 11, 2 and 5 in the order 3, 1, 0, 2, from position 2");

  g.in_order({2, 0, 1});
  report.exact("std::out_of_range (1) where there is no such image",
               throws<std::out_of_range>([&] {
                 g.gather({0, 1, 12}, 0, 2);
               }));
  if (!thorough) return;

  g.in_order({1, 0});
  g.gather({9, 9}, 0, 2);
  g.show("the same image twice");
  g.gather({8, 3}, 1, 1);
  g.show("a batch of one image");
}
