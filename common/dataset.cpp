#include "common/dataset.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "common/huge_pages.hpp"

namespace nn {

namespace {

[[noreturn]] void fail_range(std::size_t wanted, std::size_t size) {
  throw std::out_of_range(
      fmt::format("image {} of a dataset of {}", wanted, size));
}

}  // namespace

Matrix room_for_images(ImageSize size, std::size_t count) {
  Matrix images(size.pixels(), count, arma::fill::none);
  use_huge_pages(images.memptr(), images.n_elem * sizeof(float));
  return images;
}

ByteMatrix room_for_bytes(ImageSize size, std::size_t count) {
  ByteMatrix images(size.pixels(), count, arma::fill::none);
  use_huge_pages(images.memptr(), images.n_elem);
  return images;
}

ByteMatrix bytes_of(const Matrix& images) {
  ByteMatrix bytes(images.n_rows, images.n_cols, arma::fill::none);
  for (arma::uword i = 0; i < images.n_elem; ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::rint(images[i] * 255.0f));
  }
  return bytes;
}

Dataset slice(const Dataset& data, std::size_t first, std::size_t count) {
  if (first > data.size()) fail_range(first, data.size());
  if (count > data.size() - first) fail_range(data.size(), data.size());
  Dataset part;
  part.image_size = data.image_size;
  if (count == 0) {
    part.images.set_size(data.images.n_rows, 0);
    return part;
  }
  part.images = data.images.cols(first, first + count - 1);
  const auto begin = data.labels.begin() + static_cast<std::ptrdiff_t>(first);
  part.labels.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  return part;
}

Dataset select(const Dataset& data, std::span<const std::size_t> indices) {
  Dataset part;
  part.image_size = data.image_size;
  part.images.set_size(data.images.n_rows, indices.size());
  part.labels.reserve(indices.size());
  for (const std::size_t index : indices) {
    if (index >= data.size()) fail_range(index, data.size());
    part.images.col(part.size()) = data.images.col(index);
    part.labels.push_back(data.labels[index]);
  }
  return part;
}

}  // namespace nn
