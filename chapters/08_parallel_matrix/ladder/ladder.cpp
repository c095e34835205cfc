#include "08_parallel_matrix/ladder/ladder.hpp"

#include <algorithm>

#include "08_parallel_matrix/cores/parallel_product.hpp"

namespace nn {

namespace {

// Gives C its shape. Returns false if nothing is left to do: no numbers are
// in C, or each of them is the sum of none.
bool prepare(const Matrix& A, const Matrix& B, Matrix& C) {
  if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
  C.set_size(A.n_rows, B.n_cols);
  if (!A.is_empty() && !B.is_empty()) return true;
  C.zeros();
  return false;
}

Target target(Matrix& C) {
  return {C.memptr(), C.n_rows};
}

// [IN_TILES]
void cover_with_tiles(const View& A, const View& B, const Target& C, bool add) {
  for (std::size_t j = 0; j < B.columns; j += kPlainColumns) {
    for (std::size_t i = 0; i < A.rows; i += kPlainRows) {
      multiply_plain_tile(std::min(kPlainRows, A.rows - i),
                          std::min(kPlainColumns, B.columns - j),
                          {.depth = A.columns,
                           .a = A.at(i, 0),
                           .a_step = A.column_step,
                           .b = B.at(0, j),
                           .b_step = B.row_step,
                           .b_column_step = B.column_step,
                           .c = C.at(i, j),
                           .c_step = C.column_step,
                           .add = add});
    }
  }
}
// [/IN_TILES]

// [IN_BLOCKS]
// Calls f(A, B, C, add) for each block of A, with the rows of B that it meets
// and the rows of C that gain from it.
template <typename F>
void for_each_block(const View& A, const View& B, const Target& C, F f) {
  const Cut deep(A.columns, machine_blocks().depth);
  const Cut down(A.rows, machine_blocks().rows, kPlainRows);
  for (std::size_t d = 0; d < deep.pieces(); ++d) {
    const std::size_t k = deep.start(d);
    for (std::size_t r = 0; r < down.pieces(); ++r) {
      const std::size_t i = down.start(r);
      f(A.part(i, k, down.size(r), deep.size(d)),
        B.part(k, 0, deep.size(d), B.columns),
        Target{C.at(i, 0), C.column_step}, d != 0);
    }
  }
}
// [/IN_BLOCKS]

// [PACK_AND_COVER]
// The tiles of one block, panels of which are copied side by side.
void pack_and_cover(const View& A, const View& B, const Target& C, bool add) {
  Workspace& workspace = workspace_of_thread();
  const std::size_t depth = A.columns;
  float* const a = workspace.a.take((A.rows + kPlainRows + 1) * depth + kLanes);
  for (std::size_t i = 0; i < A.rows; i += kPlainRows) {
    const std::size_t rows = std::min(kPlainRows, A.rows - i);
    pack_panel(A.part(i, 0, rows, depth), kPlainRows, a + i * depth);
  }
  float* const b = workspace.b.take(kPlainColumns * depth + kLanes);
  for (std::size_t j = 0; j < B.columns; j += kPlainColumns) {
    const std::size_t columns = std::min(kPlainColumns, B.columns - j);
    pack_panel(B.part(0, j, depth, columns).transposed(), kPlainColumns, b);
    for (std::size_t i = 0; i < A.rows; i += kPlainRows) {
      multiply_plain_tile(std::min(kPlainRows, A.rows - i), columns,
                          {.depth = depth,
                           .a = a + i * depth,
                           .a_step = kPlainRows,
                           .b = b,
                           .b_step = kPlainColumns,
                           .b_column_step = 1,
                           .c = C.at(i, j),
                           .c_step = C.column_step,
                           .add = add});
    }
  }
}
// [/PACK_AND_COVER]

}  // namespace

// [RUNGS]
void multiply_in_tiles(const Matrix& A, const Matrix& B, Matrix& C) {
  if (!prepare(A, B, C)) return;
  cover_with_tiles(view(A), view(B), target(C), false);
}

void multiply_in_blocks(const Matrix& A, const Matrix& B, Matrix& C) {
  if (!prepare(A, B, C)) return;
  for_each_block(view(A), view(B), target(C), cover_with_tiles);
}

void multiply_packed(const Matrix& A, const Matrix& B, Matrix& C) {
  if (!prepare(A, B, C)) return;
  for_each_block(view(A), view(B), target(C), pack_and_cover);
}

void multiply_with_vectors(const Matrix& A, const Matrix& B, Matrix& C) {
  if (!prepare(A, B, C)) return;
  multiply_views(view(A), view(B), target(C), Into::overwrite, machine_blocks(),
                 workspace_of_thread());
}

void multiply_on_cores(WorkStealingPool& pool, const Matrix& A, const Matrix& B,
                       Matrix& C) {
  if (!prepare(A, B, C)) return;
  multiply_on(pool, view(A), view(B), target(C));
}
// [/RUNGS]

void multiply_divided(WorkStealingPool& pool, const Matrix& A, const Matrix& B,
                      Matrix& C) {
  if (!prepare(A, B, C)) return;
  multiply_recursive(pool, view(A), view(B), target(C), Into::overwrite);
}

}  // namespace nn
