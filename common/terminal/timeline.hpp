#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>

#include "common/terminal/terminal.hpp"

namespace nn {

/// Which worker ran a task, and when.
struct TaskSpan {
  std::size_t task = 0;    ///< its number, which the drawing shows
  std::size_t worker = 0;  ///< its worker_index()
  double start = 0;        ///< in seconds since the work began
  double end = 0;          ///< in seconds since the work began
  std::size_t images = 0;  ///< that it trained on; 0 if it had none
};

/// Draws who ran what and when: one row of blocks a worker, time from left to
/// right, as wide as the terminal. The blocks of two tasks in turn differ in
/// shade, so that they can be told apart without colours; the numbers below
/// say which task begins there, where there is room. Dots: nothing to do.
///
///     worker 0  ████▒▒▒▒████▒▒▒▒····
///               0    4    8   12
///     worker 1  ████████████████▒▒▒▒
///               1               5
///               0 s           2.31 s
///
/// @param spans in any order
/// @param workers how many rows; at most 16 are drawn
/// @param seconds what the width stands for; 0: until the last task ends
void draw_timeline(std::ostream& out, const Terminal& terminal,
                   std::span<const TaskSpan> spans, std::size_t workers,
                   double seconds = 0);

}  // namespace nn
