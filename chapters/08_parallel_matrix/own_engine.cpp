#include "08_parallel_matrix/own_engine.hpp"

#include "08_parallel_matrix/cores/parallel_product.hpp"

namespace nn {

namespace {

void multiply_with(WorkStealingPool* pool, const View& A, const View& B,
                   Matrix& C) {
  C.set_size(A.rows, B.columns);
  const Target target{C.memptr(), C.n_rows};
  if (pool != nullptr) return multiply_on(*pool, A, B, target);
  multiply_views(A, B, target, Into::overwrite, machine_blocks(),
                 workspace_of_thread());
}

}  // namespace

// [OWN_PRODUCTS]
void OwnEngine::multiply(const Matrix& A, const Matrix& B, Matrix& C) const {
  if (A.n_cols != B.n_rows) refuse_shapes("A * B", A, B);
  multiply_with(pool_, view(A), view(B), C);
}

void OwnEngine::multiply_left_transposed(const Matrix& A, const Matrix& B,
                                         Matrix& C) const {
  if (A.n_rows != B.n_rows) refuse_shapes("A' * B", A, B);
  multiply_with(pool_, view(A).transposed(), view(B), C);
}

void OwnEngine::multiply_right_transposed(const Matrix& A, const Matrix& B,
                                          Matrix& C) const {
  if (A.n_cols != B.n_cols) refuse_shapes("A * B'", A, B);
  multiply_with(pool_, view(A), view(B).transposed(), C);
}
// [/OWN_PRODUCTS]

}  // namespace nn
