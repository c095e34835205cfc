#include "08_parallel_matrix/fused/shifts.hpp"

#include <algorithm>

namespace nn {

// [MOVE_IMAGE]
void move_image(std::span<const std::uint8_t> image, ImageSize size, int down,
                int right, std::span<std::uint8_t> moved) {
  const auto height = static_cast<int>(size.height);
  const auto width = static_cast<int>(size.width);
  const int columns = width - std::min(width, std::abs(right));
  std::ranges::fill(moved, std::uint8_t{0});
  for (int y = std::max(0, down); y < std::min(height, height + down); ++y) {
    const auto from = (y - down) * width + std::max(0, -right);
    const auto to = y * width + std::max(0, right);
    std::copy_n(image.begin() + from, columns, moved.begin() + to);
  }
}
// [/MOVE_IMAGE]

void move_all(const ByteMatrix& images, ImageSize size, std::size_t reach,
              Rng& rng, ByteMatrix& copies) {
  copies.set_size(images.n_rows, images.n_cols);
  const auto draw = [&] {
    return static_cast<int>(rng.below(2 * reach + 1)) - static_cast<int>(reach);
  };
  for (std::size_t n = 0; n < images.n_cols; ++n) {
    const int down = draw();
    const int right = draw();
    move_image({images.colptr(n), images.n_rows}, size, down, right,
               {copies.colptr(n), images.n_rows});
  }
}

}  // namespace nn
