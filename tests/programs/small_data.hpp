#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/data/idx.hpp"
#include "common/rng.hpp"
#include "tests/support/idx_write.hpp"

namespace nn {

/// Writes the four files of a data set of 8 x 8 images that any network
/// learns: digit k is a bright pair of pixels at its own place, with noise.
/// @param suffix ".gz" or nothing
inline void write_small_data(const std::filesystem::path& folder,
                             std::size_t count = 200,
                             const std::string& suffix = "") {
  std::filesystem::create_directories(folder);
  for (const std::string part : {"train", "t10k"}) {
    Rng rng(1, part == "train" ? 0 : 1);
    Matrix images(64, count);
    std::vector<std::uint8_t> labels(count);
    for (std::size_t j = 0; j < count; ++j) {
      labels[j] = static_cast<std::uint8_t>(rng.below(10));
      for (std::size_t i = 0; i < 64; ++i) {
        images(i, j) = static_cast<float>(rng.uniform(0, 0.3));
      }
      for (const std::size_t i : {0u, 1u}) images(6 * labels[j] + i, j) = 1;
    }
    const std::string base = (folder / part).string();
    write_idx_images(base + "-images-idx3-ubyte" + suffix, images, {8, 8});
    write_idx_labels(base + "-labels-idx1-ubyte" + suffix, labels);
  }
}

}  // namespace nn
