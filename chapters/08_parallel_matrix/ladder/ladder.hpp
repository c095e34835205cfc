/// @file
/// From the loops of chapter 1 to a product that fills the machine, one idea a
/// rung. All compute the same sums, each in the same order of k.
#pragma once

#include "05_work_stealing/work_stealing_pool.hpp"
#include "common/matrix.hpp"

namespace nn {

/// C = A * B in tiles of C that stay in registers while k runs.
/// @param A (m x p)
/// @param B (p x n)
/// @param C (m x n), neither A nor B
/// @throws std::invalid_argument if A's columns are not as many as B's rows
void multiply_in_tiles(const Matrix& A, const Matrix& B, Matrix& C);

/// The same in blocks of A that stay in the cache. @see multiply_in_tiles
void multiply_in_blocks(const Matrix& A, const Matrix& B, Matrix& C);

/// The same with each block copied first, in the order in which the tiles read
/// it. @see multiply_in_tiles
void multiply_packed(const Matrix& A, const Matrix& B, Matrix& C);

/// The same with larger tiles, of vectors: `multiply_views` on one thread.
/// @see multiply_in_tiles
void multiply_with_vectors(const Matrix& A, const Matrix& B, Matrix& C);

/// The same on the workers of a pool: `multiply_on`. @see multiply_in_tiles
void multiply_on_cores(WorkStealingPool& pool, const Matrix& A, const Matrix& B,
                       Matrix& C);

/// The same, divided: `multiply_recursive`. @see multiply_in_tiles
void multiply_divided(WorkStealingPool& pool, const Matrix& A, const Matrix& B,
                      Matrix& C);

}  // namespace nn
