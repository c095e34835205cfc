/// @file
/// The engine of this chapter.
#pragma once

#include <memory>
#include <string_view>

#include "01_matrix/engine.hpp"
#include "05_work_stealing/work_stealing_pool.hpp"

namespace nn {

// [OWN_ENGINE]
/// The products of this chapter, on one thread or on a pool. Several threads
/// may use one engine at a time.
class OwnEngine final : public Engine {
 public:
  /// Computes on the thread that calls.
  OwnEngine() = default;
  /// Computes on a pool, which has to live as long.
  explicit OwnEngine(WorkStealingPool& pool) : pool_(&pool) {}

  std::string_view name() const override { return "own"; }
  /// C = A * B.
  void multiply(const Matrix& A, const Matrix& B, Matrix& C) const override;
  /// C = A' * B.
  void multiply_left_transposed(const Matrix& A, const Matrix& B,
                                Matrix& C) const override;
  /// C = A * B'.
  void multiply_right_transposed(const Matrix& A, const Matrix& B,
                                 Matrix& C) const override;

 private:
  WorkStealingPool* pool_ = nullptr;  // none: on the thread that calls
};
// [/OWN_ENGINE]

}  // namespace nn
