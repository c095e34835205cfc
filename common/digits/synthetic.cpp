#include "common/digits/synthetic.hpp"

#include <algorithm>
#include <future>
#include <thread>
#include <vector>

#include "common/digits/handwriting.hpp"

namespace nn {

namespace {

void draw_range(Dataset& data, std::uint64_t seed, std::size_t first,
                std::size_t end) {
  for (std::size_t k = first; k < end; ++k) {
    const Digit digit = draw_digit(seed, k);
    data.labels[k] = digit.label;
    float* column = data.images.colptr(k);
    for (std::size_t i = 0; i < digit.pixels.size(); ++i) {
      column[i] = static_cast<float>(digit.pixels[i]) / 255.0f;
    }
  }
}

// A thread is not worth starting for a handful of digits.
std::size_t how_many_threads(std::size_t asked, std::size_t count) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t useful = count / 256 + 1;
  return std::min(asked == 0 ? cores : asked, useful);
}

}  // namespace

Dataset synthetic_digits(std::size_t count, std::uint64_t seed,
                         std::size_t threads) {
  Dataset data;
  data.image_size = {kDigitSize, kDigitSize};
  data.images = room_for_images(data.image_size, count);
  data.labels.resize(count);
  const std::size_t blocks = how_many_threads(threads, count);
  // Unlike std::thread, async hands exceptions on and joins by itself.
  std::vector<std::future<void>> running;
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t first = count * b / blocks;
    const std::size_t end = count * (b + 1) / blocks;
    running.push_back(std::async(std::launch::async, [&data, seed, first, end] {
      draw_range(data, seed, first, end);
    }));
  }
  for (std::future<void>& block : running) block.get();
  return data;
}

}  // namespace nn
