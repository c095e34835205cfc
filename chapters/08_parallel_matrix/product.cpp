#include "08_parallel_matrix/product.hpp"

#include <algorithm>

#include "08_parallel_matrix/tile.hpp"

namespace nn {

namespace {

// A block of A or B as tiles read it: packed, or where it lies.
struct Panels {
  const float* data;
  std::size_t step;       // from k to k + 1; 0 if packed: a panel's width
  std::size_t line_step;  // from one row of A, or column of B, to the next

  // Packed panels are as long as `depth`, and begin where their lines do.
  const float* panel(std::size_t line, std::size_t depth) const {
    return data + line * (step == 0 ? depth : line_step);
  }
};

// It pays to copy what is read by that many tiles.
constexpr std::size_t kReadsOfA = 16;
constexpr std::size_t kReadsOfB = 6;

std::size_t panels_of(std::size_t length, std::size_t width) {
  return (length + width - 1) / width;
}

class BlockedProduct {
 public:
  BlockedProduct(const View& A, const View& B, const Target& C, Into into,
                 const Blocks& blocks, Workspace& workspace)
      : A_(A),
        B_(B),
        C_(C),
        into_(into),
        blocks_(blocks),
        workspace_(workspace) {
    pack_a_ = A.row_step != 1 || panels_of(B.columns, kTileColumns) > kReadsOfA;
    pack_b_ = (B.row_step != 1 && B.column_step != 1) ||
              panels_of(A.rows, kTileRows) > kReadsOfB;
  }

  // [FIVE_LOOPS]
  void run() {
    const Cut across(B_.columns, blocks_.columns, kTileColumns);
    const Cut deep(A_.columns, blocks_.depth);
    const Cut down(A_.rows, blocks_.rows, kTileRows);
    for (std::size_t c = 0; c < across.pieces(); ++c) {
      for (std::size_t d = 0; d < deep.pieces(); ++d) {
        const View B = B_.part(deep.start(d), across.start(c), deep.size(d),
                               across.size(c));
        const Panels b = panels_of_b(B);
        for (std::size_t r = 0; r < down.pieces(); ++r) {
          const View A =
              A_.part(down.start(r), deep.start(d), down.size(r), deep.size(d));
          const Target C{C_.at(down.start(r), across.start(c)), C_.column_step};
          multiply_block(A, B, b, C, d != 0 || into_ == Into::add);
        }
      }
    }
  }
  // [/FIVE_LOOPS]

 private:
  Panels panels_of_b(const View& B) {
    if (!pack_b_) {
      return {B.data, B.row_step, B.column_step};
    }
    float* const to = workspace_.b.take(B.rows * B.columns + kLanes);
    const Cut cut(B.columns, kTileColumns);
    for (std::size_t i = 0; i < cut.pieces(); ++i) {
      pack_panel(B.part(0, cut.start(i), B.rows, cut.size(i)).transposed(),
                 cut.size(i), to + cut.start(i) * B.rows);
    }
    workspace_.floats_packed += B.rows * B.columns;
    return {to, 0, 0};
  }

  // How many vectors high the panel of so many rows is.
  static std::size_t vectors(std::size_t rows) {
    return (rows + kLanes - 1) / kLanes;
  }

  Panels panels_of_a(const View& A) {
    const std::size_t ragged = A.rows % kLanes;
    if (!pack_a_ && ragged == 0) return {A.data, A.column_step, A.row_step};
    float* const to = workspace_.a.take((A.rows + kLanes) * A.columns + kLanes);
    for (std::size_t i = 0; i < A.rows; i += kTileRows) {
      const std::size_t rows = std::min(kTileRows, A.rows - i);
      pack_panel(A.part(i, 0, rows, A.columns), vectors(rows) * kLanes,
                 to + i * A.columns);
    }
    workspace_.floats_packed += A.rows * A.columns;
    return {to, 0, 0};
  }

  void multiply_block(const View& A, const View& B, const Panels& b,
                      const Target& C, bool add) {
    const Panels a = panels_of_a(A);
    const Cut cut(B.columns, kTileColumns);
    for (std::size_t p = 0; p < cut.pieces(); ++p) {
      const std::size_t j = cut.start(p);
      const std::size_t columns = cut.size(p);
      for (std::size_t i = 0; i < A.rows; i += kTileRows) {
        const std::size_t rows = std::min(kTileRows, A.rows - i);
        const std::size_t high = vectors(rows);
        const Tile tile{.depth = A.columns,
                        .a = a.panel(i, A.columns),
                        .a_step = a.step != 0 ? a.step : high * kLanes,
                        .b = b.panel(j, B.rows),
                        .b_step = b.step != 0 ? b.step : columns,
                        .b_column_step = b.step != 0 ? b.line_step : 1,
                        .c = C.at(i, j),
                        .c_step = C.column_step,
                        .add = add};
        if (rows == high * kLanes) {
          multiply_tile(high, columns, tile);
        } else {
          multiply_ragged_tile(high, columns, rows, tile);
        }
      }
    }
  }

  View A_, B_;
  Target C_;
  Into into_;
  const Blocks& blocks_;
  Workspace& workspace_;
  bool pack_a_, pack_b_;
};

}  // namespace

void multiply_views(const View& A, const View& B, const Target& C, Into into,
                    const Blocks& blocks, Workspace& workspace) {
  if (A.rows == 0 || B.columns == 0) return;
  if (A.columns == 0) {  // every sum is over nothing
    for (std::size_t j = 0; into == Into::overwrite && j < B.columns; ++j) {
      std::fill_n(C.at(0, j), A.rows, 0.0f);
    }
    return;
  }
  BlockedProduct(A, B, C, into, blocks, workspace).run();
}

}  // namespace nn
