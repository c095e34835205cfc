#include <memory>
#include <span>

#include "coursework/probes/speed/measure.hpp"
#include "coursework/probes/trainer.hpp"
#include "coursework/probes/work.hpp"

namespace {

using namespace nn::probe;

constexpr std::size_t kImages = 4000, kPixels = 784, kBatch = 500;
constexpr std::size_t kTimes = 5, kLooks = 4;

struct Gathering {
  explicit Gathering(nn::Rng& rng)
      : data(random_images(kImages, kPixels, rng)),
        trainer(engine, network, {}, rng) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < kImages; ++i) all.push_back(i);
    rng.shuffle(std::span(all));
    trainer.*member(Order{}) = all;
    for (std::size_t i = 0; i < kTimes; ++i) {
      rng.shuffle(std::span(all));
      images.push_back(all);
    }
    for (std::size_t i = 0; i < kTimes * kImages * kLooks; ++i)
      pixels.push_back(static_cast<std::uint16_t>(rng.below(kPixels)));
    weights = rng.next();
  }

  void run(Report& report) {
    nn::Matrix& X = trainer.*member(Batch{});
    const auto& labels = trainer.*member(Labels{});
    std::vector<double> seen;
    std::size_t look = 0;
    for (std::size_t i = 0; i < kTimes * kImages / kBatch; ++i) {
      const std::size_t first = i * kBatch;
      (trainer.*member(nn::probe::Gather{}))(data, images[first / kImages],
                                             first % kImages, kBatch);
      for (std::size_t j = 0; j < kBatch; ++j) {
        for (std::size_t k = 0; k < kLooks; ++k)
          seen.push_back(X(pixels[look++], j));
        seen.push_back(labels[j]);
      }
    }
    report_sums("labels and some pixels of each batch", seen, weights, report);
  }

  nn::Dataset data;
  nn::ArmadilloEngine<float> engine;
  nn::Network network = nn::zero_network({kPixels, 3});
  nn::Trainer trainer;
  std::vector<std::vector<std::size_t>> images;  // a list for each time
  std::vector<std::uint16_t> pixels;             // where to look
  std::uint64_t weights;
};

}  // namespace

nn::probe::Work make_ready(nn::Rng& rng, std::size_t /*threads*/) {
  const auto gathering = std::make_shared<Gathering>(rng);
  return [gathering](Report& report) { gathering->run(report); };
}
