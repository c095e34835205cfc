/// @file
/// Copies blocks of a matrix in the order in which tiles read them.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

#include "08_parallel_matrix/view.hpp"

namespace nn {

// [PANEL]
/// Copies a panel, some rows of A side by side: to[k * width + i] = A(i, k).
/// A tile that reads it takes one step after the other. Rows past the last
/// are 0.
/// @param A (rows x depth), at most `width` rows
/// @param width how many numbers a step has
/// @param to room for `A.columns * width + kLanes` floats: what is past the
///        panel may be overwritten
void pack_panel(const View& A, std::size_t width, float* to);
// [/PANEL]

/// Memory that grows when it has to, begins at a cache line, and is never
/// cleared.
class Buffer {
 public:
  /// Room for `count` floats. What was in it is lost if it has to grow.
  /// @throws std::bad_alloc if there is no memory
  float* take(std::size_t count);

 private:
  struct Free {
    void operator()(float* memory) const { std::free(memory); }
  };
  std::unique_ptr<float, Free> memory_;
  std::size_t count_ = 0;
};

/// What one thread packs into, kept from product to product.
struct Workspace {
  Buffer a;                       ///< a block of A
  Buffer b;                       ///< a block of B
  std::size_t floats_packed = 0;  ///< since it was made, both together
};

}  // namespace nn
