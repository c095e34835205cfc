/// @file
/// A panel of hidden units, with all that belongs to them.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "02_propagation/network.hpp"
#include "08_parallel_matrix/fused/tile_lists.hpp"
#include "08_parallel_matrix/lanes.hpp"

namespace nn {

// [ROW]
/// How many registers hold one weight of each unit of a panel. Four weights
/// of each, those of a tile, must fit beside the pixels.
inline constexpr std::size_t kRowVectors = kRegisters >= 32 ? 4 : 2;

/// How many hidden units a panel has.
inline constexpr std::size_t kPanel = kRowVectors * kLanes;

/// One number for each unit of a panel.
struct alignas(64) Row {
  std::array<float, kPanel> units{};  ///< in the order of the units
};
// [/ROW]

// [PANEL]
/// A panel of hidden units: their weights, in the order in which the loops
/// below read them, and what a batch makes of them. Units that the layer does
/// not have are 0 and stay so.
struct Panel {
  std::vector<Row> W1;  ///< to each pixel, tile by tile: (4 a tile)
  Row b1;               ///< biases
  std::vector<Row> W2;  ///< to each class, and to one more if they are odd
  std::vector<Row> A;   ///< activations, an image each
  std::vector<Row> D;   ///< how Z is to change, an image each
};
// [/PANEL]

/// Corrects the weights of the first layer by what the last batch taught, and
/// sends the next batch through them, tile by tile: each weight comes from
/// memory once and goes back once.
///
///     W1 = W1 + D * last'    (D, as `learn` left it, has the rate in it)
///     A  = W1 * next + b1
///
/// Each sum is over the images of the batch, or the tiles of an image, in
/// their order.
void update_and_forward(Panel& panel, const TileLists& last,
                        const TileLists& next, std::size_t tiles,
                        std::size_t batch);

/// A = max(A, 0), and scores = W2 * A: this panel's share of them.
/// @param batch images, of which A has that many
/// @param stride from a class to the next, in `scores` (classes x stride)
void activate(Panel& panel, std::size_t classes, std::size_t batch,
              std::size_t stride, float* scores);

/// Takes what the classes ask for down to the units, and corrects W2 and b1.
///
///     D  = (W2' * G) where A > 0, else 0
///     W2 = W2 + G * A'
///     b1 = b1 + the sums of D's rows
///
/// @param G (classes x stride), an even number of classes: how each score is
///          to change, with the rate in it
void learn(Panel& panel, std::size_t classes, std::size_t batch,
           std::size_t stride, const float* G);

}  // namespace nn
